import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePorts } from '../../local/processes.ts';
import { LOAD_CORE } from './cores.ts';
import { type Program, startProgram } from './process.ts';

/** A redis-server of the bench's own. */
export interface RedisServer {
  url: string;
  program: Program;
  version: string;
}

/** With the settings that Latchkey asks for: nothing that was acknowledged is lost. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction', '--save', ''];

/** @returns `undefined` where there is no redis-server */
export async function startRedis(folder: string): Promise<RedisServer | undefined> {
  const { stdout, status } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [port = 0] = await freePorts(1);
  const dir = mkdtempSync(join(folder, 'redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...DURABLE];
  const program = await startProgram({
    command: 'redis-server',
    args,
    env: {},
    core: LOAD_CORE,
    ready: /Ready to accept connections/,
  });
  return { url: `redis://127.0.0.1:${port}`, program, version: /v=([\d.]+)/.exec(stdout)?.[1] ?? '' };
}

/** Does something with a connection of its own. */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
