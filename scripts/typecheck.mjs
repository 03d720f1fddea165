// Type-checks every part with its own libraries: the server without a DOM, the pages with one.
import { spawnSync } from 'node:child_process';
import { installBench, isBenchInstalled } from './setup/bench.mjs';

const projects = ['.', 'auth-page', 'local/teams/page', 'test'];
// The bench needs packages of its own. Only `-- --bench` installs them.
if (process.argv.includes('--bench')) installBench();
if (isBenchInstalled()) projects.push('bench');
else console.error('Skipped bench/: its packages are not installed. To check it too: npm run typecheck -- --bench');
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
