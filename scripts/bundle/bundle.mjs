// Bundles the bot and the packages that a start needs: loading some nine hundred modules takes longer than running
// them. Modules that load later, such as a store's client, stay separate.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { esModule } from './es-module.mjs';
import { lateChunk } from './late-chunk.mjs';
import { lazyRequire } from './lazy-require.mjs';
import { oneCopy } from './one-copy.mjs';
import { requireHttp } from './require-http.mjs';
import { unusedImports } from './unused-imports.mjs';

/** Packages that cannot be bundled or need not be: packages with a binary; packages that restify does not need;
 * and packages that warn on stderr outside node_modules. */
const EXTERNAL = ['libsql', '@libsql/*', 'dtrace-provider', 'spdy', 'ioredis', 'whatwg-url'];
const LAZY = ['botbuilder[\\w-]*', 'botframework-[\\w-]+', 'restify', '@azure', '@typespec'];
/** Packages for messages that the bot sends by itself. They are most of the code, and a search uses none. */
const LATE = ['@azure', '@typespec', 'axios', 'botframework-streaming', 'jsonwebtoken', 'ws'];
/** Packages of which npm installs several copies. */
const COPIED = ['zod', 'entities'];
/** Of teamsfx the bot uses `OnBehalfOfUserCredential`. Its dialogs and templates would take most of a second to load. */
const UNUSED_BY_TEAMSFX = {
  'botbuilder-dialogs': ['ComponentDialog', 'Dialog', 'DialogSet', 'DialogTurnStatus', 'WaterfallDialog'],
  'adaptivecards-templating': ['Template'],
  axios: ['default'],
};

/** The globals that CommonJS code expects. */
const COMMONJS = [
  "import { createRequire } from 'node:module';",
  'const require = createRequire(import.meta.url);',
  'const [__dirname, __filename] = [import.meta.dirname, import.meta.filename];',
].join('\n');

/** Node stores compiled code beside the build, never in a shared folder. Node 20 has no such cache. Without it, or in a
 * read-only folder, the bot starts more slowly. */
const ENTRY = `import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache?.(fileURLToPath(new URL('../cache', import.meta.url)));
await import('./latchkey.js');
`;

/** @param {string} dist contains `bot/` from tsc; `bot/index.js` is replaced by a loader of the bundle */
export async function bundleBot(dist) {
  const folder = join(dist, 'bot');
  await bundle(folder, { latchkey: 'index.js' });
  rmSync(join(folder, 'index.js.map'), { force: true });
  writeFileSync(join(folder, 'index.js'), ENTRY);
}

/** @param {string} folder the output of tsc
 * @param {Record<string, string>} entries the entry file of each bundle, by bundle name */
export async function bundle(folder, entries) {
  const common = {
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    external: EXTERNAL,
    logLevel: 'warning',
  };
  const { metafile } = await build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(folder, file)])),
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    banner: { js: COMMONJS },
    alias: { '@microsoft/teamsfx': '@microsoft/teamsfx/dist/index.esm2017.mjs' },
    plugins: [
      requireHttp,
      unusedImports('@microsoft/teamsfx', UNUSED_BY_TEAMSFX),
      esModule('jsonc-parser', 'lib/esm/main.js'),
      oneCopy(COPIED),
      lateChunk(LATE, { ...common, plugins: [lazyRequire(LAZY)] }),
      lazyRequire(LAZY),
    ],
    metafile: true,
  });
  const files = Object.keys(metafile.outputs).filter((path) => path.endsWith('.js'));
  for (const path of [...files, join(folder, 'chunks', 'late.cjs')]) toAscii(path);
}

/** With a letter beyond Latin-1, even in a comment, V8 needs two bytes for each of the eight million characters. An
 * escape avoids that. */
function toAscii(path) {
  const code = readFileSync(path, 'utf8');
  const escaped = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (escaped !== code) writeFileSync(path, escaped);
}
