import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { isCount, type JsonObject } from '../../platform/json.ts';
import { parseUrl, safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { clampPaging } from '../entries.ts';
import { getJson, requestHeaders } from '../http.ts';
import { imageOrigins, type Source, type SourcePage, type SourceSession, sourceType } from '../source.ts';
import { sanitizeQuery } from '../typed-query.ts';
import { parseOrigin, percentEncode } from '../urls.ts';
import { pageParameters, propertiesParameters, recentParameters, searchParameters } from './request.ts';
import {
  errorIn,
  type FoundPages,
  type PageAddress,
  readFound,
  readPage,
  readProperties,
  readRecent,
  toPage,
} from './response.ts';

const MAX_BY_TITLE = 5;
const MAX_HITS = 500;

interface MediawikiSearch {
  text: string;
  namespaces: string;
  skip: number;
  count: number;
}

interface Mediawiki {
  call(parameters: string): Promise<unknown>;
  addressOf: PageAddress;
  /** Learned from earlier searches. */
  known: WikiKind;
}

/** With CirrusSearch, one call searches texts and titles. Without it, the text search ignores titles: title matches
 * come first, and a second call reads the properties of the other pages. */
async function searchMediawiki(
  { call, addressOf, known }: Mediawiki,
  { text, namespaces, skip, count }: MediawikiSearch,
): Promise<SourcePage> {
  // The number of title matches decides where a later page begins.
  const first = known.titlesApart && skip + count <= MAX_HITS ? 0 : skip;
  const json = await call(
    searchParameters(text, namespaces, { skip: first, count }, { skip: first, count: skip - first + count }),
  );
  if (json === undefined) return { items: [] };
  const found = readFound(json);
  if (isOneSearch(found)) return toPage(found.hits.slice(skip - first), found, skip, addressOf);
  known.titlesApart = true;
  const merged = first === 0 ? byTitleFirst(found, count) : found;
  const hits = merged.hits.slice(skip - first, skip - first + count);
  const missing = hits.map(({ pageid }) => pageid).filter((number) => isCount(number) && !found.pages.has(number));
  const more = missing.length > 0 ? readProperties(await call(propertiesParameters(missing))) : [];
  return toPage(hits, { ...merged, pages: new Map([...found.pages, ...more]) }, skip, addressOf);
}

interface WikiKind {
  titlesApart: boolean;
}

function isOneSearch({ hits, pages }: FoundPages): boolean {
  const numbers = new Set(hits.map(({ pageid }) => pageid).filter(isCount));
  return numbers.size === pages.size && [...numbers].every((number) => pages.has(number));
}

/** Title matches, then text matches, without duplicates. */
function byTitleFirst(found: FoundPages, count: number): FoundPages {
  const { hits, pages, total } = found;
  const firstHits = new Set(hits.slice(0, count).map(({ pageid }) => pageid));
  const byTitle = [...pages.values()]
    .filter(({ pageid }) => !firstHits.has(pageid))
    .sort((a, b) => indexOf(a) - indexOf(b))
    .slice(0, hits.length < count ? count : MAX_BY_TITLE);
  const shown = new Set(byTitle.map(({ pageid }) => pageid));
  return {
    ...found,
    hits: [...byTitle, ...hits.filter(({ pageid }) => !shown.has(pageid))],
    total: isCount(total) ? total + byTitle.length : total,
  };
}

function indexOf({ index }: JsonObject): number {
  return isCount(index) ? index : Number.MAX_SAFE_INTEGER;
}

export const mediawiki = sourceType({
  schema: z.strictObject({
    type: z.literal('mediawiki').describe('A MediaWiki, 1.39 or later.'),
    url: z.url().describe('The origin of the wiki.'),
    apiPath: z.string().startsWith('/').optional().describe('The path of the action API. The default is /w/api.php.'),
    namespaces: z
      .array(z.int().min(0))
      .min(1)
      .max(50)
      .optional()
      .describe('The numbers of the namespaces to search. The default is [0], the articles.'),
    imageOrigins,
  }),
  build: (settings, userAgent) => mediawikiSource({ ...settings, userAgent }),
  addresses: () => ({}),
  cardUrls: ({ url }) => [url],
  pageUrls: ({ url }) => [url],
});

interface MediawikiOptions {
  url: string;
  apiPath?: string | undefined;
  namespaces?: readonly number[] | undefined;
  userAgent?: string | undefined;
}

const MAX_NAMESPACES = 50;

/** @throws {TypeError} for unusable options */
export function mediawikiSource(options: MediawikiOptions): Source {
  const origin = parseOrigin(options.url, 'the path to api.php is apiPath');
  const api = `${origin}${parsePath(options.apiPath ?? '/w/api.php')}?`;
  const addressOf = pageAddress(origin);
  const namespaces = readNamespaces(options.namespaces ?? [0]);
  const known = { titlesApart: false };
  const headers = { 'user-agent': options.userAgent ?? USER_AGENT };

  async function call(parameters: string, session: SourceSession): Promise<unknown> {
    const { json, retryAfter } = await getJson(api + parameters, requestHeaders(session, headers), session.signal);
    const error = errorIn(json, retryAfter);
    if (error) throw error;
    return json;
  }

  return {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
      if (query.text.trim() === '') {
        const changes = await call(recentParameters(namespaces, { skip, count }), session);
        return changes === undefined ? { items: [] } : readRecent(changes, skip, count, addressOf);
      }
      const text = sanitizeQuery(query.text);
      if (text === undefined) return { items: [], total: 0 };
      const mediawiki = { call: (parameters: string) => call(parameters, session), addressOf, known };
      return searchMediawiki(mediawiki, { text, namespaces, skip, count });
    },
    async page(url, session) {
      const page = parseLink(url);
      if (!page) return undefined;
      const response = await call(pageParameters(page), session);
      return response === undefined ? null : readPage(response, addressOf);
    },
  };
}

function parsePath(path: string): string {
  if (/^\/(?!\/)[\w./~%-]*$/.test(path)) return path;
  throw new TypeError(`apiPath: must be a path on the wiki, such as /w/api.php: ${path}`);
}

function readNamespaces(numbers: readonly number[]): string {
  if (numbers.length > 0 && numbers.length <= MAX_NAMESPACES && numbers.every(isCount)) return numbers.join('|');
  throw new TypeError(`namespaces: 1 to ${MAX_NAMESPACES} numbers of namespaces, such as [0, 4]`);
}

/** Uses the wiki's path on the connection's origin: behind a proxy, `$wgServer` may name another origin. */
function pageAddress(origin: string): PageAddress {
  return (title, message) => {
    const path = typeof message === 'string' ? pathOf(message) : undefined;
    return origin + (path ?? `/wiki/${encodeTitle(title)}`);
  };
}

/** `$wgServer` may omit the scheme: `//wiki.example.com/wiki/Title`. */
function pathOf(address: string): string | undefined {
  const parsed = /^(?:https?:)?\/\//i.test(address) ? parseUrl(address, 'https://wiki') : undefined;
  if (!parsed) return undefined;
  const { username, password, pathname, search } = parsed;
  return username || password || (pathname === '/' && search === '') ? undefined : pathname + search;
}

function encodeTitle(title: string): string {
  return percentEncode(title.replaceAll(' ', '_')).replaceAll('%2F', '/');
}

const MAX_TITLE_LENGTH = 255;

/** Reads `/wiki/Title`, `…/index.php/Title`, `?title=Title` and `?curid=7`.
 * @see https://www.mediawiki.org/wiki/Manual:Page_title
 * @see https://www.mediawiki.org/wiki/Manual:Short_URL */
function parseLink({ pathname, searchParams }: URL): { titles: string } | { pageids: string } | undefined {
  const id = searchParams.get('curid') ?? '';
  if (/^\d{1,10}$/.test(id)) return { pageids: id };
  const [, path] = /^\/(?:wiki|(?:[\w-]+\/)*index\.php)\/(.+)$/.exec(pathname) ?? [];
  const title = (searchParams.get('title') ?? safeDecodeUriComponent(path ?? '') ?? '').replaceAll('_', ' ').trim();
  // A bar separates titles in the API.
  return title === '' || title.length > MAX_TITLE_LENGTH || /[|\x1f]/.test(title) ? undefined : { titles: title };
}
