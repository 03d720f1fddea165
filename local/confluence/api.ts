import { createHash } from 'node:crypto';
import type { ApiRequest } from '../atlassian/product.ts';
import type { Reply } from '../oauth2/service.ts';
import { marked, type Term } from '../text-match.ts';
import { searchPages } from './cql.ts';
import { type Page, pathOf } from './page.ts';

/** Longer requests get fewer results. */
const MAX_LIMIT = 200;
const EXCERPT_LENGTH = 300;
const [MARK, END_MARK] = ['@@@hl@@@', '@@@endhl@@@'];

/** The REST API of Confluence 8: `user/current`, `search` and `content/{id}`.
 * @param pages what the user may see
 * @returns `undefined` for another resource
 * @throws {QueryError}
 * @see https://developer.atlassian.com/server/confluence/rest/v900/ */
export function confluenceApi(pages: readonly Page[], { url, account, origin }: ApiRequest): Reply | undefined {
  const { pathname, searchParams } = url;
  if (pathname === '/rest/api/user/current') return { status: 200, body: userOf(account.person) };
  const expand = new Set(searchParams.get('expand')?.split(','));
  if (pathname === '/rest/api/search')
    return search(pages, searchParams, expand.has('content.history.lastUpdated'), origin);
  const [, id] = /^\/rest\/api\/content\/(\d+)$/.exec(pathname) ?? [];
  if (id === undefined) return undefined;
  const found = pages.find((page) => page.id === id);
  if (found === undefined) return refuse(404, `No content found with id: ContentId{id=${id}}`);
  const content = contentOf(found, { space: expand.has('space'), history: expand.has('history.lastUpdated') });
  return { status: 200, body: { ...content, _links: { base: origin, context: '', webui: pathOf(found) } } };
}

/** Confluence's form of an error. */
export function refuse(statusCode: number, message: string): Reply {
  return { status: statusCode, body: { statusCode, message, data: { authorized: true, valid: true, errors: [] } } };
}

function search(pages: readonly Page[], query: URLSearchParams, history: boolean, origin: string): Reply {
  const [start, asked] = [Number(query.get('start') ?? 0), Number(query.get('limit') ?? 25)];
  if (!Number.isInteger(start) || start < 0) return refuse(400, 'start must not be negative');
  if (!Number.isInteger(asked) || asked < 0) return refuse(400, 'limit must not be negative');
  const limit = Math.min(asked, MAX_LIMIT);
  const cqlQuery = query.get('cql') ?? '';
  const { pages: found, terms } = searchPages(cqlQuery, pages);
  const results = found.slice(start, start + limit).map((page) => resultOf(page, terms, history));
  const counts = { start, limit, size: results.length, totalSize: found.length };
  const body = { results, ...counts, cqlQuery, searchDuration: 1, _links: { base: origin, context: '' } };
  return { status: 200, body };
}

/** An entry of a search, in Data Center and in the cloud. */
export function resultOf(page: Page, terms: readonly Term[], history: boolean) {
  const { title, space, edited } = page;
  return {
    content: contentOf(page, { space: false, history }),
    title: marked(title, terms, MARK, END_MARK),
    excerpt: escaped(marked(excerptOf(page.body, terms), terms, MARK, END_MARK)),
    url: pathOf(page),
    resultGlobalContainer: { title: space.name, displayUrl: `/spaces/${space.key}` },
    breadcrumbs: [],
    entityType: 'content',
    iconCssClass: `aui-icon content-type-${page.type}`,
    lastModified: edited,
    score: 0,
  };
}

function contentOf({ id, type, title, space, by, edited }: Page, expand: { space: boolean; history: boolean }) {
  const lastUpdated = { by: { type: 'known', displayName: by }, when: edited, number: 3 };
  return {
    id,
    type,
    status: 'current',
    title,
    ...(expand.space && { space: { key: space.key, name: space.name, type: 'global' } }),
    ...(expand.history && { history: { latest: true, lastUpdated } }),
  };
}

/** The text around the first match. */
function excerptOf(body: string, terms: readonly Term[]): string {
  if (body.length <= EXCERPT_LENGTH) return body;
  const first = marked(body, terms, MARK, END_MARK).indexOf(MARK);
  const start = Math.max(0, Math.min(first, body.length) - EXCERPT_LENGTH / 3);
  return body.slice(start, start + EXCERPT_LENGTH);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function userOf({ name: displayName, username, objectId }: ApiRequest['account']['person']) {
  const userKey = createHash('md5').update(objectId).digest('hex');
  return { type: 'known', username, userKey, displayName };
}
