// Runs Jest in the project, in a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ready.mjs';

const JEST = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

/** @param {string[]} args for Jest
 * @param {Record<string, string>} env added to this process's
 * @returns {number} the exit code */
export function jest(args, env = {}) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST];
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [...node, ...args], options).status ?? 1;
}
