// Set-up that `npm run demo` and `npm test` do by themselves: install where node_modules does not match the lock file, build
// where a source is newer than the build. Node's own modules only: the packages may not be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Written when a build is complete; its time says of which sources. */
export const BUILD_STAMP = join(root, 'dist', '.built');
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

/**
 * For commands that an administrator runs beside a running service: never installs and never builds, because both would
 * delete files that the service uses. Ends with 1, and the command to run, where something is missing.
 * @param script what `npm run build` makes, from the project's root
 */
export function requireBuilt(script) {
  requireNode();
  if (!isInstalled({ dev: false }))
    fail('The packages of package-lock.json are not installed. Run: npm ci && npm run build');
  if (!existsSync(join(root, script))) fail(`${script} does not exist. Run: npm run build`);
  if (existsSync(BUILD_STAMP) && newest(SOURCES) > statSync(BUILD_STAMP).mtimeMs)
    console.error('Warning: the sources are newer than the build. This runs the build. To update it: npm run build');
}

function install() {
  // npm ci empties the folder that a link leads to. The owner of the link installs there.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (isInstalled({ dev: true })) return;
  console.error('Installing the packages of the lock file (npm ci) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Whether node_modules holds what package-lock.json names. npm lists what it installed in node_modules/.package-lock.json;
 * optional packages may be missing there, because most are for other systems. @param dev also those for development */
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
