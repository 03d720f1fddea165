import { TENANTS } from '../../local/people.ts';
import { type Broken, tellNode } from '../support/project/doctor-project.ts';
import { BASE_URL } from './public-project.ts';
import { set, unset, webChat } from './spoil.ts';

const WIKI = 'connections/0';
const DIRECT_LINE = 'https://directline.botframework.com';

/** A value, the beginning of the fault after the variable's name, and the value that the fix names. */
type Refused = [by: string, name: string, value: string, fault: string, fix: string];

const REFUSED: readonly Refused[] = [
  ['a port in words', 'PORT', 'http', 'must be', '3978'],
  ['BASE_URL with a path', 'BASE_URL', `${BASE_URL}/latchkey`, 'must be only an origin', BASE_URL],
  ['BASE_URL with plain http on a public host', 'BASE_URL', 'http://latchkey.example.com', 'must be https', BASE_URL],
  ['BOT_TYPE in lower case', 'BOT_TYPE', 'singletenant', 'must be', 'SingleTenant'],
  ['another Connector', 'BOT_OPENID_METADATA', 'https://attacker.example/metadata', 'must be one of', 'public'],
  ['another token service', 'BOT_TOKEN_SERVICE', 'https://attacker.example', 'must be one of', 'public'],
  ['a tenant by name', 'ALLOWED_TENANTS', 'contoso.onmicrosoft.com', 'must be GUIDs', '<tenant GUID>'],
  ['a store of another kind', 'STORE_URL', 'postgres://store.example/latchkey', 'must be', 'sqlite:./data/latchkey.db'],
  ['a code that is valid for a day', 'SECURITY_CODE_TTL', '86400', 'must be', '180'],
  ['a ticket that expires at once', 'TICKET_TTL', '0', 'must be', '600'],
  ["a proxy's name", 'TRUSTED_PROXIES', 'nginx', 'must be addresses', "<your proxy's address"],
  ['a SOCKS proxy', 'HTTPS_PROXY', 'socks5://sentinel@proxy.example:1080', 'must be http://', 'http://<host>:<port>'],
  ['the public port', 'METRICS_PORT', '3978', 'must differ from PORT', '9464'],
  [
    'a secret with a line break',
    'DIRECT_LINE_SECRET',
    'sentinel\nsecret',
    'is not a secret of the Direct Line channel$',
    '<a key of the Direct Line channel',
  ],
  [
    'Direct Line by plain http',
    'DIRECT_LINE_URL',
    'http://directline.botframework.com',
    'must be only an origin, and must be an https URL',
    DIRECT_LINE,
  ],
  [
    "Direct Line with the client's path",
    'DIRECT_LINE_URL',
    `${DIRECT_LINE}/v3/directline`,
    'must be only an origin',
    DIRECT_LINE,
  ],
  [
    'a page in place of its origin',
    'DIRECT_LINE_ORIGINS',
    'https://chat.example.com/help',
    'must be origins',
    'https://chat.example.com',
  ],
  [
    'a tenant that is not let in',
    'DIRECT_LINE_TENANT',
    TENANTS.fabrikam,
    'must be one of ALLOWED_TENANTS',
    '<one GUID of ALLOWED_TENANTS>',
  ],
  ['a log level of another logger', 'LOG_LEVEL', 'verbose', 'must be one of', 'info'],
  ['a folder for the audit log', 'AUDIT_LOG', '/var/log/', 'must be stdout or the absolute path', 'stdout'],
];

/** Settings that the service itself would refuse. Each is one change of the correct project. */
export const BROKEN_SETTINGS: readonly Broken[] = [
  ...REFUSED.map(([by, name, value, fault, fix]): Broken => {
    const id = `setting-${name.toLowerCase().replaceAll('_', '-')}`;
    const spoil = name.startsWith('DIRECT_LINE_') ? webChat({ [name]: value }) : set(name, value);
    return { id, by, break: spoil, what: new RegExp(`^${name} ${fault}`), fix: `${name}=${fix}` };
  }),
  // A preload reports another version: the doctor must run on an old Node to report it.
  {
    id: 'node-version',
    by: 'a Node of last year',
    break: set('NODE_OPTIONS', tellNode('18.20.8')),
    what: /this is Node 18\.20\.8; 20\.19 or later/,
    fix: 'Install Node 24',
    asCommand: true,
  },
  {
    id: 'node-version',
    by: 'the oldest Node that the service runs on, for a public service',
    break: set('NODE_OPTIONS', tellNode('20.19.6')),
    what: /^Node 20\.19\.6 gets no security fixes any more/,
    fix: 'Install Node 24',
    severity: 'warning',
    asCommand: true,
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
    id: 'setting-bot-tenant-id',
    by: 'no tenant for a single-tenant bot',
    break: unset('BOT_TENANT_ID'),
    what: /^BOT_TENANT_ID is needed with BOT_TYPE=SingleTenant/,
    fix: 'BOT_TENANT_ID=<the directory (tenant) id',
  },
  {
    id: 'setting-bot-certificate-file',
    by: 'a missing certificate',
    break: (project) => {
      unset('BOT_PASSWORD')(project);
      set('BOT_CERTIFICATE_FILE', 'sentinel.pem')(project);
    },
    what: /^BOT_CERTIFICATE_FILE names a file that cannot be read/,
    fix: 'BOT_CERTIFICATE_FILE=<a PEM file',
  },
  {
    id: 'setting-encryption-keys',
    by: 'a short key',
    break: set('ENCRYPTION_KEYS', `k1:${Buffer.alloc(16, 7).toString('base64')}`),
    what: /^ENCRYPTION_KEYS must be kid:base64key, each key 32 bytes/,
    fix: /ENCRYPTION_KEYS=\$\(node -p/,
  },
  {
    id: 'settings-refused',
    by: 'a secret both in a variable and in a file',
    break: set('BOT_PASSWORD_FILE', '/run/secrets/sentinel'),
    what: /^BOT_PASSWORD and BOT_PASSWORD_FILE are both set: remove one/,
    fix: 'unset BOT_PASSWORD_FILE',
  },
  {
    id: 'setting-connections-file',
    by: 'a missing file of a secret',
    break: (project) => {
      unset('WIKI_CLIENT_SECRET')(project);
      set('WIKI_CLIENT_SECRET_FILE', '/run/secrets/sentinel')(project);
    },
    what: /WIKI_CLIENT_SECRET: WIKI_CLIENT_SECRET_FILE names a file that cannot be read \(ENOENT\)/,
    fix: "WIKI_CLIENT_SECRET_FILE=<a file that the service's user can read>",
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
    by: 'a variable that is not set',
    break: unset('WIKI_CLIENT_SECRET'),
    what: /names \$\{WIKI_CLIENT_SECRET\}, which the environment does not set/,
    fix: 'WIKI_CLIENT_SECRET=…',
  },
  {
    id: 'setting-teams-host-origins',
    by: 'another host for the pop-up',
    break: set('TEAMS_HOST_ORIGINS', 'https://portal.example.com'),
    what: /^TEAMS_HOST_ORIGINS must be loopback/,
    fix: 'unset TEAMS_HOST_ORIGINS',
  },
  {
    id: 'setting-direct-line-tenant',
    by: 'two allowed tenants, and none named for browsers',
    break: (project) => {
      webChat({ ALLOWED_TENANTS: `${TENANTS.contoso},${TENANTS.fabrikam}` })(project);
      project.change('aad.manifest.json', 'signInAudience', 'AzureADMultipleOrgs');
    },
    what: /^DIRECT_LINE_TENANT is missing/,
    fix: 'DIRECT_LINE_TENANT=<one GUID of ALLOWED_TENANTS>',
  },
  {
    id: 'settings-refused',
    by: "a tenant in Entra's address",
    break: (project) =>
      project.change('connections.json', `${WIKI}/signIn/authority`, 'https://login.microsoftonline.com/common'),
    what: /wiki: signIn: entra provider: authority must name no tenant/,
    fix: 'Fix the connection of that id',
  },
];
