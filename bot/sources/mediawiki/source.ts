import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { isCount, type JsonObject } from '../../platform/json.ts';
import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { clampPaging } from '../entries.ts';
import { getJson, requestHeaders } from '../http.ts';
import { sanitizeQuery } from '../search-text.ts';
import { imageOrigins, type Source, type SourcePage, type SourceSession, sourceType } from '../source.ts';
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

/** So many pages that have the words in their title alone come first, where the texts that have them fill the page. */
const MAX_BY_TITLE = 5;
/** MediaWiki gives no more hits at once. */
const MAX_HITS = 500;

interface MediawikiSearch {
  text: string;
  /** Their numbers, with `|` between. */
  namespaces: string;
  skip: number;
  count: number;
}

/** A wiki, as one person's search sees it. */
interface Mediawiki {
  /** Asks the action API. @returns `undefined` for an empty answer */
  call(parameters: string): Promise<unknown>;
  addressOf: PageAddress;
  /** What earlier searches showed of it. */
  known: WikiKind;
}

/** Searches texts and titles. CirrusSearch does both at once, by one call. Without it, texts do not include their titles:
 * pages that were found by their title come first, and a second call asks what the first did not say of the others. */
async function searchMediawiki(
  { call, addressOf, known }: Mediawiki,
  { text, namespaces, skip, count }: MediawikiSearch,
): Promise<SourcePage> {
  // Which pages stand first decides where a later page begins: there the texts are read from the first on.
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

/** What searches show of a wiki. */
interface WikiKind {
  /** It searches titles and texts apart. */
  titlesApart: boolean;
}

/** The list and the generator found the same pages. */
function isOneSearch({ hits, pages }: FoundPages): boolean {
  const numbers = new Set(hits.map(({ pageid }) => pageid).filter(isCount));
  return numbers.size === pages.size && [...numbers].every((number) => pages.has(number));
}

/** Pages found by their title alone, then what was found in texts, each once. */
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
  /** The wiki's origin: `https://wiki.example.com`. */
  url: string;
  /** Where the action API is; `/w/api.php` unless said. */
  apiPath?: string | undefined;
  /** The numbers of the namespaces that hold content; 0, the articles, unless said. */
  namespaces?: readonly number[] | undefined;
  /** Who calls, for the wiki's operators. */
  userAgent?: string | undefined;
}

/** MediaWiki takes no more values of one parameter. */
const MAX_NAMESPACES = 50;

/** Searches a MediaWiki (1.39 or later) by its action API, with the asker's access token: one call a search, or two where the
 * wiki has no CirrusSearch.
 * @throws {TypeError} where the options can't be used */
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

/** The path that the wiki says, on the connection's own origin: a wiki behind a proxy may know itself by another name
 * (`$wgServer`). Where it says none, MediaWiki's usual place for the title. */
function pageAddress(origin: string): PageAddress {
  return (title, message) => {
    const path = typeof message === 'string' ? pathOf(message) : undefined;
    return origin + (path ?? `/wiki/${encodeTitle(title)}`);
  };
}

/** `//wiki.example.com/wiki/Title` too: `$wgServer` may leave the scheme out. */
function pathOf(address: string): string | undefined {
  if (!/^(?:https?:)?\/\//i.test(address) || !URL.canParse(address, 'https://wiki')) return undefined;
  const { username, password, pathname, search } = new URL(address, 'https://wiki');
  return username || password || (pathname === '/' && search === '') ? undefined : pathname + search;
}

/** A slash is part of MediaWiki's paths. */
function encodeTitle(title: string): string {
  return percentEncode(title.replaceAll(' ', '_')).replaceAll('%2F', '/');
}

const MAX_TITLE_LENGTH = 255;

/** Which page a link names: `/wiki/Title`, `…/index.php/Title`, `?title=Title`, `?curid=7`
 * (https://www.mediawiki.org/wiki/Manual:Page_title, https://www.mediawiki.org/wiki/Manual:Short_URL). */
function parseLink({ pathname, searchParams }: URL): { titles: string } | { pageids: string } | undefined {
  const id = searchParams.get('curid') ?? '';
  if (/^\d{1,10}$/.test(id)) return { pageids: id };
  const [, path] = /^\/(?:wiki|(?:[\w-]+\/)*index\.php)\/(.+)$/.exec(pathname) ?? [];
  const title = (searchParams.get('title') ?? safeDecodeUriComponent(path ?? '') ?? '').replaceAll('_', ' ').trim();
  // With a bar in it, it would be several titles.
  return title === '' || title.length > MAX_TITLE_LENGTH || /[|\x1f]/.test(title) ? undefined : { titles: title };
}
