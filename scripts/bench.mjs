// `npm run bench`: builds, then compares Latchkey with other libraries (bench/README.md). Passes its arguments on: `npm
// run bench -- --quick`.
import { join } from 'node:path';
import { buildBench, installBench } from './setup/bench.mjs';
import { runInForeground } from './setup/foreground.mjs';
import { ready, root } from './setup/ready.mjs';

ready();
installBench();
await buildBench();
const main = join(root, 'dist', 'bench', 'harness', 'main.js');
runInForeground([main, ...process.argv.slice(2)], { cwd: root });
