// `npm run dev:teamsfx:testtool`: sets up, then runs the bot for the Agents Playground.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const playground = spawn(process.execPath, [join(root, 'dist', 'local', 'playground.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl+C reaches both; the bot ends first, and then this does.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => playground.kill(signal));
playground.on('exit', (code) => process.exit(code ?? 1));
