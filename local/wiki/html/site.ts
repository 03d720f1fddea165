import { type TokenCheck, TokenRejected } from '../access-token.ts';
import { monogram } from '../content/monogram.ts';
import type { Page } from '../content/page.ts';
import { renderForbidden, renderMainPage, renderMissing, renderPage } from './render.ts';
import { SKIN } from './skin.ts';

interface Document {
  status: number;
  headers: Record<string, string>;
  body: string;
}

type Site = (path: string, authorization: string | undefined) => Promise<Document>;

const ICON = monogram('W');
const CACHED = { 'cache-control': 'public, max-age=3600' };
// Pages contain foreign text, so only text, this style sheet and these pictures load.
const CSP = {
  'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
};

/** `/wiki/Title`, pictures and the style sheet. */
export function site(pages: Page[], check: TokenCheck): Site {
  const byTitle = new Map(pages.map((page) => [page.title, page]));
  const images = new Map(pages.flatMap((page) => (page.image ? [[page.image.name, page.image]] : [])));

  async function read(title: string, authorization: string | undefined): Promise<Document> {
    if (title === 'Main Page') return html(200, renderMainPage(pages));
    const page = byTitle.get(title);
    if (!page) return html(404, renderMissing(title));
    if (page.restricted && !(await isEditor(check, authorization))) return html(403, renderForbidden());
    return html(200, renderPage(page));
  }

  return async (path, authorization) => {
    if (path === '/') return { status: 302, headers: { location: '/wiki/Main_Page' }, body: '' };
    if (path === '/w/skin.css') return { status: 200, headers: { 'content-type': 'text/css', ...CACHED }, body: SKIN };
    if (path === '/w/icon.svg') return svg(ICON.svg());
    const [, folder = '', name = ''] = /^\/(wiki|w\/images)\/(.+)$/s.exec(path) ?? [];
    if (folder === 'wiki') return read(name.replaceAll('_', ' '), authorization);
    const image = images.get(name);
    if (folder === '' || !image) return html(404, renderMissing('Not found'));
    return svg(image.svg());
  };
}

async function isEditor(check: TokenCheck, authorization: string | undefined): Promise<boolean> {
  try {
    return (await check(authorization)).editor;
  } catch (error) {
    if (error instanceof TokenRejected) return false;
    throw error;
  }
}

function svg(body: string): Document {
  return { status: 200, headers: { 'content-type': 'image/svg+xml', ...CACHED, ...CSP }, body };
}

function html(status: number, body: string): Document {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...CSP }, body };
}
