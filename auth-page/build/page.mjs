/** The script reads its texts from the data block (page-data.ts). The page contains its style, so the browser waits for one
 * file less before it shows the page and runs the script. The server allows the style by its hash, and fills in
 * `hostOrigins` (bot/http/pages.ts).
 * @param {'start' | 'callback' | 'settings'} page
 * @param {string} screen the first screen's name in `messages`
 * @returns {string} */
export function pageHtml(page, screen, { script, css, icon, mark, messages, others }) {
  const { heading, body } = messages.screens[screen];
  return `<!doctype html>
<html lang="${messages.lang}" dir="${messages.dir}" data-page="${page}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(messages.title)}</title>
<link rel="icon" href="${icon.url}" type="image/svg+xml">
<script type="module" src="${script.url}" integrity="${script.integrity}"></script>
<style>${css}</style>
</head>
<body>
<main data-screen="${screen}" data-tone="busy">
<p class="brand">${mark.replace('<svg', '<svg aria-hidden="true"')} Latchkey</p>
<noscript><div><h1>${escapeHtml(messages.noScript.heading)}</h1>${paragraphs(messages.noScript.body)}</div></noscript>
<div class="sign" aria-hidden="true">${SIGNS}</div>
<h1 tabindex="-1">${escapeHtml(heading)}</h1>
<div class="body">${paragraphs(body)}<p class="stuck">${escapeHtml(messages.stuck)}</p></div>
<div class="actions"></div>
<p class="unseen" role="status"></p>
</main>
${dataBlock({ messages, others, hostOrigins: [] })}
</body>
</html>
`;
}

/** Only `<` can end a script element (HTML Standard, 4.12.1.3). */
function dataBlock(data) {
  return `<script type="application/json" id="page-data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`;
}

/** The style sheet shows the sign of the current tone. */
const SIGNS = [
  sign(
    'busy',
    '<circle class="track" cx="20" cy="20" r="17"/><circle class="tail" cx="20" cy="20" r="17" pathLength="100"/>',
  ),
  sign(
    'ask',
    '<circle cx="20" cy="20" r="18"/><path d="M15 16.2c0-2.8 2.2-4.7 5-4.7s5 1.8 5 4.5c0 3.6-5 4-5 7.6m0 4.6v.1"/>',
  ),
  sign('done', '<circle cx="20" cy="20" r="18"/><path d="m12.5 20.5 5 5 10-10.5"/>'),
  sign('stopped', '<circle cx="20" cy="20" r="18"/><path d="M20 11.5v10.6m0 5.8v.1"/>'),
].join('');

function sign(tone, shapes) {
  return `<svg class="${tone}" viewBox="0 0 40 40">${shapes}</svg>`;
}

function paragraphs(lines) {
  return lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
