import { DEFAULT_USER_AGENT, getJson, requestHeaders } from '../http.ts';
import { parseBaseUrl } from '../origin.ts';
import { clampPaging, pageOf } from '../paging.ts';
import { sanitizeWords } from '../search-text.ts';
import type { Source, SourcePage, SourceQuery, SourceSession } from '../source.ts';
import { explainRefusal } from './errors.ts';
import { parseLink, readPage } from './link.ts';
import { type GithubKind, parseGithubScope, searchUrl } from './request.ts';
import { readItems } from './response.ts';

export interface GithubOptions {
  /** The API: `https://api.github.com`, or `https://github.example.com/api/v3`. */
  url: string;
  kinds: readonly GithubKind[];
  /** Qualifiers that every search has: `org:contoso`, `repo:contoso/docs repo:contoso/site`. */
  scope?: string | undefined;
  userAgent?: string | undefined;
}

/** GitHub shows the first thousand results of a search, a hundred at once at most. */
const MAX = { results: 1000, page: 100 };

/** Searches issues, pull requests and repositories by GitHub's REST API: one call for each kind.
 * @see https://docs.github.com/en/rest/search/search
 * @throws {TypeError} where the options can't be used */
export function githubSource(options: GithubOptions): Source {
  const base = parseBaseUrl(options.url).href.replace(/\/$/, '');
  const kinds = [...new Set(options.kinds)];
  if (kinds.length === 0) throw new TypeError('kinds: at least one');
  const scope = parseGithubScope(options.scope);
  const headers = {
    accept: 'application/vnd.github.text-match+json',
    'user-agent': options.userAgent ?? DEFAULT_USER_AGENT,
    'x-github-api-version': '2022-11-28',
  };

  async function ask(kind: GithubKind, words: string, from: ResultWindow, session: SourceSession): Promise<SourcePage> {
    if (from.skip >= MAX.results || from.count === 0) return { items: [] };
    const { page, size, offset } = pageOf(from.skip, from.count, MAX.page);
    const url = base + searchUrl(kind, words, scope, { page: page + 1, size });
    const { json } = await getJson(url, requestHeaders(session, headers), session.signal, { explain: explainRefusal });
    return json === undefined ? { items: [] } : readItems(json, kind, { ...from, offset });
  }

  return {
    async search(query, session) {
      const words = sanitizeWords(query.text) ?? '';
      if (words === '' && query.text.trim() !== '') return { items: [], total: 0 };
      const windows = pageShares(query, kinds.length);
      return interleave(
        await Promise.all(kinds.map((kind, at) => ask(kind, words, windows[at] ?? EMPTY_WINDOW, session))),
      );
    },
    async page(url, session) {
      const page = parseLink(url, kinds, scope);
      return page && readPage(base, page, scope, requestHeaders(session, headers), session.signal);
    },
  };
}

interface ResultWindow {
  skip: number;
  count: number;
}
const EMPTY_WINDOW: ResultWindow = { skip: 0, count: 0 };

/** Which results of each kind belong to the page, where kinds take turns. */
function pageShares(query: SourceQuery, kinds: number): ResultWindow[] {
  const { skip, count } = clampPaging(query);
  const before = (results: number, at: number) => Math.ceil((results - at) / kinds);
  return Array.from({ length: kinds }, (_, at) => {
    const first = Math.max(before(skip, at), 0);
    return { skip: first, count: Math.max(before(skip + count, at), 0) - first };
  });
}

/** One of each kind, then the next of each; the total is that of all, where all say it. */
function interleave(pages: readonly SourcePage[]): SourcePage {
  const longest = Math.max(...pages.map(({ items }) => items.length));
  const items = Array.from({ length: longest }, (_, at) => pages.flatMap((page) => page.items[at] ?? [])).flat();
  const totals = pages.map(({ total }) => total);
  const known = totals.filter((total) => total !== undefined);
  const unread = pages.find((page) => page.unread !== undefined)?.unread;
  return {
    items,
    ...(known.length === totals.length && { total: known.reduce((sum, total) => sum + total, 0) }),
    ...(pages.some(({ incomplete }) => incomplete) && { incomplete: true }),
    ...(unread !== undefined && { unread }),
  };
}
