import { chmodSync, readFileSync } from 'node:fs';
import { BOT_PASSWORD } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import type { Passing } from '../support/network/edge.ts';
import type { Broken, DoctorProject } from '../support/project/doctor-project.ts';
import { json } from '../support/provider/byzantine-provider.ts';
import { inDatabase } from '../support/world/world.ts';
import { newKey } from './public-project.ts';
import type { Running } from './running-project.ts';
import { set } from './spoil.ts';

/** Faults of the running system: `project` is a copy, and the rest is repaired after each test. */
type BrokenWorld = Omit<Broken, 'break'> & { break(project: DoctorProject, running: Running): unknown };

/** At the reverse proxy. */
function atTheEdge(spoil: (passing: Passing) => void) {
  return (_: DoctorProject, { edge }: Running) => {
    edge.spoil = spoil;
  };
}

/** Answers with this on each path with that beginning. */
function answers(path: string, status: number) {
  return atTheEdge((passing) => {
    if (passing.path.startsWith(path)) passing.status = status;
  });
}

function onPages(change: (headers: Headers) => void) {
  return atTheEdge(({ path, headers }) => {
    if (path.startsWith('/auth/')) change(headers);
  });
}

/** The second issuer announces this about itself. */
function says(metadata: Record<string, unknown>) {
  return (_: DoctorProject, { issuer }: Running) => {
    issuer.metadata = { ...issuer.metadata, ...metadata };
  };
}

/** Of an Azure AD B2C. */
export const B2C_TENANT = '1b380119-2f96-4cc9-a78e-74f72c6833ee';

/** No server listens there. */
async function nowhere(): Promise<string> {
  return `http://localhost:${(await freePorts(1))[0]}`;
}

/** Seconds. */
function clockOff(by: number) {
  return atTheEdge(({ headers }) => headers.set('date', new Date(Date.now() + by * 1000).toUTCString()));
}

/** A store of its own, as the service creates it. */
async function newStore(project: DoctorProject): Promise<string> {
  project.env.STORE_URL = 'sqlite:./data/own.db';
  const { code, stderr } = await project.latchkey('connections', 'list');
  if (code !== 0) throw new Error(stderr);
  return project.path('data/own.db');
}

/** One more connection with credentials in the local token service, under this name. */
export async function keptExisting(
  project: DoctorProject,
  { tokenService }: Running,
  connectionName: string,
): Promise<void> {
  Object.assign(project.env, { BOT_TOKEN_SERVICE: tokenService.url, BOT_PASSWORD });
  const { connections } = JSON.parse(readFileSync(project.path('connections.json'), 'utf8'));
  const signIn = { type: 'tokenService', connectionName };
  project.change('connections.json', 'connections/2', { ...connections[1], id: 'tickets', signIn });
  await project.pack();
}

export const BROKEN_WORLDS: readonly BrokenWorld[] = [
  {
    id: 'clock-skew',
    by: 'a clock that is ten minutes off',
    break: clockOff(600),
    what: /the clock of localhost:\d+ is (599|60[01]) seconds ahead of this machine's/,
    fix: 'timedatectl set-ntp true',
  },
  {
    id: 'clock-skew',
    by: 'a clock that is two minutes slow',
    break: clockOff(-120),
    what: /the clock of localhost:\d+ is 1(19|2[01]) seconds behind this machine's/,
    fix: 'timedatectl set-ntp true',
    severity: 'warning',
  },
  {
    id: 'base-url-answers',
    by: 'a proxy that reaches no server',
    break: atTheEdge((passing) => Object.assign(passing, { status: 502, body: Buffer.from('Bad gateway') })),
    what: /\/healthz answers 502/,
    fix: 'npm start',
  },
  {
    id: 'base-url-answers',
    by: 'a proxy that redirects everything',
    break: atTheEdge((passing) => {
      passing.status = 301;
      passing.headers.set('location', 'https://www.example.com/');
    }),
    what: /\/healthz answers with a redirect \(301\)/,
    fix: "curl -i 'http://localhost",
  },
  {
    id: 'service-ready',
    by: 'a service that is not ready',
    break: answers('/readyz', 503),
    what: /\/readyz answers 503/,
    fix: "Read the service's log",
  },
  {
    id: 'messages-gate',
    by: 'a proxy that knows no /api',
    break: answers('/api/messages', 404),
    what: /\/api\/messages answers 404 to a request without a token/,
    fix: 'pass POST /api/messages unchanged',
  },
  {
    id: 'page-opener-policy',
    by: 'a proxy that adds Cross-Origin-Opener-Policy',
    break: onPages((headers) => headers.set('cross-origin-opener-policy', 'same-origin')),
    what: /\/auth\/start has a Cross-Origin-Opener-Policy header/,
    fix: 'proxy_hide_header Cross-Origin-Opener-Policy',
  },
  {
    id: 'page-reachable',
    by: 'a proxy that passes no callback',
    break: answers('/auth/callback/', 404),
    what: /\/auth\/callback\/wiki answers 404/,
    fix: 'pass /auth/ unchanged',
  },
  {
    id: 'page-policy',
    by: 'a proxy that strips Content-Security-Policy',
    break: onPages((headers) => headers.delete('content-security-policy')),
    what: /\/auth\/start has no Content-Security-Policy of Latchkey/,
    fix: 'do not add or change Content-Security-Policy',
  },
  {
    id: 'page-policy',
    by: 'a proxy that adds a Content-Security-Policy',
    break: onPages((headers) => headers.append('content-security-policy', "script-src 'none'")),
    what: /\/auth\/start has a second Content-Security-Policy/,
    fix: 'do not add or change Content-Security-Policy',
  },
  {
    id: 'page-stored',
    by: 'a proxy that caches',
    break: onPages((headers) => headers.set('cache-control', 'public, max-age=3600')),
    what: /\/auth\/start has no Cache-Control: no-store/,
    fix: 'do not cache pages below /auth/',
  },
  {
    id: 'connector-metadata',
    by: 'a Connector that is out of order',
    break: (_, { world }) => {
      world.connector.endpoints.mode.metadata = 'error';
    },
    what: /openidconfiguration answers 503/,
    fix: /curl -i 'http\S+openidconfiguration/,
  },
  {
    id: 'connector-keys',
    by: 'a Connector without keys',
    break: (_, { world }) => {
      world.connector.endpoints.mode.keys = 'error';
    },
    what: /\/keys answers 503/,
    fix: /curl -i 'http\S+keys'/,
  },
  {
    id: 'issuer-reachable',
    by: 'an issuer without a server',
    break: async (project) => set('SECOND_ISSUER', `${await nowhere()}/plain`)(project),
    what: /handbook: \S+openid-configuration no connection \(ECONNREFUSED\)/,
    fix: 'correct signIn.issuer (or authority) of handbook',
  },
  {
    id: 'issuer-reachable',
    by: 'a token endpoint without a server',
    break: async (project, { issuer }) =>
      project.change('connections.json', 'connections/1/signIn', {
        type: 'oauth2',
        authorizationUrl: `${issuer.origin}/authorize`,
        tokenUrl: `${await nowhere()}/token`,
        clientId: 'latchkey',
        clientSecret: 'a-secret-of-the-test',
        account: { url: `${issuer.origin}/user`, id: '/id' },
      }),
    what: /handbook: http:\S+\/token no connection \(ECONNREFUSED\)/,
    fix: 'correct signIn.tokenUrl of handbook',
  },
  {
    id: 'issuer-reachable',
    by: 'an issuer that never answers',
    break: (_, { issuer }) => {
      issuer.responses['openid-configuration'] = () => undefined;
    },
    what: /handbook: \S+openid-configuration no answer in 5 seconds/,
    fix: /curl -i 'http\S+openid-configuration/,
  },
  {
    id: 'issuer-mismatch',
    by: 'an issuer with a slash at its end',
    break: (_, running) => says({ issuer: `${running.issuer.origin}/plain/` })(_, running),
    what: /handbook: \S+\/plain calls itself http\S+\/plain\/$/,
    fix: /"issuer": "http\S+\/plain\/"/,
  },
  {
    id: 'issuer-mismatch',
    by: 'an issuer that has a document below its other name, too',
    break: (_, running) => says({ issuer: `${running.issuer.origin}/renamed` })(_, running),
    what: /handbook: \S+\/plain calls itself http\S+\/renamed$/,
    fix: /^"issuer": "http\S+\/renamed"/,
  },
  {
    id: 'issuer-mismatch',
    by: 'an issuer whose other name leads nowhere',
    break: async (_, running) => says({ issuer: `${await nowhere()}/realms/x` })(_, running),
    what: /handbook: \S+\/plain calls itself http\S+\/realms\/x$/,
    fix: /^No issuer works here as it is: \S+\/realms\/x\/\.well-known\/openid-configuration no connection/,
  },
  {
    id: 'issuer-mismatch',
    by: 'a policy of Azure AD B2C, which names the tenant alone',
    break: (project, running) => {
      project.env.SECOND_ISSUER = `${running.issuer.origin}/contoso.onmicrosoft.com/B2C_1_SignIn/v2.0`;
      says({ issuer: `${running.issuer.origin}/${B2C_TENANT}/v2.0/` })(project, running);
    },
    what: /handbook: \S+\/B2C_1_SignIn\/v2\.0 calls itself http\S+\/v2\.0\/$/,
    fix: new RegExp(`^In Azure AD B2C set .+/tfp/; then "issuer": "http\\S+/tfp/${B2C_TENANT}/b2c_1_signin/v2\\.0/"`),
  },
  {
    id: 'issuer-mismatch',
    by: 'the address that Entra has for all tenants, as an issuer',
    break: (_, running) => says({ issuer: `${running.issuer.origin}/{tenantid}/v2.0` })(_, running),
    what: /handbook: \S+\/plain calls itself http\S+\/\{tenantid\}\/v2\.0$/,
    fix: /^"type": "entra" {3}in signIn of handbook/,
  },
  {
    id: 'issuer-pkce',
    by: 'PKCE with plain alone',
    break: says({ code_challenge_methods_supported: ['plain'] }),
    what: /handbook: the issuer does not offer PKCE with S256/,
    fix: 'Turn on PKCE (S256)',
  },
  {
    id: 'issuer-pkce',
    by: 'an issuer that does not mention PKCE',
    break: says({ code_challenge_methods_supported: undefined }),
    what: /handbook: the issuer does not offer PKCE with S256/,
    fix: 'Turn on PKCE (S256)',
    severity: 'warning',
  },
  {
    id: 'issuer-client-authentication',
    by: 'an issuer that wants keys, not secrets',
    break: says({ token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
    what: /handbook: the issuer lists no client authentication with a secret/,
    fix: '"clientAuthentication": "private_key_jwt"   in signIn of handbook',
    severity: 'warning',
  },
  {
    id: 'issuer-client-authentication',
    by: 'a setting that the issuer does not list',
    break: (project) =>
      project.change('connections.json', 'connections/1/signIn/clientAuthentication', 'client_secret_basic'),
    what: /handbook: the issuer does not list client_secret_basic$/,
    fix: '"clientAuthentication": "client_secret_post"   in signIn of handbook',
    severity: 'warning',
  },
  {
    id: 'issuer-endpoints',
    by: 'a token endpoint with plain http',
    break: says({ token_endpoint: 'http://login.example.com/token' }),
    what: /handbook: token_endpoint of the issuer is missing or not https/,
    fix: 'public address to https',
  },
  {
    id: 'issuer-keys',
    by: 'an empty JWKS',
    break: (_, { issuer }) => {
      issuer.keys = [];
    },
    what: /handbook: \S+\/jwks contains no key that verifies an ID token/,
    fix: /curl -s 'http\S+\/jwks'/,
  },
  {
    id: 'issuer-keys',
    by: 'a JWKS for encryption alone',
    break: (_, { issuer }) => {
      issuer.keys = [{ ...issuer.jwk, use: 'enc' }];
    },
    what: /handbook: \S+\/jwks contains no key that verifies an ID token/,
    fix: 'must show a signing key',
  },
  {
    id: 'issuer-keys',
    by: 'a JWKS that is an error page',
    break: (_, { issuer }) => {
      issuer.responses.jwks = (response) => json(response, 500, {});
    },
    what: /handbook: \S+\/jwks answers 500/,
    fix: /curl -s 'http\S+\/jwks'/,
  },
  {
    id: 'issuer-reachable',
    by: 'a discovery document that is larger than it may be',
    break: says({ example: 'x'.repeat(1_200_000) }),
    what: /handbook: \S+openid-configuration the discovery document is larger than 1 MB: 1\.2 MB/,
    fix: /curl -i 'http\S+openid-configuration/,
  },
  {
    id: 'issuer-keys',
    by: 'a JWKS that is larger than it may be',
    break: (_, { issuer }) => {
      issuer.keys = [issuer.jwk, { kty: 'RSA', kid: 'x'.repeat(1_200_000) }];
    },
    what: /handbook: \S+\/jwks the provider’s key set is larger than 1 MB: 1\.2 MB/,
    fix: /curl -s 'http\S+\/jwks'/,
  },
  {
    id: 'redirect-uri-refused',
    by: 'a redirect URI that the provider does not know',
    break: (_, { issuer }) => {
      issuer.responses.authorize = (response) => {
        response.writeHead(400, { 'content-type': 'text/html' }).end('<p>The redirect_uri is not registered');
      };
    },
    what: /^handbook: the provider does not accept the redirect URI \(400\): "The redirect_uri is not registered"/,
    fix: /Register exactly http:\/\/localhost:\d+\/auth\/callback\/handbook /,
  },
  {
    id: 'authorization-refused',
    by: 'a scope that the provider does not know',
    break: (_, { issuer }) => {
      issuer.responses.authorize = (response, { query }) => {
        const location = new URL(query.get('redirect_uri') ?? '');
        location.searchParams.set('error', 'invalid_scope');
        response.writeHead(302, { location: location.href }).end();
      };
    },
    what: /^handbook: the provider answers the authorization request with invalid_scope/,
    fix: /signIn\.scopes of handbook/,
  },
  {
    id: 'client-refused',
    by: 'a client secret that has expired',
    break: (_, { issuer }) => {
      issuer.responses.token = (response) => json(response, 401, { error: 'invalid_client' });
    },
    what: /^handbook: the token endpoint refuses the client/,
    fix: 'Make a new client secret for handbook',
  },
  {
    id: 'source-address',
    by: 'an address that is not that of the API',
    break: async (project, { issuer }) => {
      const source = {
        type: 'http',
        url: `${issuer.origin}/searches?q={query}`,
        items: '/items',
        fields: { title: '/title', url: '/url' },
      };
      project.change('connections.json', 'connections/1/source', source);
      await project.pack();
    },
    what: /^handbook: http:\/\/localhost:\d+\/searches answers 404 to a request without a token/,
    fix: 'source.url of handbook',
    severity: 'warning',
  },
  {
    id: 'source-reachable',
    by: 'a wiki that is down',
    break: async (project) => set('WIKI_URL', await nowhere())(project),
    what: /wiki: http:\/\/localhost:\d+ no connection \(ECONNREFUSED\)/,
    fix: 'correct source.url of wiki',
  },
  {
    id: 'source-mediawiki-api',
    by: 'another path to api.php',
    break: (project) => project.change('connections.json', 'connections/0/source/apiPath', '/api.php'),
    what: /wiki: http:\/\/localhost:\d+\/api\.php is not the action API of a MediaWiki \(it answers 404\)/,
    fix: '"apiPath": "/api.php"',
  },
  {
    id: 'direct-line-reachable',
    by: 'a Direct Line without a server',
    break: async (project) => set('DIRECT_LINE_URL', await nowhere())(project),
    what: /http:\/\/localhost:\d+ Direct Line: no connection \(ECONNREFUSED\)$/,
    fix: 'correct DIRECT_LINE_URL',
  },
  {
    id: 'direct-line-secret',
    by: "another channel's key",
    break: set('DIRECT_LINE_SECRET', 'sentinel-of-another-channel'),
    what: /makes no token for DIRECT_LINE_SECRET: Direct Line: generate answered 403$/,
    fix: 'DIRECT_LINE_SECRET=<a key of the Direct Line channel',
  },
  {
    id: 'token-service-connection',
    by: 'a connection that the Azure Bot does not have',
    break: (project, running) => keptExisting(project, running, 'handbok'),
    what: /tickets: \S+ gives no sign-in link for "handbok" \(token service: GetSignInResource: answered 400\)/,
    fix: "az bot authsetting create --setting-name 'handbok'",
    asCommand: true,
  },
  {
    id: 'token-service-connection',
    by: "another bot's password",
    break: async (project, running) => {
      await keptExisting(project, running, 'handbook');
      project.env.BOT_PASSWORD = 'sentinel-of-another-bot';
    },
    what: /gives no sign-in link for "handbook" \(token service: GetSignInResource: failed/,
    fix: "Correct the bot's own credentials",
    asCommand: true,
  },
  {
    id: 'store-unreadable',
    by: 'another key than before',
    break: set('ENCRYPTION_KEYS', newKey('new')),
    what: /no key of ENCRYPTION_KEYS opens 1 of the credentials in the store; they were sealed with demo$/,
    fix: 'Put the key demo back',
    severity: 'warning',
  },
  {
    id: 'store-left-behind',
    by: 'a connection that was renamed',
    break: (project) => {
      project.change('connections.json', 'connections/0/id', 'encyclopedia');
      project.change('aad.manifest.json', 'web/redirectUris/0', '${{BASE_URL}}/auth/callback/encyclopedia');
    },
    also: ['redirect-uri-refused'],
    what: /1 credentials are of the connection wiki, which is no longer in the connections file/,
    fix: 'node dist/bot/cli.js purge --idle-days 90',
    severity: 'warning',
  },
  {
    id: 'store-permissions',
    by: 'a store that all users of the machine can read',
    break: async (project) => {
      const path = await newStore(project);
      chmodSync(path, 0o644);
      chmodSync(project.path('data'), 0o755);
      chmodSync(project.folder, 0o755);
    },
    what: /data\/own\.db is open to other users \(044\)/,
    fix: /chmod 600 \S+own\.db/,
    severity: 'warning',
  },
  {
    id: 'store-opens',
    by: 'a store of a later version',
    break: async (project) => {
      const path = await newStore(project);
      inDatabase(path, (db) => db.exec('PRAGMA user_version = 99'));
    },
    what: /the store has schema 99, this Latchkey knows up to \d+/,
    fix: 'STORE_URL=sqlite:./data/latchkey.db',
  },
];
