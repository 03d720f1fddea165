import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { pageHtml } from './build/page.mjs';
import { pinTeamsJs, splitTeamsJs } from './build/teams-js.mjs';
import { themeFor } from './build/theme.mjs';
import { buildChatPage } from './chat/build-chat.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const NOTICE = '/*! Contains @microsoft/teams-js. Copyright (c) Microsoft Corporation. MIT License. */';

/** Empties `outDir`, then writes the pages in English (`start.html`) and every other language (`start.de.html`), and
 * `assets/` with hashed names.
 * @param {string} outDir
 * @returns {Promise<{ file: string, bytes: number, gzip: number }[]>} the files, with sizes in bytes */
export async function buildAuthPage(outDir) {
  const catalogues = await loadCatalogues();
  const languages = catalogues.map((messages) => ({
    lang: messages.lang,
    ...asset(`${messages.lang}.json`, JSON.stringify(messages)),
  }));
  const [code, css] = await Promise.all([bundleScript(), bundleStyle()]);
  const mark = readFileSync(join(here, 'icon.svg'), 'utf8').trim();
  const script = asset('latchkey.js', code);
  const icon = asset('icon.svg', mark);
  const pages = catalogues.flatMap((messages) => {
    const others = filesOf(languages.filter(({ lang }) => lang !== messages.lang));
    return pagesIn(messages, { script, css, icon, mark, others });
  });
  const written = writeAll(outDir, [script, icon, ...languages, ...pages]);
  await buildChatPage(join(outDir, 'chat'), catalogues, mark);
  return written;
}

function pagesIn(messages, parts) {
  const ending = messages.lang === 'en' ? 'html' : `${messages.lang}.html`;
  return [
    { file: `start.${ending}`, contents: pageHtml('start', 'opening', { ...parts, messages }) },
    { file: `callback.${ending}`, contents: pageHtml('callback', 'signingIn', { ...parts, messages }) },
    { file: `settings.${ending}`, contents: pageHtml('settings', 'settingsOpening', { ...parts, messages }) },
  ];
}

function writeAll(outDir, files) {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(join(outDir, 'assets'), { recursive: true });
  return files.map(({ file, contents }) => {
    writeFileSync(join(outDir, file), contents);
    return { file, bytes: Buffer.byteLength(contents), gzip: gzipSync(contents).length };
  });
}

function filesOf(languages) {
  return Object.fromEntries(languages.map(({ lang, url, integrity }) => [lang, { url, integrity }]));
}

function bundleScript() {
  return bundle('main.ts', { minify: true, banner: { js: NOTICE }, plugins: [splitTeamsJs(), pinTeamsJs()] });
}

function loadCatalogues() {
  return Promise.all(
    readdirSync(join(here, 'locales')).map(async (name) => {
      const source = await bundle(join('locales', name), {});
      const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
      return Object.values(module).find(({ lang }) => typeof lang === 'string');
    }),
  );
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

/** The name changes with the content, so caches may keep the file forever. */
function asset(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const file = `assets/${name.replace('.', `-${hash}.`)}`;
  const integrity = `sha384-${createHash('sha384').update(contents).digest('base64')}`;
  return { file, contents, integrity, url: `/auth/${file}` };
}
