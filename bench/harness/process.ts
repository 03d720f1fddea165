import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { onCore } from './cores.ts';

/** A child process on one core. */
export interface Program {
  pid: number;
  output(): string;
  stop(): Promise<void>;
}

interface ProgramOptions {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  core: number;
  /** The process is ready when its output matches. */
  ready: RegExp;
}

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;

/** Passes only this environment and PATH. @throws {Error} with the output, if the program does not start */
export async function startProgram({ command, args, env, core, ready }: ProgramOptions): Promise<Program> {
  const child = spawn(...onCore(core, command, args), {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  try {
    await untilReady(child, output, ready);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${args[0]} ${(error as Error).message}:\n${output().trim()}`);
  }
  return { pid: child.pid ?? 0, output, stop: () => stop(child) };
}

/** Keeps only the end of the output: some servers log a line per request. */
function collect(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  return () => output;
}

async function untilReady(child: ChildProcess, output: () => string, ready: RegExp): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    late = setTimeout(() => reject(new Error('did not start in time')), START_TIMEOUT);
    const look = () => ready.test(output()) && resolve();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`ended with code ${code}`)));
  }).finally(() => clearTimeout(late));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(late);
}

/** Bytes. */
export function residentMemory(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** Ticks per second in /proc (proc_pid_stat(5)): 100 on every Linux that Node supports. */
const TICKS = 100;

/** User and system seconds so far; `undefined` without /proc. */
export function cpuSeconds(pid: number): number | undefined {
  if (platform() !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may contain spaces. utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
