import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthClient, completionBody } from '../../../local/auth-client.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { BOT_ID, PASSWORD, type Person, TENANTS } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { type Stack, startStack } from '../../../local/stack.ts';
import { Connector } from '../../../local/teams/connector/connector.ts';
import { createSigningKey, KeyRing } from '../../../local/teams/connector/signing-keys.ts';
import { listen } from '../../../local/teams/listen.ts';
import { type ForwardProxy, startForwardProxy } from '../network/forward-proxy.ts';
import { patient } from '../patience.ts';
import { answerIn, type SearchResponse, ticketOf } from './world.ts';

const BASE_URL = 'https://latchkey.contoso.example';
const CONNECTOR = 'https://login.botframework.com';
export const LOGIN = 'login.contoso.example';
export const WIKI = 'wiki.contoso.example';

/** The built bot as in production, on a machine that reaches other services only through a forward proxy. Only the
 * proxy resolves the names, Microsoft's too. */
export interface ProxiedWorld extends Stack {
  proxy: ForwardProxy;
  connector: Connector;
  /** The bot's connections and look-ups, except those of its own proxy. */
  strayConnections(): string[];
  search(person: Person, state?: string): Promise<SearchResponse>;
  signIn(person: Person): Promise<SearchResponse>;
}

interface ProxiedWorldOptions {
  credentials?: string;
  secure?: boolean;
  certified?: readonly string[];
  /** Receives the port of the proxy, and changes the settings of the bot. */
  botEnv?: (proxy: ForwardProxy) => Record<string, string | undefined>;
}

const PRELOAD = `--import=${new URL('../process/connections-preload.mjs', import.meta.url).href}`;

export async function startProxiedWorld({
  credentials,
  secure,
  certified,
  botEnv,
}: ProxiedWorldOptions = {}): Promise<ProxiedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-proxied-'));
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  const identityProviderUrl = `http://localhost:${identityProvider}`;
  const connector = new Connector(BOT_ID, CONNECTOR, new KeyRing(await createSigningKey()));
  const keys = await listen(0);
  keys.server.on('request', (request, response) => void connector.endpoints.handle(request, response));
  const entra = await listen(0);
  serveEntra(entra.server);
  const proxy = await startForwardProxy({
    hosts: {
      [LOGIN]: identityProviderUrl,
      [WIKI]: `http://localhost:${wiki}`,
      'login.botframework.com': keys.origin,
      'login.microsoftonline.com': entra.origin,
    },
    ...(credentials && { credentials }),
    ...(secure && { secure }),
    ...(certified && { certified }),
  });
  const [authority, log] = [join(folder, 'authority.pem'), join(folder, 'connections.log')];
  writeFileSync(authority, proxy.certificate);
  writeFileSync(log, '');
  const user = credentials === undefined ? '' : `${credentials}@`;
  const stop = async () => {
    await Promise.all([proxy.close(), keys.close(), entra.close()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const issuers = [...Object.values(TENANTS).map((tenant) => `/${tenant}/v2.0`), '/plain'];
  const stack = await startStack({
    ports: { bot, identityProvider, wiki },
    botEnv: {
      BASE_URL,
      BOT_PASSWORD: 'a-password-of-the-bot',
      IDENTITY_PROVIDER_URL: `https://${LOGIN}`,
      WIKI_URL: `https://${WIKI}`,
      HTTPS_PROXY: `${secure ? 'https' : 'http'}://${user}localhost:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: authority,
      NODE_OPTIONS: PRELOAD,
      TEST_SOCKET_LOG: log,
      ...botEnv?.(proxy),
    },
    identityProviderEnv: { ORIGIN: `https://${LOGIN}`, BASE_URLS: BASE_URL },
    wikiEnv: {
      ORIGIN: `https://${WIKI}`,
      ISSUERS: issuers.map((path) => `https://${LOGIN}${path}=${identityProviderUrl}${path}/jwks`).join(),
    },
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const world: ProxiedWorld = {
    ...stack,
    proxy,
    connector,
    strayConnections() {
      const expected = [`localhost:${proxy.port}`, 'lookup localhost'];
      const all = readFileSync(log, 'utf8').split('\n').filter(Boolean);
      return all.filter((line) => !expected.includes(line) && !/^(127\.0\.0\.1|::1):/.test(line));
    },
    async search(person, state) {
      const query = { commandId: 'insertWiki', text: 'lakers', ...(state !== undefined && { state }) };
      const options = { timeout: patient(5_000) };
      return answerIn(await connector.post(stack.botUrl, connector.queryActivity(person, query), options));
    },
    async signIn(person) {
      const page = new AuthClient(BASE_URL);
      const ticket = ticketOf(await world.search(person));
      const started = await page.post('start', { ticket }, stack.botUrl);
      const address = String(started.body.authorizationUrl);
      if (!address.startsWith(`https://${LOGIN}/`)) throw new Error(`start answered ${JSON.stringify(started)}`);
      // The person's browser has another way to the provider.
      const { callbackUrl } = await signInByPages({
        authorizationUrl: address.replace(`https://${LOGIN}`, identityProviderUrl),
        username: person.username,
        password: PASSWORD,
      });
      const done = await page.post('complete', completionBody(callbackUrl), stack.botUrl);
      if (done.body.next !== 'done') throw new Error(`The sign-in ended with ${JSON.stringify(done)}`);
      return world.search(person, String(done.body.securityCode));
    },
    async stop() {
      await stack.stop();
      await stop();
    },
  };
  return world;
}

/** The part of Entra that a bot needs for its own token. */
function serveEntra(server: Server): void {
  server.on('request', (request, response) => {
    const tenant = (request.url ?? '').split('/')[1];
    const origin = `https://login.microsoftonline.com/${tenant}`;
    const isToken = request.method === 'POST';
    const body = isToken
      ? { token_type: 'Bearer', expires_in: 3600, access_token: 'a-token-of-the-bot' }
      : {
          issuer: `${origin}/v2.0`,
          authorization_endpoint: `${origin}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin}/oauth2/v2.0/token`,
          tenant_discovery_endpoint: `${origin}/v2.0/.well-known/openid-configuration`,
          jwks_uri: `${origin}/discovery/v2.0/keys`,
          metadata: [],
        };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}
