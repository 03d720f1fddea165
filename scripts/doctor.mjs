// `npm run doctor`: runs the built doctor. Does not install or build, because a service may run from this folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { requireBuilt, root } from './setup/ready.mjs';

const script = join('dist', 'bot', 'cli.js');
requireBuilt(script);
const { status } = spawnSync(process.execPath, [join(root, script), 'doctor', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
