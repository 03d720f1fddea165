// `npm run dev:teamsfx:testtool`: builds, then runs the bot for the Agents Playground.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './setup/ready.mjs';

ready();
const playground = spawn(process.execPath, [join(root, 'dist', 'local', 'playground.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl+C reaches both processes. The bot ends first, then this process. VS Code sends SIGHUP when it closes a terminal.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => playground.kill('SIGTERM'));
// If npm is ended, it ends only its shell. So this process also ends when its parent is gone.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && playground.kill('SIGTERM'), 250).unref();
playground.on('exit', (code) => process.exit(code ?? 1));
