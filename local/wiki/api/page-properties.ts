import { introduction, type Page, type PageImage } from '../content/page.ts';
import type { Params } from './params.ts';

/** Pages with properties per call, as in PageImages and TextExtracts. */
const MAX_IMAGES = 50;
const MAX_EXTRACTS = 20;

type PageValues = Record<string, unknown>;

/** Like MediaWiki's `$wgArticlePath`. */
export function pageUrl(origin: string, title: string): string {
  return `${origin}/wiki/${encodeURIComponent(title.replaceAll(' ', '_')).replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}

/** A module of `prop=…`: reads its parameters, then returns the values of the `at`-th page. */
type Module = (params: Params, origin: string) => (page: Page, at: number) => PageValues;

const MODULES: Record<string, Module> = { info, revisions, pageimages: images, extracts };
export const PROPERTIES = Object.keys(MODULES);

/** @see https://www.mediawiki.org/wiki/API:Properties */
export function properties(pages: Page[], params: Params, origin: string): PageValues[] {
  const modules = params.several('prop', PROPERTIES).flatMap((name) => MODULES[name]?.(params, origin) ?? []);
  return pages.map((page, at) =>
    Object.assign({ pageid: page.id, ns: 0, title: page.title }, ...modules.map((add) => add(page, at))),
  );
}

function info(params: Params, origin: string): (page: Page) => PageValues {
  const withUrl = params.several('inprop', ['url', 'displaytitle']).includes('url');
  return (page) => {
    const url = page.claims?.url?.replace('{origin}', origin) ?? pageUrl(origin, page.title);
    const urls = { fullurl: url, editurl: `${origin}/w/index.php?curid=${page.id}&action=edit`, canonicalurl: url };
    return {
      contentmodel: 'wikitext',
      pagelanguage: 'en',
      pagelanguagehtmlcode: 'en',
      pagelanguagedir: 'ltr',
      touched: timestamp(page),
      lastrevid: page.id,
      ...(withUrl && urls),
    };
  };
}

/** Like MediaWiki for several pages, returns only the latest revision. */
function revisions(params: Params): (page: Page) => PageValues {
  const wanted = params.several('rvprop', ['timestamp', 'user', 'comment'], 'timestamp|user|comment');
  return (page) => {
    const all: PageValues = {
      timestamp: timestamp(page),
      user: page.claims?.user ?? page.edit.by,
      comment: page.edit.comment,
    };
    return { revisions: [Object.fromEntries(wanted.map((name) => [name, all[name]]))] };
  };
}

function images(params: Params, origin: string): (page: Page, at: number) => PageValues {
  const wanted = params.several('piprop', ['thumbnail', 'name'], 'thumbnail|name');
  const size = params.integer('pithumbsize', { standard: 50, min: 1, max: 4000 });
  const limit = params.integer('pilimit', { standard: MAX_IMAGES, min: 1, max: MAX_IMAGES });
  params.one('pilicense', ['free', 'any'], 'free');
  return ({ image, claims }, at) => {
    if (at >= limit) return {};
    if (claims?.thumbnail)
      return { thumbnail: { source: claims.thumbnail.replace('{origin}', origin), width: size, height: size } };
    if (!image) return {};
    return {
      ...(wanted.includes('thumbnail') && { thumbnail: thumbnail(image, size, origin) }),
      ...(wanted.includes('name') && { pageimage: image.name }),
    };
  };
}

function thumbnail({ name, width, height }: PageImage, size: number, origin: string): PageValues {
  const scale = size / Math.max(width, height);
  const source = `${origin}/w/images/${encodeURIComponent(name)}`;
  return { source, width: Math.round(width * scale), height: Math.round(height * scale) };
}

function extracts(params: Params): (page: Page, at: number) => PageValues {
  const length = params.integer('exchars', { standard: 1200, min: 1, max: 1200 });
  const limit = params.integer('exlimit', { standard: MAX_EXTRACTS, min: 1, max: MAX_EXTRACTS });
  params.flag('exintro');
  params.flag('explaintext');
  return (page, at) => {
    if (at >= limit) return {};
    const text = introduction(page);
    return { extract: text.length > length ? `${text.slice(0, length)}...` : text };
  };
}

/** Like the API, without fractions of a second. */
export function timestamp(page: Page): string {
  return page.claims?.timestamp ?? page.edit.at.toISOString().replace('.000Z', 'Z');
}
