// `npm run dev:teamsfx:testtool`: sets up, then runs the bot for the Agents Playground.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const playground = spawn(process.execPath, [join(root, 'dist', 'local', 'playground.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl+C reaches both; the bot ends first, and then this does. SIGHUP is a terminal of VS Code that is closed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => playground.kill('SIGTERM'));
// npm, told to end, ends its shell alone: whoever has lost that is told to end, too.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && playground.kill('SIGTERM'), 250).unref();
playground.on('exit', (code) => process.exit(code ?? 1));
