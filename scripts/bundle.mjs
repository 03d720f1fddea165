// Makes one file of the bot and of the packages that a start needs: finding and reading some nine hundred modules takes
// longer than running them. What is loaded later, such as a store's client, stays apart.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { lazyRequire } from './lazy-require.mjs';

/** Packages with a binary; those that restify does without; those that use what Node would do without: in a folder of
 * packages it says nothing of that, elsewhere it warns on standard error; one whose UMD file esbuild cannot follow; and one
 * that few need, whose parts are the bot's too. */
const EXTERNAL = [
  'libsql',
  '@libsql/*',
  'dtrace-provider',
  'spdy',
  'ioredis',
  'jsonc-parser',
  'whatwg-url',
  '@microsoft/teamsfx',
];
const LAZY = ['botbuilder[\\w-]*', 'botframework-[\\w-]+', 'restify', '@azure', '@typespec'];

/** What CommonJS expects to be there. */
const COMMONJS = [
  "import { createRequire } from 'node:module';",
  'const require = createRequire(import.meta.url);',
  'const [__dirname, __filename] = [import.meta.dirname, import.meta.filename];',
].join('\n');

/** Node keeps what it compiled beside the build, and reads it at the next start: never in a folder that others share. Node
 * 20 has no such cache, and where the folder can't be written there is none: both start as they are. */
const ENTRY = `import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache?.(fileURLToPath(new URL('../cache', import.meta.url)));
await import('./latchkey.js');
`;

/** @param {string} dist holds `bot/` as tsc made it; `bot/index.js` becomes what loads the bundle */
export async function bundleBot(dist) {
  const folder = join(dist, 'bot');
  await bundle(folder, { latchkey: 'index.js' });
  rmSync(join(folder, 'index.js.map'));
  writeFileSync(join(folder, 'index.js'), ENTRY);
}

/** @param {string} folder of what tsc made @param {Record<string, string>} entries file names there, by the bundle's */
export async function bundle(folder, entries) {
  const { metafile } = await build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(folder, file)])),
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    external: EXTERNAL,
    banner: { js: COMMONJS },
    plugins: [lazyRequire(LAZY)],
    logLevel: 'warning',
    metafile: true,
  });
  for (const path of Object.keys(metafile.outputs)) if (path.endsWith('.js')) toAscii(path);
}

/** A letter beyond Latin-1, in a regular expression or a comment, and V8 would keep two bytes for each of the eight
 * million letters. An escape says the same in both. */
function toAscii(path) {
  const code = readFileSync(path, 'utf8');
  const escaped = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (escaped !== code) writeFileSync(path, escaped);
}
