import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { onCore } from './cores.ts';

/** A program that was started here, on one core. */
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
  /** It is ready when it has written this. */
  ready: RegExp;
}

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;

/** Starts a program with that environment and no other but PATH. @throws {Error} with what it wrote, where it does not start */
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

/** Keeps the last of what it writes: some log a line for each request. */
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

/** Resident memory, in bytes. */
export function residentMemory(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** Ticks in a second, in /proc (proc_pid_stat(5)): 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time of a process so far, user and system, in seconds; `undefined` where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  if (platform() !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold blanks: utime and stime are the 12th and 13th behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
