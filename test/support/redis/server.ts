import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../local/processes.ts';
import { findProgram } from '../requirements.ts';

/** A redis-server for one test: a free port, a temporary folder, and an append-only file. */
export interface RedisServer {
  url: string;
  port: number;
  process: ChildProcess;
  /** Runs one command of redis-cli. @returns its answer as text */
  command(...text: string[]): string;
  /** `kill -9`. Ends it and keeps its folder. `restart` loads its data. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings that lose no acknowledged write. */
export const DURABLE: readonly string[] = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
  '--maxmemory-policy',
  'noeviction',
];

/** @param settings command-line settings in place of the durable ones. */
export async function startRedis(settings: readonly string[] = DURABLE): Promise<RedisServer> {
  const binary = findProgram('redis');
  if (!binary) throw new Error('No redis-server found; register the suite with describeWithRedis.');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  const [port = 0] = await freePorts(1);
  const start = () =>
    launch(binary, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings]);
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    process: await start(),
    command: (...text) => execFileSync('redis-cli', ['-p', String(port), ...text], { encoding: 'utf8' }).trim(),
    async kill() {
      if (server.process.exitCode !== null || server.process.signalCode !== null) return;
      const exit = once(server.process, 'exit');
      server.process.kill('SIGKILL');
      await exit;
    },
    async restart() {
      await server.kill();
      server.process = await start();
    },
    async stop() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

async function launch(binary: string, args: string[]): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      if (/Ready to accept connections/.test(output)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)));
  });
  return child;
}
