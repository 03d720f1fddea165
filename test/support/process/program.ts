import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../world/world.ts';
import type { Place } from './command.ts';

/** A program of this machine that runs until `stop`. */
export interface Program {
  /** Its output so far, both streams. */
  output(): string;
  /** SIGTERM, and waits. */
  stop(): Promise<void>;
}

/** Starts a program, and waits until it responds. @throws {Error} with its output, if it ends or never responds */
export async function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: Place,
  isReady: () => Promise<boolean>,
): Promise<Program> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const readyOrEnded = () => isReady().catch(() => child.exitCode !== null);
  const responds = await eventually(readyOrEnded, Boolean).catch(() => false);
  if (!responds || child.exitCode !== null) {
    await stop();
    throw new Error(`${program} ended with ${child.exitCode}: ${output}`);
  }
  return { output: () => output, stop };
}
