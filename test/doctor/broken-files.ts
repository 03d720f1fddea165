import { chmodSync, readFileSync } from 'node:fs';
import { TENANTS } from '../../local/people.ts';
import { type Broken, type DoctorProject, lines } from '../support/doctor-project.ts';
import { BOT, envFile, newKey, SIGN_IN } from './public-project.ts';

const WIKI = 'connections/0';

/** Sets a variable of the environment. */
function set(name: string, value: string) {
  return (project: DoctorProject) => void Object.assign(project.env, { [name]: value });
}

function unset(name: string) {
  return (project: DoctorProject) => void delete project.env[name];
}

/** Web Chat switched on, with this changed. */
function webChat(change: Record<string, string>) {
  return (project: DoctorProject) =>
    void Object.assign(project.env, { DIRECT_LINE_SECRET: 'sentinel-channel-key', ...change });
}

/** The wiki by single sign-on, and packaged so; further connections beside it. */
async function singleSignOn(project: DoctorProject, resource: string, ...others: object[]): Promise<void> {
  const { connections } = JSON.parse(readFileSync(project.path('connections.json'), 'utf8'));
  const [wiki] = connections;
  const sso = { ...wiki, signIn: { ...wiki.signIn, type: 'teamsSso', resource } };
  const beside = others.map((other) => ({ ...sso, ...other }));
  project.write('connections.json', { connections: [sso, ...beside] });
  await project.pack();
}

/** Faults that can be seen without asking anybody: each one change of the correct project. */
export const BROKEN_FILES: readonly Broken[] = [
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
    fix: 'Mend the connection of that id',
  },
  {
    id: 'bot-type-multitenant',
    by: 'a multi-tenant bot',
    break: set('BOT_TYPE', 'MultiTenant'),
    what: /BOT_TYPE is MultiTenant/,
    fix: 'BOT_TYPE=SingleTenant',
    severity: 'warning',
  },
  {
    id: 'bot-secret',
    by: 'no password for the bot',
    break: unset('BOT_PASSWORD'),
    what: /BOT_TYPE is SingleTenant, and neither BOT_PASSWORD nor BOT_CERTIFICATE_FILE is set/,
    fix: `az ad app credential reset --id ${BOT}`,
  },
  {
    id: 'bot-secret-unused',
    by: 'a password for a managed identity',
    break: set('BOT_TYPE', 'UserAssignedMSI'),
    what: /BOT_PASSWORD is set, and BOT_TYPE is UserAssignedMSI/,
    fix: 'unset BOT_PASSWORD',
    severity: 'warning',
  },
  {
    id: 'bot-id-is-client-id',
    by: 'one registration for bot and sign-in',
    break: (project) => project.change('connections.json', `${WIKI}/signIn/clientId`, BOT.toUpperCase()),
    what: /wiki: signIn\.clientId is BOT_ID/,
    fix: 'az ad app create',
    also: ['aad-client-id', 'package-app-info', 'package-outdated'],
  },
  {
    id: 'allowed-tenants-bot',
    by: 'only another tenant let in',
    break: set('ALLOWED_TENANTS', TENANTS.fabrikam),
    what: /BOT_TENANT_ID, is not among ALLOWED_TENANTS/,
    fix: `ALLOWED_TENANTS=${TENANTS.fabrikam},${TENANTS.contoso}`,
    severity: 'warning',
  },
  {
    id: 'allowed-tenants-everybody',
    by: 'everybody let in',
    break: (project) => {
      set('ALLOWED_TENANTS', '*')(project);
      project.change('aad.manifest.json', 'signInAudience', 'AzureADMultipleOrgs');
    },
    what: /ALLOWED_TENANTS is \*/,
    fix: 'ALLOWED_TENANTS=<tenant GUID>',
    severity: 'warning',
  },
  {
    id: 'key-weak',
    by: 'a key that somebody typed',
    break: set('ENCRYPTION_KEYS', `k1:${Buffer.from('correct horse battery staple 123').toString('base64')}`),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'npx latchkey keys rotate',
  },
  {
    id: 'key-weak',
    by: 'a key of zeros',
    break: set('ENCRYPTION_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-weak',
    by: 'a key that counts',
    break: set(
      'ENCRYPTION_KEYS',
      `k1:${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)).toString('base64')}`,
    ),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-weak',
    by: 'a key that repeats itself',
    break: set('ENCRYPTION_KEYS', `k1:${Buffer.from('00ff10ee'.repeat(8), 'hex').toString('base64')}`),
    what: /the key k1 of ENCRYPTION_KEYS is not random/,
    fix: 'randomBytes(32)',
  },
  {
    id: 'key-duplicate',
    by: 'the old key under a new name',
    break: (project) => set('ENCRYPTION_KEYS', twice(newKey('old')))(project),
    what: /the key new of ENCRYPTION_KEYS is another one's twin/,
    fix: 'npx latchkey keys rotate',
  },
  {
    id: 'store-opens',
    by: 'a store that is no database',
    break: (project) => {
      project.write('data/latchkey.db', 'Not a database. '.repeat(100));
      chmodSync(project.path('data/latchkey.db'), 0o600);
    },
    what: /not a database/,
    fix: 'STORE_URL=sqlite:./data/latchkey.db',
  },
  {
    id: 'store-writable',
    by: 'a store below a file',
    break: set('STORE_URL', 'sqlite:./connections.json/latchkey.db'),
    what: /the store cannot be written: /,
    fix: 'chown -R latchkey',
  },
  {
    id: 'scopes-offline-access',
    by: 'no offline_access',
    break: (project) => project.change('connections.json', `${WIKI}/signIn/scopes`, ['openid', 'wiki.read']),
    what: /wiki: signIn\.scopes has no offline_access/,
    fix: '"scopes": ["offline_access","openid","wiki.read"]',
    severity: 'warning',
  },
  {
    id: 'scopes-openid',
    by: 'entra without openid',
    break: (project) => project.change('connections.json', `${WIKI}/signIn/scopes`, ['offline_access', 'wiki.read']),
    what: /wiki: signIn\.scopes has no openid/,
    fix: '"scopes": ["openid","offline_access","wiki.read"]',
    severity: 'warning',
  },
  {
    id: 'client-secret',
    by: "a secret's id in place of its value",
    break: set('WIKI_CLIENT_SECRET', SIGN_IN),
    what: /wiki: signIn\.clientSecret is the secret's id, not its value/,
    fix: 'copy its value',
  },
  {
    id: 'client-secret',
    by: 'a placeholder',
    break: set('WIKI_CLIENT_SECRET', '<your secret>'),
    what: /wiki: signIn\.clientSecret is a placeholder/,
    fix: 'Make a new secret',
  },
  {
    id: 'aad-client-id',
    by: 'a sign-in with another registration',
    break: (project) =>
      project.change('connections.json', `${WIKI}/signIn/clientId`, '77777777-aaaa-4aaa-8aaa-777777777777'),
    what: /no connection signs in with AAD_APP_CLIENT_ID/,
    fix: '"clientId": "${AAD_APP_CLIENT_ID}"',
    severity: 'warning',
    also: ['package-app-info', 'package-outdated'],
  },
  {
    id: 'redirect-uri-unregistered',
    by: 'a redirect URI that is not in aad.manifest.json',
    break: (project) => project.change('aad.manifest.json', 'web/redirectUris', []),
    what: /wiki: aad\.manifest\.json does not register https:\/\/latchkey\.example\.com\/auth\/callback\/wiki/,
    fix: 'Add "https://latchkey.example.com/auth/callback/wiki" to web.redirectUris in aad.manifest.json',
  },
  {
    id: 'redirect-uri-foreign',
    by: "somebody else's redirect URI",
    break: (project) =>
      project.change('aad.manifest.json', 'web/redirectUris/1', 'https://old.example.com/auth/callback/wiki'),
    what: /registers https:\/\/old\.example\.com\/auth\/callback\/wiki, which no connection uses/,
    fix: 'Take "https://old.example.com/auth/callback/wiki" out',
    severity: 'warning',
  },
  {
    id: 'aad-audience',
    by: 'two tenants let in, one registered',
    break: set('ALLOWED_TENANTS', `${TENANTS.contoso},${TENANTS.fabrikam}`),
    what: /lets several tenants in, and aad\.manifest\.json registers the sign-in for one/,
    fix: '"signInAudience": "AzureADMultipleOrgs"',
  },
  {
    id: 'sso-resource',
    by: 'a resource that is a name',
    break: (project) => singleSignOn(project, 'api://wiki'),
    what: /wiki: signIn\.resource, api:\/\/wiki, holds neither the application’s id nor a domain$/,
    fix: `"resource": "api://${SIGN_IN}"   in signIn of wiki`,
  },
  {
    id: 'sso-resource',
    by: 'the scope in place of the resource',
    break: (project) => singleSignOn(project, `api://latchkey.example.com/${SIGN_IN}/access_as_user`),
    what: /is a scope, not the Application ID URI$/,
    fix: `"resource": "api://latchkey.example.com/${SIGN_IN}"   in signIn of wiki`,
  },
  {
    id: 'sso-resource',
    by: "a resource of last year's host",
    break: (project) => singleSignOn(project, 'api://old.example.org/wiki'),
    what: /names another domain than BASE_URL$/,
    fix: `"resource": "api://${SIGN_IN}"`,
    severity: 'warning',
  },
  {
    id: 'sso-several-resources',
    by: 'two registrations for single sign-on',
    break: async (project) => {
      const [id, clientId] = ['blog', '77777777-aaaa-4aaa-8aaa-777777777777'];
      const signIn = {
        type: 'teamsSso',
        clientId,
        clientSecret: 'x7Q~',
        resource: `api://${clientId}`,
        scopes: ['openid', 'offline_access'],
      };
      await singleSignOn(project, `api://${SIGN_IN}`, { id, title: 'Contoso blog', signIn });
    },
    what: /blog: signIn\.resource is another than that of wiki/,
    fix: '"type": "entra"   in signIn of blog',
    severity: 'warning',
    also: ['manifest-template'],
  },
  {
    id: 'direct-line-incomplete',
    by: 'Web Chat without its secret',
    break: set('DIRECT_LINE_ORIGINS', 'https://chat.example.com'),
    what: /DIRECT_LINE_ORIGINS is set, and DIRECT_LINE_SECRET is not/,
    fix: 'or unset DIRECT_LINE_ORIGINS',
    severity: 'warning',
  },
  {
    id: 'direct-line-origin-site',
    by: 'a chat page of another domain',
    break: webChat({ DIRECT_LINE_ORIGINS: 'https://chat.example.com,https://contoso.example.org' }),
    what: /names https:\/\/contoso\.example\.org, which is of another site than BASE_URL, https:\/\/latchkey\.example\.com/,
    fix: 'or link to https://latchkey.example.com/chat',
  },
  {
    id: 'env-file-missing',
    by: 'no env/.env.dev',
    break: (project) => {
      const { BOT_DOMAIN = '', ...values } = envFile();
      Object.assign(project.env, values, { BOT_DOMAIN });
      project.remove('env/.env.dev');
    },
    what: /env\/\.env\.dev is not there/,
    fix: 'git checkout env/.env.dev   and fill it in',
    severity: 'warning',
  },
  {
    id: 'env-file-secret',
    by: "the bot's password in a committed file",
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), BOT_PASSWORD: 'sentinel-in-a-file' })),
    what: /env\/\.env\.dev holds BOT_PASSWORD/,
    fix: 'Move BOT_PASSWORD to env/.env.dev.user as SECRET_BOT_PASSWORD',
  },
  {
    id: 'env-file-differs',
    by: 'another tenant in env/.env.dev',
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), BOT_TENANT_ID: TENANTS.fabrikam })),
    what: /BOT_TENANT_ID is one thing in the environment and another in env\/\.env\.dev/,
    fix: `BOT_TENANT_ID=${TENANTS.contoso}   in env/.env.dev`,
  },
  {
    id: 'manifest-variables',
    by: 'an unresolved variable',
    break: (project) => project.write('env/.env.dev', lines({ ...envFile(), TEAMS_APP_ID: '' })),
    what: /\$\{\{TEAMS_APP_ID\}\} in the app package has no value/,
    fix: 'Set TEAMS_APP_ID in env/.env.dev',
    also: ['package-outdated'],
  },
  {
    id: 'manifest-variables',
    by: 'a variable in the template that nothing sets',
    break: (project) => project.change('appPackage/manifest.json', 'developer/mpnId', '${{MPN_ID}}'),
    what: /\$\{\{MPN_ID\}\} in the app package has no value/,
    fix: 'Set MPN_ID in env/.env.dev',
    also: ['package-outdated'],
  },
  {
    id: 'manifest-domains',
    by: 'a tunnel for production',
    break: async (project) => {
      set('BASE_URL', 'https://abc-3978.euw.devtunnels.ms')(project);
      project.write('env/.env.dev', lines({ ...envFile(), BOT_DOMAIN: 'abc-3978.euw.devtunnels.ms' }));
    },
    what: /BASE_URL is behind a tunnel/,
    fix: 'Set BASE_URL',
    also: ['package-foreign-domains', 'package-outdated', 'package-valid-domains'],
  },
  {
    id: 'manifest-template',
    by: 'validDomains by hand, with a wildcard',
    break: (project) => project.change('appPackage/manifest.json', 'validDomains', ['*.example.com']),
    what: /validDomains: is generated from BASE_URL: take it out/,
    fix: 'Mend appPackage/manifest.json',
  },
  {
    id: 'manifest-template',
    by: 'a template that is no JSON',
    break: (project) => project.write('appPackage/manifest.json', '{ "id": '),
    what: /appPackage\/manifest\.json is not JSON/,
    fix: 'Mend appPackage/manifest.json',
  },
  {
    id: 'package-missing',
    by: 'no package',
    break: (project) => project.remove(project.packagePath),
    what: /appPackage\/build\/latchkey\.dev\.zip is not there/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'package-broken',
    by: 'a package that is no zip',
    break: (project) => project.write(project.packagePath, 'PK'),
    what: /latchkey\.dev\.zip: it is no zip archive/,
    fix: 'npm run package -- --env dev',
  },
  {
    id: 'package-bot-id',
    by: "another bot's id in the package",
    break: (project) => project.changePackage('composeExtensions/0/botId', SIGN_IN),
    what: /botId in the package is not BOT_ID/,
    fix: `BOT_ID=${BOT} npm run package`,
    also: ['package-outdated'],
  },
  {
    id: 'package-commands',
    by: 'a command that no connection serves',
    break: (project) => project.changePackage('composeExtensions/0/commands/0/id', 'insertBlog'),
    what: /the package has the command insertBlog, which no connection serves/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-commands',
    by: 'a connection that came later',
    break: (project) => project.change('connections.json', `${WIKI}/commands/1`, 'insertHandbook'),
    what: /the package lacks the command insertHandbook of a connection/,
    fix: 'upload appPackage/build/latchkey.dev.zip again',
    also: ['package-outdated'],
  },
  {
    id: 'package-valid-domains',
    by: 'validDomains without the host',
    break: (project) => project.changePackage('validDomains', []),
    what: /validDomains in the package lacks latchkey\.example\.com/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-valid-domains',
    by: "validDomains without the token service's host",
    break: async (project) => {
      const signIn = { type: 'tokenService', connectionName: 'handbook' };
      const source = { type: 'mediawiki', url: 'https://wiki.example.com' };
      const handbook = { id: 'handbook', title: 'Contoso handbook', commands: ['insertWiki'], signIn, source };
      project.change('connections.json', 'connections/1', handbook);
      await project.pack();
      project.changePackage('validDomains', ['latchkey.example.com']);
    },
    what: /validDomains in the package lacks token\.botframework\.com, the token service's/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-foreign-domains',
    by: 'a wildcard in validDomains',
    break: (project) => project.changePackage('validDomains/1', '*.azurewebsites.net'),
    what: /validDomains in the package holds \*\.azurewebsites\.net, a wildcard/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-link-domains',
    by: 'another wiki than the one that was packaged',
    break: (project) => project.change('connections.json', `${WIKI}/source/url`, 'https://new-wiki.example.com'),
    what: /the package unfurls links to wiki\.example\.com; the connections', new-wiki\.example\.com/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
    also: ['package-outdated'],
  },
  {
    id: 'package-app-info',
    by: 'webApplicationInfo of another app',
    break: (project) => project.changePackage('webApplicationInfo', { id: BOT }),
    what: /webApplicationInfo\.id in the package is not the clientId of the sign-in/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-sso-resource',
    by: 'a package for another resource',
    break: async (project) => {
      await singleSignOn(project, `api://${SIGN_IN}`);
      project.changePackage('webApplicationInfo/resource', `api://old.example.com/${SIGN_IN}`);
    },
    what: new RegExp(`webApplicationInfo\\.resource in the package is not api://${SIGN_IN}, the resource`),
    fix: 'upload appPackage/build/latchkey.dev.zip again',
    also: ['package-outdated'],
  },
  {
    id: 'package-sso-resource',
    by: 'a package from before single sign-on was given up',
    break: async (project) => {
      const before = readFileSync(project.path('connections.json'), 'utf8');
      await singleSignOn(project, `api://${SIGN_IN}`);
      project.write('connections.json', before);
    },
    what: /webApplicationInfo\.resource in the package is of single sign-on, and no connection has it/,
    fix: 'npm run package -- --env dev',
    also: ['package-outdated'],
  },
  {
    id: 'package-outdated',
    by: 'a template that was changed after packaging',
    break: (project) => project.change('appPackage/manifest.json', 'version', '1.0.1'),
    what: /latchkey\.dev\.zip is not what would be built now: manifest\.json/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'package-outdated',
    by: "a language's text that was changed after packaging",
    break: (project) => project.change('appPackage/de.json', 'name.full', 'Ein anderer Name'),
    what: /latchkey\.dev\.zip is not what would be built now: de\.json/,
    fix: 'npm run package -- --env dev',
    severity: 'warning',
  },
  {
    id: 'base-url-loopback',
    by: 'this machine for the real Teams',
    break: (project) => {
      set('BASE_URL', 'http://localhost:3978')(project);
      project.change('aad.manifest.json', 'web/redirectUris', ['http://localhost:3978/auth/callback/wiki']);
    },
    what: /BASE_URL is this very machine, and BOT_OPENID_METADATA is the Connector of the real Teams/,
    fix: 'npm run demo',
    also: ['manifest-domains', 'package-foreign-domains', 'package-outdated'],
  },
  {
    id: 'trusted-proxies-missing',
    by: 'no word of the proxy',
    break: unset('TRUSTED_PROXIES'),
    what: /TRUSTED_PROXIES does not name it/,
    fix: 'TRUSTED_PROXIES=loopback',
    severity: 'warning',
  },
  {
    id: 'trusted-proxies-broad',
    by: 'half of all addresses believed',
    break: set('TRUSTED_PROXIES', '10.0.0.0/8,0.0.0.0/1'),
    what: /TRUSTED_PROXIES believes half the world \(0\.0\.0\.0\/1\)/,
    fix: "TRUSTED_PROXIES=<the proxy's own address",
  },
];

/** The same key under two ids. */
function twice(key: string): string {
  return `${key},${key.replace('old:', 'new:')}`;
}
