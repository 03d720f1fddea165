// `npm run bench`: builds, then compares Latchkey with other libraries (bench/README.md). Passes its arguments on: `npm
// run bench -- --quick`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildBench, installBench } from './setup/bench.mjs';
import { ready, root } from './setup/ready.mjs';

ready();
installBench();
await buildBench();
const main = join(root, 'dist', 'bench', 'harness', 'main.js');
const bench = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// Ctrl+C reaches both processes. The bench stops its servers first, then this process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => process.exit(code ?? 1));
