import { getJson } from './http.ts';
import { type PageAddress, readPage, readRecent, readSearch } from './mediawiki-answer.ts';
import { pageParameters, recentParameters, searchParameters } from './mediawiki-api.ts';
import { errorIn } from './mediawiki-errors.ts';
import { toSearchText } from './search-text.ts';
import type { Source, SourceSession } from './source.ts';

export interface MediawikiOptions {
  /** The wiki's origin: `https://wiki.example.com`. */
  url: string;
  /** Where the action API is; `/w/api.php` unless said. */
  apiPath?: string | undefined;
  /** Who calls, for the wiki's operators. */
  userAgent?: string | undefined;
}

const MOST = { skip: 10_000, count: 25 };

/** Searches a MediaWiki (1.39 or later) by its action API, with the asker's access token: one call a search.
 * @throws {TypeError} where the options can't be used */
export function mediawikiSource(options: MediawikiOptions): Source {
  const origin = readOrigin(options.url);
  const api = `${origin}${readPath(options.apiPath ?? '/w/api.php')}?`;
  const addressOf = pageAddress(origin);
  const headers = { accept: 'application/json', 'user-agent': options.userAgent ?? 'Latchkey/0.1 (Teams search)' };

  async function call(parameters: string, { accessToken, signal }: SourceSession): Promise<unknown> {
    const withToken = { ...headers, authorization: `Bearer ${accessToken}` };
    const { json, retryAfter } = await getJson(api + parameters, withToken, signal);
    const error = errorIn(json, retryAfter);
    if (error) throw error;
    return json;
  }

  return {
    async search(query, session) {
      const skip = clamp(query.skip, 0, MOST.skip);
      const count = clamp(query.count, 1, MOST.count);
      if (query.text.trim() === '') {
        return readRecent(await call(recentParameters(skip, count), session), skip, count, addressOf);
      }
      const text = toSearchText(query.text);
      if (text === undefined) return { items: [], total: 0 };
      return readSearch(await call(searchParameters(text, skip, count), session), addressOf);
    },
    async page(url, session) {
      const page = pageNamedBy(url);
      return page && readPage(await call(pageParameters(page), session), addressOf);
    },
  };
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.trunc(Math.min(Math.max(value, least), most));
}

function readOrigin(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const web = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!parsed || !web || parsed.username || parsed.password) throw new TypeError(`url: not a web address: ${url}`);
  if (parsed.pathname !== '/' || parsed.search || parsed.hash) {
    throw new TypeError('url: only the origin, such as https://wiki.example.com; the path to api.php is apiPath');
  }
  return parsed.origin;
}

function readPath(path: string): string {
  if (/^\/(?!\/)[\w./~%-]*$/.test(path)) return path;
  throw new TypeError(`apiPath: must be a path on the wiki, such as /w/api.php: ${path}`);
}

/** What the wiki says, where that is on its own origin; or else MediaWiki's usual place for the title. */
function pageAddress(origin: string): PageAddress {
  return (title, said) => {
    const url = typeof said === 'string' && URL.canParse(said) ? new URL(said) : undefined;
    // Not by its origin: a blob: address has one, too.
    return url?.href.startsWith(`${origin}/`) ? url.href : `${origin}/wiki/${encodeTitle(title)}`;
  };
}

/** By URLSearchParams, which takes half a surrogate pair too; a slash is part of MediaWiki's paths. */
function encodeTitle(title: string): string {
  const encoded = new URLSearchParams({ title: title.replaceAll(' ', '_') }).toString();
  return encoded.slice('title='.length).replaceAll('%2F', '/');
}

const LONGEST_TITLE = 255;

/** Which page a link names: `/wiki/Title`, `…/index.php/Title`, `?title=Title`, `?curid=7`
 * (https://www.mediawiki.org/wiki/Manual:Page_title, https://www.mediawiki.org/wiki/Manual:Short_URL). */
function pageNamedBy({ pathname, searchParams }: URL): { titles: string } | { pageids: string } | undefined {
  const id = searchParams.get('curid') ?? '';
  if (/^\d{1,10}$/.test(id)) return { pageids: id };
  const [, path] = /^\/(?:wiki|(?:[\w-]+\/)*index\.php)\/(.+)$/.exec(pathname) ?? [];
  const title = (searchParams.get('title') ?? decode(path ?? '')).replaceAll('_', ' ').trim();
  // With a bar in it, it would be several titles.
  return title === '' || title.length > LONGEST_TITLE || /[|\x1f]/.test(title) ? undefined : { titles: title };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return ''; // Not UTF-8: no title of this wiki.
  }
}
