// Packages of a folder with a list of its own, which are never installed with Latchkey.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `npm ci` only if packages are missing or the lock file changed. Exits if it fails.
 * @param {string} folder with package.json and package-lock.json
 * @param {string} purpose for the message */
export function installPackages(folder, purpose) {
  if (arePackagesInstalled(folder)) return;
  console.error(`Installing ${purpose} (npm ci) …`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm is a .cmd file on Windows, which needs a shell.
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2], shell });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stampOf(folder), lockHash(folder));
}

export function arePackagesInstalled(folder) {
  return existsSync(stampOf(folder)) && readFileSync(stampOf(folder), 'utf8') === lockHash(folder);
}

function stampOf(folder) {
  return join(folder, 'node_modules', '.latchkey-installed');
}

function lockHash(folder) {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
}
