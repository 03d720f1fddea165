// `npm run stage`: collects the files for Azure in .stage/. Installs production packages there for Linux on App
// Service, because libsql has a binary per system.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';

const STAGE = '.stage';
const PARTS = ['dist/bot', 'dist/auth-page', 'package.json', 'package-lock.json', '.npmrc'];
const { 'no-install': skipInstall } = parseArgs({ options: { 'no-install': { type: 'boolean' } } }).values;

// The service reads the file from its current path, and .webappignore includes JSON files of this folder.
const connections = normalize(process.env.CONNECTIONS_FILE || 'connections.json');
if (/[\\/]/.test(connections) || !connections.endsWith('.json')) {
  fail('CONNECTIONS_FILE must be a .json file of this folder.');
}
const parts = [...PARTS, connections];
const missing = parts.filter((part) => !existsSync(part));
if (missing.length > 0)
  fail(`Missing: ${missing.join(', ')}. Run npm run build, and set CONNECTIONS_FILE to your connections.`);

rmSync(STAGE, { recursive: true, force: true });
for (const part of parts) {
  mkdirSync(dirname(join(STAGE, part)), { recursive: true });
  cpSync(part, join(STAGE, part), { recursive: true });
}
if (!skipInstall) install();

function install() {
  const platform = ['--os=linux', '--cpu=x64', '--libc=glibc'];
  const args = ['ci', '--omit=dev', ...platform, '--no-audit', '--no-fund', '--loglevel=error'];
  // npm is a .cmd file on Windows, which needs a shell.
  const { status } = spawnSync('npm', args, { cwd: STAGE, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
