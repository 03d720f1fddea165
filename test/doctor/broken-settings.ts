import { TENANTS } from '../../local/people.ts';
import type { Broken } from '../support/doctor-project.ts';
import { set, unset, webChat } from './spoil.ts';

const WIKI = 'connections/0';

/** Settings that the service itself would refuse. Each is one change of the correct project. */
export const BROKEN_SETTINGS: readonly Broken[] = [
  // A preload tells another version: the doctor must not need a new Node to say that the Node is old.
  {
    id: 'node-version',
    by: 'a Node of last year',
    break: (project) => {
      project.write(
        'old-node.mjs',
        "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });",
      );
      set('NODE_OPTIONS', '--import ./old-node.mjs')(project);
    },
    what: /this is Node 18\.20\.8; 20\.19 or later/,
    fix: 'Install Node 24',
  },
  { id: 'setting-port', by: 'a port in words', break: set('PORT', 'http'), what: /^PORT must be/, fix: 'PORT=3978' },
  {
    id: 'setting-base-url',
    by: 'BASE_URL with a path',
    break: set('BASE_URL', 'https://latchkey.example.com/latchkey'),
    what: /^BASE_URL must be an origin alone/,
    fix: 'BASE_URL=https://latchkey.example.com',
  },
  {
    id: 'setting-base-url',
    by: 'BASE_URL with plain http on a public host',
    break: set('BASE_URL', 'http://latchkey.example.com'),
    what: /^BASE_URL must be https/,
    fix: 'BASE_URL=https://latchkey.example.com',
  },
  {
    id: 'setting-bot-id',
    by: 'a BOT_ID that is a name',
    break: set('BOT_ID', 'latchkey'),
    what: /^BOT_ID must be/,
    fix: 'BOT_ID=<the "Microsoft App ID"',
    also: ['package-outdated'],
  },
  {
    id: 'setting-bot-type',
    by: 'BOT_TYPE in lower case',
    break: set('BOT_TYPE', 'singletenant'),
    what: /^BOT_TYPE must be/,
    fix: 'BOT_TYPE=SingleTenant',
  },
  {
    id: 'setting-bot-tenant-id',
    by: 'no tenant for a single-tenant bot',
    break: unset('BOT_TENANT_ID'),
    what: /^BOT_TENANT_ID is needed with BOT_TYPE=SingleTenant/,
    fix: 'BOT_TENANT_ID=<the directory (tenant) id',
  },
  {
    id: 'setting-bot-certificate-file',
    by: 'a certificate that is not there',
    break: (project) => {
      unset('BOT_PASSWORD')(project);
      set('BOT_CERTIFICATE_FILE', 'sentinel.pem')(project);
    },
    what: /^BOT_CERTIFICATE_FILE names a file that cannot be read/,
    fix: 'BOT_CERTIFICATE_FILE=<a PEM file',
  },
  {
    id: 'setting-bot-openid-metadata',
    by: "somebody else's Connector",
    break: set('BOT_OPENID_METADATA', 'https://attacker.example/metadata'),
    what: /^BOT_OPENID_METADATA must be one of/,
    fix: 'BOT_OPENID_METADATA=public',
  },
  {
    id: 'setting-bot-token-service',
    by: "somebody else's token service",
    break: set('BOT_TOKEN_SERVICE', 'https://attacker.example'),
    what: /^BOT_TOKEN_SERVICE must be one of/,
    fix: 'BOT_TOKEN_SERVICE=public',
  },
  {
    id: 'setting-allowed-tenants',
    by: 'a tenant by name',
    break: set('ALLOWED_TENANTS', 'contoso.onmicrosoft.com'),
    what: /^ALLOWED_TENANTS must hold GUIDs/,
    fix: 'ALLOWED_TENANTS=<tenant GUID>',
  },
  {
    id: 'setting-store-url',
    by: 'a store of another kind',
    break: set('STORE_URL', 'postgres://store.example/latchkey'),
    what: /^STORE_URL must be/,
    fix: 'STORE_URL=sqlite:./data/latchkey.db',
  },
  {
    id: 'setting-encryption-keys',
    by: 'a short key',
    break: set('ENCRYPTION_KEYS', `k1:${Buffer.alloc(16, 7).toString('base64')}`),
    what: /^ENCRYPTION_KEYS must be kid:base64key, each key 32 bytes/,
    fix: /ENCRYPTION_KEYS=\$\(node -p/,
  },
  {
    id: 'setting-connections-file',
    by: 'no connections file',
    break: (project) => project.remove('connections.json'),
    what: /cannot be read \(ENOENT\)/,
    fix: 'cp connections.example.json connections.json',
  },
  {
    id: 'setting-connections-file',
    by: 'a variable that nobody set',
    break: unset('WIKI_CLIENT_SECRET'),
    what: /names \$\{WIKI_CLIENT_SECRET\}, which the environment does not set/,
    fix: 'WIKI_CLIENT_SECRET=…',
  },
  {
    id: 'setting-security-code-ttl',
    by: 'a code that lives for a day',
    break: set('SECURITY_CODE_TTL', '86400'),
    what: /^SECURITY_CODE_TTL must be/,
    fix: 'SECURITY_CODE_TTL=180',
  },
  {
    id: 'setting-ticket-ttl',
    by: 'a ticket that is over at once',
    break: set('TICKET_TTL', '0'),
    what: /^TICKET_TTL must be/,
    fix: 'TICKET_TTL=600',
  },
  {
    id: 'setting-teams-host-origins',
    by: 'another host for the pop-up',
    break: set('TEAMS_HOST_ORIGINS', 'https://portal.example.com'),
    what: /^TEAMS_HOST_ORIGINS must be loopback/,
    fix: 'unset TEAMS_HOST_ORIGINS',
  },
  {
    id: 'setting-trusted-proxies',
    by: "a proxy's name",
    break: set('TRUSTED_PROXIES', 'nginx'),
    what: /^TRUSTED_PROXIES must be addresses/,
    fix: "TRUSTED_PROXIES=<your proxy's address",
  },
  {
    id: 'setting-metrics-port',
    by: 'the port that everybody reaches',
    break: set('METRICS_PORT', '3978'),
    what: /^METRICS_PORT must be another than PORT/,
    fix: 'METRICS_PORT=9464',
  },
  {
    id: 'setting-direct-line-secret',
    by: 'a secret with a line break',
    break: webChat({ DIRECT_LINE_SECRET: 'sentinel\nsecret' }),
    what: /^DIRECT_LINE_SECRET is no secret of the Direct Line channel$/,
    fix: 'DIRECT_LINE_SECRET=<a key of the Direct Line channel',
  },
  {
    id: 'setting-direct-line-url',
    by: 'Direct Line by plain http',
    break: webChat({ DIRECT_LINE_URL: 'http://directline.botframework.com' }),
    what: /^DIRECT_LINE_URL must be an origin alone, and must be an https URL/,
    fix: 'DIRECT_LINE_URL=https://directline.botframework.com',
  },
  {
    id: 'setting-direct-line-url',
    by: "Direct Line with the client's path",
    break: webChat({ DIRECT_LINE_URL: 'https://directline.botframework.com/v3/directline' }),
    what: /^DIRECT_LINE_URL must be an origin alone/,
    fix: 'DIRECT_LINE_URL=https://directline.botframework.com',
  },
  {
    id: 'setting-direct-line-origins',
    by: 'a page in place of its origin',
    break: webChat({ DIRECT_LINE_ORIGINS: 'https://chat.example.com/help' }),
    what: /^DIRECT_LINE_ORIGINS must be origins/,
    fix: 'DIRECT_LINE_ORIGINS=https://chat.example.com',
  },
  {
    id: 'setting-direct-line-tenant',
    by: 'two tenants let in, and none named for browsers',
    break: (project) => {
      webChat({ ALLOWED_TENANTS: `${TENANTS.contoso},${TENANTS.fabrikam}` })(project);
      project.change('aad.manifest.json', 'signInAudience', 'AzureADMultipleOrgs');
    },
    what: /^DIRECT_LINE_TENANT is missing/,
    fix: 'DIRECT_LINE_TENANT=<one GUID of ALLOWED_TENANTS>',
  },
  {
    id: 'setting-direct-line-tenant',
    by: 'a tenant that is not let in',
    break: webChat({ DIRECT_LINE_TENANT: TENANTS.fabrikam }),
    what: /^DIRECT_LINE_TENANT must be one of ALLOWED_TENANTS/,
    fix: 'DIRECT_LINE_TENANT=<one GUID of ALLOWED_TENANTS>',
  },
  {
    id: 'setting-log-level',
    by: 'a log level of another logger',
    break: set('LOG_LEVEL', 'verbose'),
    what: /^LOG_LEVEL must be one of/,
    fix: 'LOG_LEVEL=info',
  },
  {
    id: 'settings-refused',
    by: "a tenant in Entra's address",
    break: (project) =>
      project.change('connections.json', `${WIKI}/signIn/authority`, 'https://login.microsoftonline.com/common'),
    what: /wiki: entra provider: authority must name no tenant/,
    fix: 'Fix the connection of that id',
  },
];
