// `npm run dev:teamsfx:testtool`: builds, then runs the bot for the Agents Playground.
import { join } from 'node:path';
import { runInForeground } from './setup/foreground.mjs';
import { ready, root } from './setup/ready.mjs';

ready();
runInForeground([join(root, 'dist', 'local', 'playground.js'), ...process.argv.slice(2)]);
