import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath, CONNECTIONS_FILE } from './paths.ts';
import { BOT_ID, BOT_PASSWORD, CLIENT, TENANTS } from './people.ts';
import { freePorts, type ProcessOptions, type Running, startProcess } from './processes.ts';

/** The built bot and its stand-ins, each in its own process. */
export interface Stack {
  botUrl: string;
  identityProviderUrl: string;
  wikiUrl: string;
  /** For another instance or a restart. */
  botEnv: Record<string, string>;
  bot: Running;
  identityProvider: Running;
  wiki: Running;
  parts: readonly Running[];
  /** Also deletes the store's folder. */
  stop(): Promise<void>;
}

interface Ports {
  bot: number;
  identityProvider: number;
  wiki: number;
  tokenService?: number;
  jira?: number;
  confluence?: number;
}

export interface StackOptions {
  /** Of the optional ones, only those with a port start. By default free ones, without the optional ones. */
  ports?: Ports;
  /** The Connector's, from the Teams client or a test. Absent for the Playground. */
  metadataUrl?: string;
  /** Of the page that hosts the pop-up. */
  teamsOrigin?: string;
  directLine?: { url: string; secret: string };
  /** Overrides the demo's settings. `undefined` removes a variable. */
  botEnv?: Record<string, string | undefined>;
  identityProviderEnv?: Record<string, string>;
  wikiEnv?: Record<string, string>;
  onOutput?: (name: string, text: string) => void;
}

/** Shared with the Direct Line stand-in in the Teams client. */
const DIRECT_LINE_SECRET = randomBytes(24).toString('base64url');

/** Where `connections try --port 3990` listens. docs/CONNECT.md practises it with the demo's Jira. */
const TRY_URL = 'http://localhost:3990';

export const BOT_SCRIPT = builtPath('bot/index.js');

/** Resolves when all processes listen. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const ports = options.ports ?? (await anyPorts());
  const [botUrl, identityProviderUrl, wikiUrl] = [ports.bot, ports.identityProvider, ports.wiki].map(
    (port) => `http://localhost:${port}`,
  ) as [string, string, string];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const botEnv = defined({
    ...demoBotEnv({ ports, botUrl, identityProviderUrl, wikiUrl, folder }),
    ...(ports.tokenService && { BOT_TOKEN_SERVICE: `http://localhost:${ports.tokenService}`, BOT_PASSWORD }),
    ...(ports.jira && { JIRA_URL: `http://localhost:${ports.jira}`, JIRA_CLIENT_SECRET: CLIENT.secret }),
    ...(ports.confluence && {
      CONFLUENCE_URL: `http://localhost:${ports.confluence}`,
      CONFLUENCE_CLIENT_SECRET: CLIENT.secret,
    }),
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
      ports.jira &&
        start('Jira', builtPath('local/jira/main.js'), {
          PORT: String(ports.jira),
          REDIRECT_URIS: [`${botUrl}/auth/callback/jira`, `${TRY_URL}/auth/callback/jira-dc`].join(),
        }),
      ports.confluence &&
        start('Confluence', builtPath('local/confluence/main.js'), {
          PORT: String(ports.confluence),
          REDIRECT_URIS: [`${botUrl}/auth/callback/confluence`, `${TRY_URL}/auth/callback/confluence-dc`].join(),
        }),
    ]);
    return { botUrl, identityProviderUrl, wikiUrl, botEnv, bot, identityProvider, wiki, parts: running, stop };
  } catch (error) {
    // If one part fails, ends all, including those that still start.
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

/** The page and the Connector. It listens before the bot starts. */
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

/** For the bot and its stand-ins. */
export function teamsClientOptions(
  teamsOrigin: string,
): Pick<StackOptions, 'metadataUrl' | 'teamsOrigin' | 'directLine'> {
  const directLine = { url: teamsOrigin, secret: DIRECT_LINE_SECRET };
  return { metadataUrl: `${teamsOrigin}/v1/.well-known/openidconfiguration`, teamsOrigin, directLine };
}

/** Points the production bot at the stand-ins. */
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
