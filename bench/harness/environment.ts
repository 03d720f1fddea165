import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../local/processes.ts';
import { type Connector, createConnector } from '../../local/teams/connector/connector.ts';
import { TITLE } from '../workload/answer.ts';
import { BOT_ID, COMMAND, CONNECTION } from '../workload/people.ts';
import { LOAD_CORE } from './cores.ts';
import { type Program, startProgram } from './process.ts';
import { type RedisServer, startRedis } from './redis.ts';

/** The services around the servers. */
export interface Environment {
  connector: Connector;
  wikiUrl: string;
  redis: RedisServer | undefined;
  /** Deleted at the end. */
  folder: string;
  connectionsFile: string;
  /** A PEM file with the authority of a wiki on https. */
  authorityFile?: string;
  encryptionKey: Buffer;
  stop(): Promise<void>;
}

export function benchScript(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Starts the Connector (in this process), the wiki, and Redis if it is installed. */
export async function startEnvironment(): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const connector = await createConnector({ botId: BOT_ID });
  const [port = 0] = await freePorts(1);
  const wikiUrl = `http://localhost:${port}`;
  const running: Program[] = [];
  const wiki = {
    command: process.execPath,
    args: [benchScript('workload/wiki.js')],
    env: { PORT: String(port) },
    core: LOAD_CORE,
  };
  running.push(await startProgram({ ...wiki, ready: /listening on port/ }));
  const redis = await startRedis(folder);
  if (redis) running.push(redis.program);
  const connectionsFile = writeConnections(folder, 'connections.json', wikiUrl);
  const stop = async () => {
    await Promise.all(running.map((program) => program.stop()));
    await connector.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { connector, wikiUrl, redis, folder, connectionsFile, encryptionKey: randomBytes(32), stop };
}

/** @returns the file's path */
export function writeConnections(folder: string, name: string, wikiUrl: string): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(connectionsAt(wikiUrl)));
  return path;
}

/** No sign-in happens here: the store contains credentials that do not expire soon. */
function connectionsAt(wikiUrl: string): object {
  const signIn = { type: 'oidc', issuer: 'http://localhost:9/', clientId: 'bench', clientSecret: 'bench' };
  const connection = { id: CONNECTION, title: TITLE, commands: [COMMAND], signIn: { ...signIn, scopes: ['openid'] } };
  return { connections: [{ ...connection, source: { type: 'mediawiki', url: wikiUrl } }] };
}
