import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { pageHtml } from './build-page.mjs';
import { pinTeamsJs } from './build-teams-js.mjs';
import { themeFor } from './build-theme.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const NOTICE = '/*! Contains @microsoft/teams-js. Copyright (c) Microsoft Corporation. MIT License. */';

/** Makes `start.html`, `callback.html` and `assets/` (named by their content) in `outDir`, which it empties first.
 * @param {string} outDir
 * @returns {Promise<{ file: string, bytes: number, gzip: number }[]>} what was made, with sizes in bytes */
export async function buildAuthPage(outDir) {
  const [code, css, texts] = await Promise.all([bundleScript(), bundleStyle(), loadTexts()]);
  const mark = readFileSync(join(here, 'icon.svg'), 'utf8').trim();
  const script = asset('latchkey.js', code);
  const style = asset('latchkey.css', css);
  const icon = asset('icon.svg', mark);
  const parts = { script, style, icon, mark, texts };
  const start = { file: 'start.html', contents: pageHtml('start', 'opening', parts) };
  const callback = { file: 'callback.html', contents: pageHtml('callback', 'signingIn', parts) };
  return writeAll(outDir, [script, style, icon, start, callback]);
}

function writeAll(outDir, files) {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(join(outDir, 'assets'), { recursive: true });
  return files.map(({ file, contents }) => {
    writeFileSync(join(outDir, file), contents);
    return { file, bytes: Buffer.byteLength(contents), gzip: gzipSync(contents).length };
  });
}

function bundleScript() {
  return bundle('main.ts', { minify: true, banner: { js: NOTICE }, plugins: [pinTeamsJs()] });
}

/** The catalogue, for the words that stand in the HTML. */
async function loadTexts() {
  const source = await bundle('texts.ts', {});
  const { textsFor } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return textsFor(['en']);
}

async function bundle(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

async function bundleStyle() {
  const css = readFileSync(join(here, 'style.css'), 'utf8');
  const { code } = await transform(`${themeFor(css)}\n${css}`, { loader: 'css', minify: true, target: 'es2022' });
  return code;
}

/** A file that may be cached for good: its name changes with its content. */
function asset(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const file = `assets/${name.replace('.', `-${hash}.`)}`;
  const integrity = `sha384-${createHash('sha384').update(contents).digest('base64')}`;
  return { file, contents, integrity, url: `/auth/${file}` };
}
