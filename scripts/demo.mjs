// `npm run demo`: builds, then runs the demo.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './setup/ready.mjs';

ready();
const demo = spawn(process.execPath, [join(root, 'dist', 'local', 'demo.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl+C reaches both processes. The demo ends first, then this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
demo.on('exit', (code) => process.exit(code ?? 1));
