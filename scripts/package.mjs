// `npm run package`: builds the Teams app package. Does not install or build the bot, because a service may run from
// this folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { requireBuilt, root } from './setup/ready.mjs';

const script = join('dist', 'scripts', 'package', 'main.js');
requireBuilt(script);
const { status } = spawnSync(process.execPath, [join(root, script), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
