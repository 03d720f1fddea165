// `npm run bench`: sets up, then measures Latchkey beside what else a Teams developer could take (bench/README.md). Arguments
// go to the bench: `npm run bench -- --quick`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildBench, installBench } from './bench-ready.mjs';
import { ready, root } from './ready.mjs';

ready();
installBench();
await buildBench();
const main = join(root, 'dist', 'bench', 'harness', 'main.js');
const bench = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// Ctrl+C comes to both; the bench ends its servers first, and then this does.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => process.exit(code ?? 1));
