// `npm run demo`: builds, then runs the demo.
import { join } from 'node:path';
import { runInForeground } from './setup/foreground.mjs';
import { ready, root } from './setup/ready.mjs';

ready();
runInForeground([join(root, 'dist', 'local', 'demo.js'), ...process.argv.slice(2)]);
