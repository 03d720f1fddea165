// Compiles the bot and the stand-ins with tsc, and bundles the bot and the pages with esbuild, into dist/.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAuthPage } from '../auth-page/build.mjs';
import { buildTeamsPage } from '../local/teams/build.mjs';
import { bundleBot } from './bundle/bundle.mjs';
import { BUILD_STAMP, root } from './setup/ready.mjs';

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
compile();
cpSync(join(root, 'bot', 'presets'), join(dist, 'bot', 'presets'), { recursive: true });
chmodSync(join(dist, 'bot', 'cli.js'), 0o755);
await Promise.all([
  bundleBot(dist),
  buildAuthPage(join(dist, 'auth-page')),
  buildTeamsPage(join(dist, 'local', 'teams', 'page')),
]);
writeFileSync(BUILD_STAMP, '');

function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(tsc)) {
    console.error('The packages are not installed. Run: npm ci');
    process.exit(1);
  }
  const { status } = spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
