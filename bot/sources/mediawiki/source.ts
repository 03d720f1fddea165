import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { isCount } from '../../platform/json.ts';
import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { clampPaging } from '../entries.ts';
import { getJson, requestHeaders } from '../http.ts';
import { sanitizeQuery } from '../search-text.ts';
import type { Source, SourceSession } from '../source.ts';
import { imageOrigins, sourceType } from '../source-type.ts';
import { parseOrigin, percentEncode } from '../urls.ts';
import { pageParameters, recentParameters } from './request.ts';
import { errorIn, type PageAddress, readPage, readRecent } from './response.ts';
import { searchMediawiki } from './search.ts';

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
