import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface Running {
  name: string;
  child: ChildProcess;
  /** Both output streams so far. */
  output(): string;
  /** Sends SIGTERM, and SIGKILL after 20 s. @returns the exit code (`null` if killed) */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface ProcessOptions {
  name: string;
  /** A built script. */
  script: string;
  env: Record<string, string>;
  onOutput?: (text: string) => void;
}

// A slow disk must first read the Teams SDK's many files.
const START_TIMEOUT = 40_000;
// The bot may take ten seconds to finish its requests, and a busy machine slows it down.
const STOP_TIMEOUT = 20_000;
const READY = /listening on port \d+/i;

/** Passes only this environment and PATH. Resolves when the script listens.
 * @throws {Error} with the output, if it exits or does not listen */
export async function startProcess({ name, script, env, onOutput }: ProcessOptions): Promise<Running> {
  const inherited = {
    PATH: process.env.PATH ?? '',
    ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
  };
  const child = spawn(process.execPath, [script], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child, onOutput);
  try {
    await untilReady(child, output);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${name} ${(error as Error).message}:\n${output().trim()}`);
  }
  return { name, child, output, stop: (signal) => stop(child, signal) };
}

function collect(child: ChildProcess, onOutput: ProcessOptions['onOutput']): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
      onOutput?.(String(chunk));
    });
  }
  return () => output;
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    late = setTimeout(() => reject(new Error('did not start in time')), START_TIMEOUT);
    const look = () => READY.test(output()) && resolve();
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`ended with code ${code}`)));
  }).finally(() => clearTimeout(late));
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(late);
  return code;
}

/** Below the ports that the system gives to outgoing connections: such a connection could take a port before its server
 * starts. Each process has a hundred, because tests start servers in several processes. Two processes may have the same
 * hundred, if two test runs share a machine. So each begins at another one of them. */
const PORTS = { first: 10_000, each: 100, processes: 200 };
let portsTaken = randomInt(PORTS.each);

export async function freePorts(count: number): Promise<number[]> {
  const first = PORTS.first + (process.pid % PORTS.processes) * PORTS.each;
  const ports: number[] = [];
  while (ports.length < count) {
    const port = first + (portsTaken++ % PORTS.each);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

/** Tests every address of this machine. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port);
  const free = await listening;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
