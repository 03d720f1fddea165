// Installs the bench's own packages (bench/package.json, never installed with Latchkey) and compiles bench/ to
// dist/bench.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../bundle/bundle.mjs';
import { arePackagesInstalled, installPackages } from './own-packages.mjs';
import { root } from './ready.mjs';

const bench = join(root, 'bench');
const BUILD_STAMP = join(root, 'dist', 'bench', '.built');
const SOURCES = ['harness', 'load', 'growth', 'people', 'servers', 'workload', 'tsconfig.json'];

export function installBench() {
  installPackages(bench, 'what the bench compares with, in bench/');
}

export function isBenchInstalled() {
  return arePackagesInstalled(bench);
}

/** Runs only if bench/ or the bot is newer than the last build. */
export async function buildBench() {
  const newest = Math.max(...SOURCES.map((name) => newestBelow(join(bench, name))));
  const built = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const needed = Math.max(newest, built(join(root, 'dist', '.built')));
  if (built(BUILD_STAMP) > 0 && built(BUILD_STAMP) >= needed) return;
  // Into a scratch folder, because tsc also compiles imported files: a running bot's files must not change.
  const [scratch, target] = [join(root, 'dist', '.bench'), join(root, 'dist', 'bench')];
  rmSync(scratch, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  run(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', bench, '--outDir', scratch],
    root,
  );
  cpSync(join(scratch, 'bench'), target, { recursive: true });
  rmSync(scratch, { recursive: true, force: true });
  symlinkSync(join(bench, 'node_modules'), join(target, 'node_modules'), 'junction');
  // Bundled like the shipped bot.
  await bundle(join(target, 'servers'), { 'latchkey-bundle': 'latchkey.js' });
  writeFileSync(BUILD_STAMP, '');
}

function newestBelow(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
