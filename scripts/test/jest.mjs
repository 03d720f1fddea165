// Runs Jest in the project, in a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup/ready.mjs';

/** Node's arguments that start Jest, in the folder of a project. */
export const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join('node_modules', 'jest', 'bin', 'jest.js'),
];

/** @param {string[]} args for Jest
 * @param {Record<string, string>} env added to this process's
 * @returns {number} the exit code */
export function jest(args, env = {}) {
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [...JEST, ...args], options).status ?? 1;
}
