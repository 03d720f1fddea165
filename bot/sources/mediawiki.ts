import { DEFAULT_USER_AGENT, getJson, headersFor } from './http.ts';
import { type PageAddress, readPage, readRecent, readSearch } from './mediawiki-answer.ts';
import { pageParameters, recentParameters, searchParameters } from './mediawiki-api.ts';
import { errorIn } from './mediawiki-errors.ts';
import { readOrigin } from './origin.ts';
import { clampPaging } from './paging.ts';
import { percentEncode } from './percent-encode.ts';
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

/** Searches a MediaWiki (1.39 or later) by its action API, with the asker's access token: one call a search.
 * @throws {TypeError} where the options can't be used */
export function mediawikiSource(options: MediawikiOptions): Source {
  const origin = readOrigin(options.url, 'the path to api.php is apiPath');
  const api = `${origin}${readPath(options.apiPath ?? '/w/api.php')}?`;
  const addressOf = pageAddress(origin);
  const headers = { 'user-agent': options.userAgent ?? DEFAULT_USER_AGENT };

  async function call(parameters: string, session: SourceSession): Promise<unknown> {
    const { json, retryAfter } = await getJson(api + parameters, headersFor(session, headers), session.signal);
    const error = errorIn(json, retryAfter);
    if (error) throw error;
    return json;
  }

  return {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
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

/** A slash is part of MediaWiki's paths. */
function encodeTitle(title: string): string {
  return percentEncode(title.replaceAll(' ', '_')).replaceAll('%2F', '/');
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
