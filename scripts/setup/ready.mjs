// Set-up for `npm run demo` and `npm test`: installs if node_modules differs from the lock file, and builds if a source
// is newer. Uses only Node's modules, because packages may be missing.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Written after a complete build. Its time is the time of the newest source. */
export const BUILD_STAMP = join(root, 'dist', '.built');
const SOURCES = ['bot', 'auth-page', 'local', 'scripts', 'package-lock.json', 'tsconfig.json'];

/** Prints each step and its reason on stderr. */
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

/** For commands beside a running service: never installs or builds, because both delete files that the service uses. If
 * a file is missing, exits with 1 and names the command to run.
 * @param script a built file, relative to the root */
export function requireBuilt(script) {
  requireNode();
  if (!isInstalled({ dev: false }))
    fail('The packages of package-lock.json are not installed. Run: npm ci && npm run build');
  if (!existsSync(join(root, script))) fail(`${script} does not exist. Run: npm run build`);
  if (existsSync(BUILD_STAMP) && newest(SOURCES) > statSync(BUILD_STAMP).mtimeMs)
    console.error('Warning: the sources are newer than the build. This runs the build. To update it: npm run build');
}

function install() {
  // npm ci would empty the linked folder. Its owner installs there.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (isInstalled({ dev: true })) return;
  console.error('Installing the packages of the lock file (npm ci) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Compares package-lock.json with node_modules/.package-lock.json, where npm lists what it installed. Optional
 * packages may be missing, because most are for other systems.
 * @param dev also check development packages */
function isInstalled({ dev }) {
  const list = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const { packages: installed } = readJson(list);
  const { '': _, ...wanted } = readJson(join(root, 'package-lock.json')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path];
    if (found) return found.version === entry.version && found.integrity === entry.integrity;
    return entry.optional || entry.devOptional || (entry.dev && !dev);
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function build() {
  if (existsSync(BUILD_STAMP) && newest(SOURCES) <= statSync(BUILD_STAMP).mtimeMs) return;
  console.error('Building …');
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
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
