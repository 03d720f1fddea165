// Type-checks every part with its own libraries: the server without a DOM, the pages with one.
import { spawnSync } from 'node:child_process';
import { installBench } from './bench-ready.mjs';

const projects = ['.', 'auth-page', 'local/teams/page', 'test', 'bench'];
// The bench is written against packages of its own.
installBench();
const failed = projects.filter(
  (project) =>
    spawnSync('npx', ['--no-install', 'tsc', '--noEmit', '-p', project], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    }).status !== 0,
);
if (failed.length > 0) {
  console.error(`Type errors in: ${failed.join(', ')}`);
  process.exit(1);
}
