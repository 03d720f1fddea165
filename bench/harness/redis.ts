import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePorts } from '../../local/processes.ts';
import { LOAD_CORE } from './cores.ts';
import { type Program, startProgram } from './process.ts';

export interface RedisServer {
  url: string;
  program: Program;
  version: string;
}

/** The settings that Latchkey requires, so that no acknowledged write is lost. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction', '--save', ''];

/** @returns `undefined` if redis-server is not installed */
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

export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
