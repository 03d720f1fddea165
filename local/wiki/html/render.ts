import { pageUrl } from '../api/page-properties.ts';
import type { Fact, Page, PageImage, Section } from '../content/page.ts';

/** Every text of a page passes through here. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export function renderPage(page: Page): string {
  const notice = page.restricted ? '<p class="notice">Only editors can read this page.</p>' : '';
  const body = `<h1>${escapeHtml(page.title)}</h1>${notice}${infobox(page)}${page.sections.map(section).join('')}`;
  const edited = `Last edited on ${page.edit.at.toUTCString()} by ${escapeHtml(page.edit.by)}.`;
  return layout(page.title, body, `${edited}<br>${escapeHtml(page.credit)}`);
}

/** Omits restricted pages. */
export function renderMainPage(pages: Page[]): string {
  const titles = pages.filter((page) => !page.restricted).map((page) => page.title);
  const body = `<h1>Main Page</h1>
<p>A wiki on your own machine, with ${titles.length} pages that everybody may read and a few for editors alone. It stands in for
a real MediaWiki: its search needs the access token of the local identity provider, its pages can be read in a browser
without one, so that “View in wiki” leads somewhere.</p><h2>All pages</h2>${list(titles.toSorted())}`;
  return layout('Main Page', body, 'Texts and pictures: see the foot of each page.');
}

export function renderMissing(title: string): string {
  return layout('No such page', `<h1>${escapeHtml(title)}</h1><p>There is no page with this name.</p>`, '');
}

/** Contains no text of the page. */
export function renderForbidden(): string {
  const body = `<h1>Permission error</h1><p>This page can be read by editors alone. The wiki knows an editor by the access
token of the identity provider, and a browser that follows a link sends none. Search for it in Teams, signed in as an
editor, to see what it says.</p>`;
  return layout('Permission error', body, '');
}

function layout(title: string, body: string, foot: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Contoso wiki</title><link rel="icon" href="/w/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/w/skin.css"></head>
<body><header><a href="/wiki/Main_Page">Contoso wiki</a> · a stand-in for MediaWiki</header>
<main>${body}</main><footer>${foot}</footer></body></html>`;
}

function infobox(page: Page): string {
  if (!page.image && !page.infobox) return '';
  return `<aside>${page.image ? image(page.image, page.title) : ''}${facts(page.infobox ?? [])}</aside>`;
}

function image({ name, width, height }: PageImage, title: string): string {
  return `<img src="/w/images/${encodeURIComponent(name)}" width="${width}" height="${height}" alt="${escapeHtml(title)}">`;
}

function section({ heading, paragraphs = [], facts: rows = [], links = [] }: Section): string {
  const title = heading ? `<h2>${escapeHtml(heading)}</h2>` : '';
  const text = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  return `${title}${text}${facts(rows)}${links.length > 0 ? list(links) : ''}`;
}

function facts(rows: Fact[]): string {
  if (rows.length === 0) return '';
  return `<dl>${rows.map((row) => `<dt>${escapeHtml(row.label)}</dt><dd>${escapeHtml(row.text)}</dd>`).join('')}</dl>`;
}

function list(titles: string[]): string {
  const items = titles.map((title) => `<li><a href="${escapeHtml(pageUrl('', title))}">${escapeHtml(title)}</a></li>`);
  return `<ul class="titles">${items.join('')}</ul>`;
}
