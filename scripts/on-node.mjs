// `npm run on-node -- 24 scripts/test.mjs`: runs a script on another major version of Node. It installs the npm package
// `node-<platform>-<arch>` into .node/ once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from './setup/ready.mjs';

const [major, script, ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? '') || !script) {
  console.error(
    'Usage: npm run on-node -- <major> <script> [arguments], such as: npm run on-node -- 24 scripts/test.mjs',
  );
  process.exit(2);
}
const platform = process.platform === 'win32' ? 'win' : process.platform;
const name = `node-${platform}-${process.arch}`;
const folder = join(root, '.node', major);
const binary = join(folder, 'node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node');
if (!existsSync(binary)) fetchNode();

const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` };
const { status } = spawnSync(binary, [join(root, script), ...rest], { cwd: root, stdio: 'inherit', env });
process.exit(status ?? 1);

function fetchNode() {
  mkdirSync(folder, { recursive: true });
  // A package.json of its own, so that npm does not install into the project.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', `${name}@${major}`];
  const shell = process.platform === 'win32';
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
