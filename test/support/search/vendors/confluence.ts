import type { Document } from '../documents.ts';
import { must, type StandIn, type StandInResponse } from '../server.ts';
import { marked, matching, type Term } from '../terms.ts';
import { readAtlassianQuery, readLuceneText } from './atlassian-query.ts';
import { ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

const SITE = '11111111-2222-3333-4444-555555555555';
const CLOUD = `/ex/confluence/${SITE}/wiki`;
const BEST = {
  title: 'Los Angeles Lakers',
  edited: { at: new Date('2026-03-01T12:12:00Z'), by: 'Ada Example' },
  facts: [
    { label: 'space', value: 'Contoso' },
    { label: 'type', value: 'page' },
  ],
};
const CLOUD_PAGE = 'https://contoso.atlassian.net/wiki/spaces/CON/pages/12';

/** Pages by cursors only, in `_links.next`, which is a path below the wiki. `start` is not read.
 * @see https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-search/ */
export const confluence: Vendor = {
  preset: 'confluence-cloud',
  origin: 'https://api.atlassian.com',
  site: SITE,
  standIn: (requested, context) => {
    const { pathname, searchParams } = new URL(requested.url, context.origin);
    must(requested.method === 'GET' && pathname.startsWith(CLOUD), 'no such place');
    const links = { base: 'https://contoso.atlassian.net/wiki', context: '/wiki' };
    const [, kind, id] = /^\/api\/v2\/(pages|blogposts)\/(\d+)$/.exec(pathname.slice(CLOUD.length)) ?? [];
    if (kind !== undefined) {
      const found = kind === 'pages' && ownDocuments(context.documents).find((each) => each.id === `d${id}`);
      return found ? { json: { ...toPageV2(found), _links: { ...links, webui: pathOf(found) } } } : NOT_FOUND;
    }
    must(pathname === `${CLOUD}/rest/api/search`, 'no such place');
    const { cql, limit, cursor, ...more } = Object.fromEntries(searchParams);
    checkParameters(more, limit);
    const { found, terms } = search(cql ?? '', context.documents);
    const size = Number(limit);
    const { entries, next } = pageByCursor(found, cursor, size, JSON.stringify([cql, limit]));
    const parameters = new URLSearchParams({ next: 'true', cursor: next ?? '', limit: String(size), cql: cql ?? '' });
    const results = entries.map((each) => toResult(each, terms));
    const nextLink = next === undefined ? {} : { next: `/rest/api/search?${parameters}` };
    const counts = { start: 0, limit: size, size: results.length, totalSize: found.length };
    return { json: { results, ...counts, cqlQuery: cql, searchDuration: 1, _links: { ...links, ...nextLink } } };
  },
  best: { ...BEST, url: `${CLOUD_PAGE}/Los%20Angeles%20Lakers` },
  lacks: [],
  links: [
    [CLOUD_PAGE, { title: BEST.title, url: `${CLOUD_PAGE}/Los%20Angeles%20Lakers` }],
    [`${CLOUD_PAGE}/Los+Angeles+Lakers`, { title: BEST.title }],
    ['https://contoso.atlassian.net/wiki/pages/viewpage.action?pageId=12', { title: BEST.title }],
    ['https://contoso.atlassian.net/wiki/spaces/CON/blog/2026/03/01/14/Trade', null],
    ['https://contoso.atlassian.net/wiki/spaces/CON/pages/14/Trade', null],
    ['https://contoso.atlassian.net/wiki/spaces/CON/overview', undefined],
  ],
};

/** @see https://developer.atlassian.com/server/confluence/rest/v900/api-group-search/ */
export const confluenceDataCenter: Vendor = {
  preset: 'confluence-data-center',
  origin: 'https://wiki.contoso.example',
  standIn: (requested, { origin, documents }) => {
    const { pathname, searchParams } = new URL(requested.url, origin);
    must(requested.method === 'GET', 'no such place');
    const links = { base: origin, context: '' };
    const [, id] = /^\/rest\/api\/content\/(\d+)$/.exec(pathname) ?? [];
    const { cql, limit, start = '0', ...more } = Object.fromEntries(searchParams);
    if (id !== undefined) {
      must(more.expand === 'space,history.lastUpdated', 'not expanded');
      const found = ownDocuments(documents).find((each) => each.id === `d${id}`);
      return found ? { json: { ...toContent(found), _links: { ...links, webui: pathOf(found) } } } : NOT_FOUND;
    }
    must(pathname === '/rest/api/search', 'no such place');
    checkParameters(more, limit);
    must(/^\d+$/.test(start), 'start');
    const { found, terms } = search(cql ?? '', documents);
    const results = found.slice(Number(start), Number(start) + Number(limit)).map((each) => toResult(each, terms));
    const counts = { start: Number(start), limit: Number(limit), size: results.length, totalSize: found.length };
    return { json: { results, ...counts, cqlQuery: cql, searchDuration: 1, _links: links } };
  },
  best: { ...BEST, url: 'https://wiki.contoso.example/spaces/CON/pages/12/Los%20Angeles%20Lakers' },
  lacks: [],
  links: [
    ['https://wiki.contoso.example/pages/viewpage.action?pageId=12', BEST],
    ['https://wiki.contoso.example/spaces/CON/pages/12/Los+Angeles+Lakers', BEST],
    ['https://wiki.contoso.example/pages/viewpage.action?pageId=14', null],
    ['https://wiki.contoso.example/display/CON/Los+Angeles+Lakers', undefined],
  ],
};

const NOT_FOUND: StandInResponse = { status: 404, json: { statusCode: 404, message: 'No content found' } };

function checkParameters({ expand, excerpt, ...more }: Record<string, string>, limit: string | undefined): void {
  must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
  must(expand === 'content.history.lastUpdated', 'not expanded');
  must(excerpt === undefined || excerpt === 'highlight', 'excerpt');
  must(/^\d+$/.test(limit ?? '') && Number(limit) >= 1 && Number(limit) <= 200, 'limit');
}

function search(cql: string, documents: Parameters<StandIn>[1]['documents']): { found: Document[]; terms: Term[] } {
  const { conditions, order } = readAtlassianQuery(cql);
  const terms: Term[] = [];
  for (const { field, operator, values } of conditions) {
    if (field === 'type') must(operator === 'in' && values.join() === 'page,blogpost', 'type');
    else {
      must(field === 'text' && operator === '~', `${field} ${operator}`);
      terms.push(...readLuceneText(values[0] ?? ''));
    }
  }
  must(conditions.length > 0 && (order === undefined || order === 'lastmodified desc'), `order by ${order}`);
  const own = ownDocuments(documents);
  return { found: order === undefined ? matching(own, terms) : own.toReversed(), terms };
}

function toResult(document: Document, terms: readonly Term[]) {
  const mark = (text: string) => marked(text, terms, '@@@hl@@@', '@@@endhl@@@');
  const escaped = document.body.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    content: toContent(document),
    title: mark(document.title),
    excerpt: mark(escaped),
    url: pathOf(document),
    resultGlobalContainer: { title: 'Contoso', displayUrl: '/spaces/CON' },
    breadcrumbs: [],
    entityType: 'content',
    iconCssClass: 'aui-icon content-type-page',
    lastModified: document.edited,
    friendlyLastModified: 'yesterday',
    score: 0,
  };
}

function toContent({ id, title, by, edited }: Document) {
  return {
    id: id.slice(1),
    type: 'page',
    status: 'current',
    title,
    space: { key: 'CON', name: 'Contoso' },
    history: { latest: true, lastUpdated: { by: { type: 'known', displayName: by }, when: edited, number: 3 } },
  };
}

function toPageV2({ id, title, edited }: Document) {
  const version = { number: 3, message: '', minorEdit: false, authorId: '5b10a2844c20165700ede21g', createdAt: edited };
  return { id: id.slice(1), status: 'current', title, spaceId: '98306', parentId: null, version, body: {} };
}

function pathOf({ id, title }: Document): string {
  return `/spaces/CON/pages/${id.slice(1)}/${encodeURIComponent(title.replace(/\p{Cs}/gu, '\ufffd'))}`;
}
