import { spawnSync } from 'node:child_process';
import { availableParallelism, platform } from 'node:os';

/** The server under load has its own core. Load, Connector, wiki and Redis share another. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Read before this process is pinned. */
export const CORES = availableParallelism();

const pins = platform() === 'linux' && CORES > 1 && hasTaskset();

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Without pinning, results are less reliable; RESULTS.md then says so. */
export const arePinned = pins;

export function onCore(core: number, command: string, args: readonly string[]): [string, string[]] {
  return pins ? ['taskset', ['--cpu-list', String(core), command, ...args]] : [command, [...args]];
}

/** `any` unpins this process while no measurement runs. */
export function moveTo(core: number | 'any'): void {
  const cores = core === 'any' ? `0-${CORES - 1}` : String(core);
  if (pins) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(process.pid)]);
}
