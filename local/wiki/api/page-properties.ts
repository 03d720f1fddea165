import { introduction, type Page } from '../content/page.ts';
import type { Params } from './params.ts';

export const PROPERTIES = ['info', 'revisions', 'pageimages', 'extracts'];
/** Properties of how many pages a call returns at most, the rest being for `continue`: as in PageImages and TextExtracts. */
const MOST_IMAGES = 50;
const MOST_EXTRACTS = 20;

export type PageValues = Record<string, unknown>;

/** Where a page is, in the form of MediaWiki's `$wgArticlePath`. */
export function pageUrl(origin: string, title: string): string {
  return `${origin}/wiki/${encodeURIComponent(title.replaceAll(' ', '_')).replaceAll('%2F', '/').replaceAll('%3A', ':')}`;
}

/** What `prop=…` adds to each page. @see https://www.mediawiki.org/wiki/API:Properties */
export function properties(pages: Page[], params: Params, origin: string): PageValues[] {
  const wanted = params.several('prop', PROPERTIES);
  const add = {
    info: info(params, origin),
    revisions: revisions(params),
    pageimages: images(params, origin),
    extracts: extracts(params),
  };
  return pages.map((page, at) => ({
    pageid: page.id,
    ns: 0,
    title: page.title,
    ...(wanted.includes('extracts') && add.extracts(page, at)),
    ...(wanted.includes('info') && add.info(page)),
    ...(wanted.includes('revisions') && add.revisions(page)),
    ...(wanted.includes('pageimages') && add.pageimages(page, at)),
  }));
}

function info(params: Params, origin: string): (page: Page) => PageValues {
  const withUrl = params.several('inprop', ['url', 'displaytitle']).includes('url');
  return (page) => {
    const url = page.claims?.url ?? pageUrl(origin, page.title);
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

/** The latest revision alone: with several pages MediaWiki gives no more. */
function revisions(params: Params): (page: Page) => PageValues {
  const wanted = params.several('rvprop', ['ids', 'timestamp', 'user', 'comment']);
  return (page) => {
    const all: PageValues = {
      timestamp: timestamp(page),
      user: page.claims?.user ?? page.edit.by,
      comment: page.edit.comment,
    };
    return { revisions: [Object.fromEntries(wanted.filter((name) => name in all).map((name) => [name, all[name]]))] };
  };
}

function images(params: Params, origin: string): (page: Page, at: number) => PageValues {
  const wanted = params.several('piprop', ['thumbnail', 'name', 'original']);
  const size = params.integer('pithumbsize', { standard: 50, min: 1, max: 4000 });
  const limit = params.integer('pilimit', { standard: MOST_IMAGES, min: 1, max: MOST_IMAGES });
  params.one('pilicense', ['free', 'any'], 'free');
  return ({ image, claims }, at) => {
    if (at >= limit || !wanted.includes('thumbnail')) return {};
    if (claims?.thumbnail) return { thumbnail: { source: claims.thumbnail, width: size, height: size } };
    if (!image) return {};
    const scale = size / Math.max(image.width, image.height);
    const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    return { thumbnail: { source: imageUrl(origin, image.name), width, height } };
  };
}

function extracts(params: Params): (page: Page, at: number) => PageValues {
  const length = params.integer('exchars', { standard: 1200, min: 1, max: 1200 });
  const limit = params.integer('exlimit', { standard: MOST_EXTRACTS, min: 1, max: MOST_EXTRACTS });
  params.flag('exintro');
  params.flag('explaintext');
  return (page, at) => {
    if (at >= limit) return {};
    const text = introduction(page);
    return { extract: text.length > length ? `${text.slice(0, length)}...` : text };
  };
}

function imageUrl(origin: string, name: string): string {
  return `${origin}/w/images/${encodeURIComponent(name)}`;
}

function timestamp(page: Page): string {
  return page.claims?.timestamp ?? page.edit.at.toISOString().replace('.000Z', 'Z');
}
