// `npm run doctor`: sets up, then runs the doctor that was built.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const cli = join(root, 'dist', 'bot', 'cli.js');
const { status } = spawnSync(process.execPath, [cli, 'doctor', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
