import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath, CONNECTIONS_FILE } from './paths.ts';
import { BOT_ID, BOT_PASSWORD, CLIENT, TENANTS } from './people.ts';
import { freePorts, type ProcessOptions, type Running, startProcess } from './processes.ts';

/** The whole of Latchkey's world on this machine: the built bot and its stand-ins, each a process of its own. */
export interface Stack {
  botUrl: string;
  identityProviderUrl: string;
  wikiUrl: string;
  /** The environment that the bot runs with: for another instance, or a restart. */
  botEnv: Record<string, string>;
  bot: Running;
  identityProvider: Running;
  wiki: Running;
  /** All of them, for whoever watches. */
  parts: readonly Running[];
  /** Ends what runs, and removes the store's folder. */
  stop(): Promise<void>;
}

interface Ports {
  bot: number;
  identityProvider: number;
  wiki: number;
  tokenService?: number;
}

export interface StackOptions {
  /** Bot, identity provider, wiki; any free ones unless said. The token service, where there is to be one. */
  ports?: Ports;
  /** Where the Connector's OpenID metadata is: the Teams client's, or a test's own Connector. None for the Playground. */
  metadataUrl?: string;
  /** Where the pop-up's host page lives, if there is one. */
  teamsOrigin?: string;
  /** Where Direct Line is, if there is one, and its secret. */
  directLine?: { url: string; secret: string };
  /** On top of what the demo sets, for the bot. `undefined` leaves a variable out. */
  botEnv?: Record<string, string | undefined>;
  identityProviderEnv?: Record<string, string>;
  wikiEnv?: Record<string, string>;
  onOutput?: (name: string, text: string) => void;
}

/** Between the bot and the Direct Line that the Teams client plays. */
const DIRECT_LINE_SECRET = randomBytes(24).toString('base64url');

export const BOT_SCRIPT = builtPath('bot/index.js');

/** Starts identity provider, wiki and bot, and waits until all of them listen. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const ports = options.ports ?? (await anyPorts());
  const [botUrl, identityProviderUrl, wikiUrl] = [ports.bot, ports.identityProvider, ports.wiki].map(
    (port) => `http://localhost:${port}`,
  ) as [string, string, string];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const botEnv = defined({
    ...demoBotEnv({ ports, botUrl, identityProviderUrl, wikiUrl, folder }),
    ...(ports.tokenService && { BOT_TOKEN_SERVICE: `http://localhost:${ports.tokenService}`, BOT_PASSWORD }),
    BOT_OPENID_METADATA: options.metadataUrl,
    TEAMS_HOST_ORIGINS: options.teamsOrigin,
    ...(options.directLine && {
      DIRECT_LINE_URL: options.directLine.url,
      DIRECT_LINE_SECRET: options.directLine.secret,
      DIRECT_LINE_TENANT: TENANTS.contoso,
    }),
    ...options.botEnv,
  });
  const starting: Promise<Running>[] = [];
  const running: Running[] = [];
  const start = (name: string, script: string, env: Record<string, string>) => {
    const onOutput = (text: string) => options.onOutput?.(name, text);
    const started = startProcess({ name, script, env, onOutput }).then((process) => {
      running.push(process);
      return process;
    });
    starting.push(started);
    return started;
  };
  const stop = async () => {
    await Promise.all(running.map((process) => process.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [identityProvider, wiki, bot] = await Promise.all([
      start('identity provider', builtPath('local/identity-provider/main.js'), {
        PORT: String(ports.identityProvider),
        BASE_URLS: botUrl,
        ...options.identityProviderEnv,
      }),
      start('wiki', builtPath('local/wiki/main.js'), {
        PORT: String(ports.wiki),
        ISSUERS: issuersOf(identityProviderUrl).join(),
        ...options.wikiEnv,
      }),
      start('bot', BOT_SCRIPT, botEnv),
      ports.tokenService &&
        start('token service', builtPath('local/token-service/main.js'), {
          PORT: String(ports.tokenService),
          IDENTITY_PROVIDER_URL: identityProviderUrl,
        }),
    ]);
    return { botUrl, identityProviderUrl, wikiUrl, botEnv, bot, identityProvider, wiki, parts: running, stop };
  } catch (error) {
    // One that did not start must not leave the others behind, which may not have come as far yet.
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

/** The Teams client as a process: the page, and the Connector behind it. Listens before the bot that it asks has started. */
export function startTeamsClient(
  ports: { teams: number; bot: number; identityProvider?: number },
  onOutput?: ProcessOptions['onOutput'],
  connectionsFile = CONNECTIONS_FILE,
): Promise<Running> {
  return startProcess({
    name: 'Teams client',
    script: builtPath('local/teams/main.js'),
    env: {
      PORT: String(ports.teams),
      BOT_URL: `http://localhost:${ports.bot}`,
      BOT_ID,
      CONNECTIONS_FILE: connectionsFile,
      DIRECT_LINE_SECRET,
      ...(ports.identityProvider && { IDENTITY_PROVIDER_URL: `http://localhost:${ports.identityProvider}` }),
    },
    ...(onOutput && { onOutput }),
  });
}

/** What the bot and its stand-ins have to know of a Teams client at this origin. */
export function teamsClientOptions(
  teamsOrigin: string,
): Pick<StackOptions, 'metadataUrl' | 'teamsOrigin' | 'directLine'> {
  const directLine = { url: teamsOrigin, secret: DIRECT_LINE_SECRET };
  return { metadataUrl: `${teamsOrigin}/v1/.well-known/openidconfiguration`, teamsOrigin, directLine };
}

/** The environment of the production bot that points it at the stand-ins: all that makes it the demo. */
function demoBotEnv(place: {
  ports: { bot: number };
  botUrl: string;
  identityProviderUrl: string;
  wikiUrl: string;
  folder: string;
}): Record<string, string> {
  return {
    PORT: String(place.ports.bot),
    BASE_URL: place.botUrl,
    BOT_ID,
    BOT_TYPE: 'MultiTenant',
    ALLOWED_TENANTS: Object.values(TENANTS).join(),
    STORE_URL: `sqlite:${join(place.folder, 'latchkey.db')}`,
    ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    CONNECTIONS_FILE,
    IDENTITY_PROVIDER_URL: place.identityProviderUrl,
    WIKI_URL: place.wikiUrl,
    WIKI_CLIENT_SECRET: CLIENT.secret,
  };
}

function issuersOf(identityProviderUrl: string): string[] {
  const tenants = Object.values(TENANTS).map((tenant) => `${identityProviderUrl}/${tenant}/v2.0`);
  return [...tenants, `${identityProviderUrl}/plain`];
}

async function anyPorts(): Promise<Ports> {
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  return { bot, identityProvider, wiki };
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
