// Set-up that `npm run demo` and `npm test` do by themselves: install from the lock file when it changed,
// build when a source is newer than what was built. Node's own modules only: nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const INSTALL_STAMP = join(root, 'node_modules', '.latchkey-installed');
const BUILD_STAMP = join(root, 'dist', '.built');
const SOURCES = ['bot', 'auth-page', 'local', 'scripts', 'package-lock.json', 'tsconfig.json'];

/** Installs and builds as needed; prints what it does, and why, on standard error. */
export function ready() {
  requireNode();
  install();
  build();
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Latchkey needs Node 20.19 or later; this is ${process.versions.node}. Get one from https://nodejs.org/.`);
}

function install() {
  // npm ci empties the folder that a link leads to: whoever linked it looks after it.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(INSTALL_STAMP) && readFileSync(INSTALL_STAMP, 'utf8') === lock) return;
  console.error('Installing the packages of the lock file (npm ci) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(INSTALL_STAMP, lock);
}

function build() {
  if (existsSync(BUILD_STAMP) && newest(SOURCES) <= statSync(BUILD_STAMP).mtimeMs) return;
  console.error('Building …');
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, '');
}

function newest(paths) {
  return Math.max(0, ...paths.map((path) => newestBelow(join(root, path))));
}

function newestBelow(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}

function run(command, args) {
  // npm is a .cmd file on Windows, which needs a shell.
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (error) fail(`Could not run ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
