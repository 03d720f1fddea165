import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../local/processes.ts';
import { BOT_ID, TENANT } from '../workload/people.ts';
import { SERVER_CORE } from './cores.ts';
import { benchScript, type Environment } from './environment.ts';
import { type Program, startProgram } from './process.ts';

export type Workload = 'memory' | 'http';

export interface Server {
  name: string;
  /** The description in RESULTS.md. */
  what: string;
  /** False for a server that accepts every request. */
  checksTokens: boolean;
  script(workload: Workload): string;
  nodeOptions: readonly string[];
  /** Added to the common environment. */
  env(environment: Environment): Record<string, string>;
}

export interface RunningServer extends Program {
  url: string;
}

const BOT = fileURLToPath(new URL('../../bot/index.js', import.meta.url));

export const FLOOR = 'floor';
export const STOCK = 'stock';
export const LATCHKEY = 'latchkey-sqlite';
export const LATCHKEY_REDIS = 'latchkey-redis';

/** The options between `node` and the script in `npm start`. */
const START_OPTIONS = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } }
).scripts.start
  .split(' ')
  .slice(1, -1);

const latchkey = (name: string, subject: string, storeUrl: (environment: Environment) => string): Server => ({
  name,
  what: subject,
  checksTokens: true,
  script: (workload) => (workload === 'http' ? BOT : benchScript('servers/latchkey-bundle.js')),
  nodeOptions: START_OPTIONS,
  env: (environment) => latchkeyEnv(environment, storeUrl(environment)),
});

const other = (name: string, subject: string, checksTokens = true): Server => ({
  name,
  what: subject,
  checksTokens,
  script: () => benchScript(`servers/${name}.js`),
  nodeOptions: [],
  env: () => ({}),
});

export const SERVERS: readonly Server[] = [
  latchkey(LATCHKEY, 'Latchkey on SQLite', ({ folder }) => `sqlite:${folder}/latchkey.db`),
  latchkey(LATCHKEY_REDIS, 'Latchkey on Redis', ({ redis }) => redis?.url ?? ''),
  other(STOCK, 'botbuilder and restify, as in the samples'),
  other('teams-apps', '@microsoft/teams.apps'),
  other('agents', '@microsoft/agents-hosting and express'),
  other(FLOOR, 'node:http and jose'),
  other('limit', 'node:http, no token check', false),
];

export function serversHere({ redis }: Environment, wanted: readonly string[]): readonly Server[] {
  const can = SERVERS.filter(({ name }) => name !== LATCHKEY_REDIS || redis);
  return can.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

/** The settings of a normal deployment, without extra tuning. */
export function latchkeyEnv(environment: Environment, storeUrl: string): Record<string, string> {
  return {
    BOT_ID,
    ALLOWED_TENANTS: TENANT,
    BOT_OPENID_METADATA: environment.connector.metadataUrl,
    STORE_URL: storeUrl,
    ENCRYPTION_KEYS: `bench:${environment.encryptionKey.toString('base64')}`,
    CONNECTIONS_FILE: environment.connectionsFile,
    LOG_LEVEL: 'info',
  };
}

/** @param core another core, for a second instance @param nodeOptions such as `--cpu-prof` */
export async function startServer(
  server: Server,
  workload: Workload,
  environment: Environment,
  core = SERVER_CORE,
  nodeOptions: readonly string[] = [],
): Promise<RunningServer> {
  const [port = 0, metricsPort = 0] = await freePorts(2);
  const url = `http://localhost:${port}`;
  const { connector, wikiUrl, authorityFile } = environment;
  const told = {
    PORT: String(port),
    // Only Latchkey has metrics, and their cost is part of its result.
    METRICS_PORT: String(metricsPort),
    BASE_URL: url,
    WORKLOAD: workload,
    WIKI_URL: wikiUrl,
    METADATA_URL: connector.metadataUrl,
    KEYS_URL: connector.metadataUrl.replace('openidconfiguration', 'keys'),
    ...(authorityFile !== undefined && { NODE_EXTRA_CA_CERTS: authorityFile }),
  };
  const env = { ...told, ...server.env(environment) };
  const args = [...server.nodeOptions, ...nodeOptions, server.script(workload)];
  const program = await startProgram({ command: process.execPath, args, env, core, ready: /listening on port \d+/i });
  return { ...program, url };
}
