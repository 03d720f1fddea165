import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { clampPaging, pageOf } from '../entries.ts';
import { getJson, getJsonIfFound, requestHeaders } from '../http.ts';
import {
  imageOrigins,
  type Source,
  type SourceItem,
  type SourcePage,
  type SourceQuery,
  type SourceSession,
  sourceType,
  text,
} from '../source.ts';
import { sanitizeText } from '../typed-query.ts';
import { parseBaseUrl } from '../urls.ts';
import { type GithubKind, mapGithubError, parseGithubScope, searchUrl } from './request.ts';
import { readItem, readItems } from './response.ts';

export const github = sourceType({
  schema: z.strictObject({
    type: z.literal('github').describe('Issues, pull requests and repositories of GitHub or an Enterprise Server.'),
    url: z.url().default('https://api.github.com').describe('The base address of the API.'),
    webUrl: z.url().optional().describe('The origin that cards lead to. The default is the origin of the API.'),
    kinds: z
      .array(z.enum(['issues', 'pullRequests', 'repositories']))
      .min(1)
      .describe('What to search. Each kind is one call.'),
    scope: text
      .optional()
      .describe('Where to search: org:name, user:name or repo:owner/name, several with spaces between.'),
    imageOrigins,
  }),
  build: (settings, userAgent) => githubSource({ ...settings, userAgent }),
  addresses: ({ webUrl }) => ({ webUrl }),
  cardUrls: (settings) => [webUrlOf(settings)],
  pageUrls: (settings) => [webUrlOf(settings)],
});

/** github.com's API has its own host. An Enterprise Server has one origin. */
function webUrlOf({ url, webUrl }: { url: string; webUrl?: string | undefined }): string {
  return webUrl ?? (new URL(url).hostname === 'api.github.com' ? 'https://github.com' : url);
}

interface GithubPage {
  kind: GithubKind;
  path: string;
}

const LINK = /^\/([a-z\d](?:-?[a-z\d]){0,38})\/([\w.-]{1,100})(?:\/(issues|pull)\/(\d{1,10}))?\/?$/i;

/** Reads `/owner/name`, `/owner/name/issues/7` and `/owner/name/pull/7`.
 * @param scope qualifiers with spaces between */
function parseLink({ pathname }: URL, kinds: readonly GithubKind[], scope: string): GithubPage | undefined {
  const [, owner = '', name = '', problem, number] = LINK.exec(pathname) ?? [];
  const kind = problem === 'issues' ? 'issues' : problem === 'pull' ? 'pullRequests' : 'repositories';
  if (name === '' || /^\.{1,2}$/.test(name) || !kinds.includes(kind) || !isWithin(scope, owner, name)) return undefined;
  // In the API, a pull request is also an issue.
  return { kind, path: `/repos/${owner}/${name}${number === undefined ? '' : `/issues/${number}`}` };
}

function isWithin(scope: string, owner: string, name: string): boolean {
  if (scope === '') return true;
  const places = [`org:${owner}`, `user:${owner}`, `repo:${owner}/${name}`].map((place) => place.toLowerCase());
  return scope.split(' ').some((qualifier) => places.includes(qualifier.toLowerCase()));
}

/** The API redirects here after a rename or transfer. */
const NEW_PLACE = /^\/repositories\/\d{1,20}(?:\/issues\/\d{1,10})?$/;
const NOT_FOUND_STATUSES = new Set([404, 410]);

/** GitHub returns 404 or 410 both for a missing page and for one that the user may not see. Follows one redirect of a
 * renamed repository. */
async function readPage(
  base: string,
  { path, kind }: GithubPage,
  scope: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<SourceItem | null | undefined> {
  let moved = false;
  const mayRedirectTo = ({ href }: URL) => {
    moved = href.startsWith(`${base}/`) && NEW_PLACE.test(href.slice(base.length));
    return moved;
  };
  const found = await getJsonIfFound(base + path, headers, signal, {
    isNotFound: ({ status }) => NOT_FOUND_STATUSES.has(status),
    mapError: mapGithubError,
    mayRedirectTo,
  });
  const item = found && readItem(found.json, kind);
  return item && moved && !isPlaceWithin(scope, item) ? undefined : item;
}

/** A repository may have moved to an owner outside the scope (T53). */
function isPlaceWithin(scope: string, { url }: SourceItem): boolean {
  const [, owner = '', name = ''] = /^\/([^/]+)\/([^/]+)/.exec(new URL(url).pathname) ?? [];
  return isWithin(scope, owner, name);
}

export interface GithubOptions {
  url: string;
  kinds: readonly GithubKind[];
  scope?: string | undefined;
  userAgent?: string | undefined;
}

/** GitHub returns 1,000 results of a search, at most 100 per page. */
const MAX = { results: 1000, page: 100 };

/** One call for each kind. @see https://docs.github.com/en/rest/search/search
 * @throws {TypeError} for unusable options */
export function githubSource(options: GithubOptions): Source {
  const base = parseBaseUrl(options.url).href.replace(/\/$/, '');
  const kinds = [...new Set(options.kinds)];
  if (kinds.length === 0) throw new TypeError('kinds: at least one');
  const scope = parseGithubScope(options.scope);
  const headers = {
    accept: 'application/vnd.github.text-match+json',
    'user-agent': options.userAgent ?? USER_AGENT,
    'x-github-api-version': '2022-11-28',
  };

  async function ask(kind: GithubKind, text: string, from: ResultWindow, session: SourceSession): Promise<SourcePage> {
    if (from.skip >= MAX.results || from.count === 0) return { items: [] };
    const { page, size, offset } = pageOf(from.skip, from.count, MAX.page);
    const url = base + searchUrl(kind, text, scope, { page: page + 1, size });
    const { json } = await getJson(url, requestHeaders(session, headers), session.signal, { mapError: mapGithubError });
    return json === undefined ? { items: [] } : readItems(json, kind, { ...from, offset });
  }

  return {
    async search(query, session) {
      const text = sanitizeText(query.text) ?? '';
      if (text === '' && query.text.trim() !== '') return { items: [], total: 0 };
      const windows = pageShares(query, kinds.length);
      return interleave(
        await Promise.all(kinds.map((kind, at) => ask(kind, text, windows[at] ?? EMPTY_WINDOW, session))),
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

function pageShares(query: SourceQuery, kinds: number): ResultWindow[] {
  const { skip, count } = clampPaging(query);
  const before = (results: number, at: number) => Math.ceil((results - at) / kinds);
  return Array.from({ length: kinds }, (_, at) => {
    const first = Math.max(before(skip, at), 0);
    return { skip: first, count: Math.max(before(skip + count, at), 0) - first };
  });
}

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
