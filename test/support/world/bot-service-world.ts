import { fileURLToPath } from 'node:url';
import { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { builtPath } from '../../../local/paths.ts';
import { BOT_PASSWORD, PASSWORD, type Person } from '../../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../../local/processes.ts';
import { orderFault } from '../provider/provider-view.ts';
import { ssoToken } from './sso-world.ts';
import { type SearchResponse, startWorld, type World } from './world.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('connections/bot-service.json', import.meta.url));
const REDIRECT = '/.auth/web/redirect';

/** A world whose connections `wiki` (with single sign-on) and `handbook` keep their credentials in the token service;
 * `guarded` is one of our own. */
export interface BotServiceWorld {
  world: World;
  tokenService: Running & { url: string };
  /** From the prompt's link to the code on the service's last page, over the pages. */
  codeAt(link: string, username: string): Promise<string>;
  /** How often a call of the service succeeded, and was refused. */
  count(call: string): Promise<{ ok: number; refused: number }>;
  fault(fault: object): Promise<void>;
  /** Entra's token for the Teams client of a person. */
  ssoToken(person: Person, change?: { claims?: object }): Promise<string>;
  stop(): Promise<void>;
}

export async function startBotServiceWorld(
  botEnv: Record<string, string | undefined> = {},
  serviceEnv: Record<string, string> = {},
): Promise<BotServiceWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0, service = 0] = await freePorts(4);
  const url = `http://localhost:${service}`;
  const identityProviderUrl = `http://localhost:${identityProvider}`;
  const callbacks = ['wiki', 'handbook', 'guarded'].map((id) => `http://localhost:${bot}/auth/callback/${id}`);
  const tokenService = await startProcess({
    name: 'token service',
    script: builtPath('local/token-service/main.js'),
    env: {
      PORT: String(service),
      IDENTITY_PROVIDER_URL: identityProviderUrl,
      TOKEN_SERVICE_STATS: '1',
      TOKEN_SERVICE_FAULTS: '1',
      ...serviceEnv,
    },
  });
  const world = await startWorld({
    ports: { bot, identityProvider, wiki },
    botEnv: { CONNECTIONS_FILE, BOT_TOKEN_SERVICE: url, BOT_PASSWORD, LOG_LEVEL: 'trace', ...botEnv },
    identityProviderEnv: { REDIRECT_URIS: [...callbacks, url + REDIRECT].join(), IDP_SSO: '1' },
    close: () => tokenService.stop(),
  });
  return {
    world,
    tokenService: { ...tokenService, url },
    codeAt: (link, username) => codeAt(link, url, username),
    async count(call) {
      const { requests } = (await (await fetch(`${url}/__stats`)).json()) as { requests: Counts };
      return requests[call] ?? { ok: 0, refused: 0 };
    },
    fault: (fault) => orderFault(url, fault),
    ssoToken: (...owner) => ssoToken(identityProviderUrl, ...owner),
    stop: world.stop,
  };
}

type Counts = Record<string, { ok: number; refused: number }>;

async function codeAt(link: string, service: string, username: string): Promise<string> {
  const begun = await fetch(link, { redirect: 'manual' });
  const authorizationUrl = begun.headers.get('location');
  if (begun.status !== 302 || !authorizationUrl) throw new Error(`The sign-in link answered ${begun.status}`);
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD, jar: new CookieJar() });
  if (!callbackUrl.startsWith(service + REDIRECT)) throw new Error(`The sign-in went to ${callbackUrl}`);
  const last = await fetch(callbackUrl);
  const [, code] = /<output id="code">(\d{6})<\/output>/.exec(await last.text()) ?? [];
  if (code === undefined) throw new Error(`The last page answered ${last.status}, without a code`);
  return code;
}

/** The sign-in link of an answer. */
export function linkOf({ type, suggestedActions }: SearchResponse): string {
  const url = suggestedActions?.actions[0]?.value;
  if (!['auth', 'silentAuth'].includes(type) || url === undefined) throw new Error(`Expected a prompt, got ${type}`);
  return url;
}
