import { spawnSync } from 'node:child_process';
import { availableParallelism, platform } from 'node:os';

/** The server under load has a core of its own; load, Connector, wiki and Redis share another. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Of the machine: read before this process is put on one of them. */
export const CORES = availableParallelism();

const pins = platform() === 'linux' && CORES > 1 && hasTaskset();

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Whether processes stay where they are put; without it, what is measured is worth less, and RESULTS.md says so. */
export const arePinned = pins;

/** The command line that runs a program on one core. */
export function onCore(core: number, command: string, args: readonly string[]): [string, string[]] {
  return pins ? ['taskset', ['--cpu-list', String(core), command, ...args]] : [command, [...args]];
}

/** Puts this process on a core. */
export function moveTo(core: number): void {
  if (pins) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(core), String(process.pid)]);
}
