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

/** Puts this process on a core, or on all of them while nothing is measured. */
export function moveTo(core: number | 'any'): void {
  const cores = core === 'any' ? `0-${CORES - 1}` : String(core);
  if (pins) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(process.pid)]);
}
