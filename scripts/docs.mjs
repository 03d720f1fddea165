// `npm run docs`: builds the documentation site from README.md and docs/ to dist/docs, with the packages of site/. `-- preview`
// serves the built pages on this machine.
import { join } from 'node:path';
import { runInForeground } from './setup/foreground.mjs';
import { installPackages } from './setup/own-packages.mjs';
import { root } from './setup/ready.mjs';

const [command = 'build', ...options] = process.argv.slice(2);
if (!['build', 'preview'].includes(command)) {
  console.error('Usage: npm run docs [-- preview]');
  process.exit(2);
}
const site = join(root, 'site');
installPackages(site, 'the generator of the documentation site, in site/');
const vitepress = join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js');
runInForeground([vitepress, command, site, ...options], { cwd: root });
