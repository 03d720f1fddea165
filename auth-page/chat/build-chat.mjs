import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/** @param {string} outDir receives `chat.html`, `chat.de.html`, … and `assets/`
 * @param {object[]} catalogues
 * @param {string} mark the product's logo, as SVG */
export async function buildChatPage(outDir, catalogues, mark) {
  const packaged = join(dirname(createRequire(import.meta.url).resolve('botframework-webchat')), '..', 'dist');
  const css = await transform(readFileSync(join(here, 'style.css'), 'utf8'), { loader: 'css', minify: true });
  const parts = {
    mark,
    webChat: asset('webchat.js', readFileSync(join(packaged, 'webchat.js'))),
    script: asset('chat.js', await bundle()),
    style: asset('chat.css', css.code),
  };
  const notice = {
    file: 'webchat.js.LICENSE.txt',
    contents: readFileSync(join(packaged, 'webchat.js.LICENSE.txt')),
  };
  mkdirSync(join(outDir, 'assets'), { recursive: true });
  for (const { file, contents } of [parts.webChat, parts.script, parts.style, notice]) {
    writeFileSync(join(outDir, 'assets', file), contents);
  }
  for (const messages of catalogues) {
    const name = messages.lang === 'en' ? 'chat.html' : `chat.${messages.lang}.html`;
    writeFileSync(join(outDir, name), pageHtml(messages, parts));
  }
}

async function bundle() {
  const options = { bundle: true, format: 'esm', target: 'es2022', minify: true, write: false };
  const { outputFiles } = await build({ entryPoints: [join(here, 'main.ts')], ...options });
  return outputFiles[0].text;
}

/** The server replaces `{{nonce}}` in each response. */
function pageHtml(messages, { mark, webChat, script, style }) {
  const { heading, body } = messages.chatFailed;
  return `<!doctype html>
<html lang="${messages.lang}" dir="${messages.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(messages.chatTitle)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style.url}" integrity="${style.integrity}">
<script src="${webChat.url}" integrity="${webChat.integrity}" defer></script>
<script type="module" src="${script.url}" integrity="${script.integrity}" nonce="{{nonce}}"></script>
</head>
<body>
<header>${mark.replace('<svg', '<svg aria-hidden="true"')}<h1>Latchkey</h1></header>
<main>
<noscript>${escapeHtml(messages.noScript.heading)}</noscript>
<p id="opening" role="status">${escapeHtml(messages.screens.opening.body[0])}</p>
<div id="failed" role="alert" hidden><h2>${escapeHtml(heading)}</h2>${body.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</div>
<p id="blocked" role="alert" hidden>${escapeHtml(messages.chatBlocked.message)} <a target="latchkey-sign-in" rel="opener">${escapeHtml(messages.chatBlocked.link)}</a></p>
<div id="chat"></div>
</main>
</body>
</html>
`;
}

function asset(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  const file = name.replace('.', `-${hash}.`);
  const integrity = `sha384-${createHash('sha384').update(contents).digest('base64')}`;
  return { file, contents, integrity, url: `/chat/assets/${file}` };
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
