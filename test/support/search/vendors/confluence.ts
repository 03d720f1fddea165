import { readAtlassianQuery } from '../../../../local/atlassian/query-language.ts';
import { confluenceApi, refuse, resultOf } from '../../../../local/confluence/api.ts';
import { searchPages } from '../../../../local/confluence/cql.ts';
import { type Page, pathOf } from '../../../../local/confluence/page.ts';
import { ADA } from '../../../../local/people.ts';
import { SITES } from '../../oauth2/services/atlassian.ts';
import type { Document } from '../documents.ts';
import { must, type StandInResponse } from '../server.ts';
import { accountOf, ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

const SITE = SITES[0].id;
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
      const found = kind === 'pages' && pagesOf(context.documents).find((page) => page.id === id);
      return found ? { json: { ...toPageV2(found), _links: { ...links, webui: pathOf(found) } } } : NOT_FOUND;
    }
    must(pathname === `${CLOUD}/rest/api/search`, 'no such place');
    const { cql, limit, cursor, ...more } = Object.fromEntries(searchParams);
    checkParameters(more, limit);
    checkQuery(cql ?? '');
    const { pages: found, terms } = searchPages(cql ?? '', pagesOf(context.documents));
    const size = Number(limit);
    const { entries, next } = pageByCursor(found, cursor, size, JSON.stringify([cql, limit]));
    const parameters = new URLSearchParams({ next: 'true', cursor: next ?? '', limit: String(size), cql: cql ?? '' });
    const results = entries.map((page) => resultOf(page, terms, true));
    const nextLink = next === undefined ? {} : { next: `/rest/api/search?${parameters}` };
    const counts = { start: 0, limit: size, size: results.length, totalSize: found.length };
    return { json: { results, ...counts, cqlQuery: cql, searchDuration: 1, _links: { ...links, ...nextLink } } };
  },
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
    const { cql, limit, start = '0', ...more } = Object.fromEntries(searchParams);
    if (pathname === '/rest/api/search') {
      checkParameters(more, limit);
      checkQuery(cql ?? '');
      must(/^\d+$/.test(start), 'start');
    } else must(more.expand === 'space,history.lastUpdated', 'not expanded');
    const request = { url: new URL(requested.url, origin), account: accountOf(ADA), origin };
    const reply = confluenceApi(pagesOf(documents), request);
    must(reply, 'no such place');
    return { status: reply.status, json: reply.body };
  },
  links: [
    ['https://wiki.contoso.example/pages/viewpage.action?pageId=12', BEST],
    ['https://wiki.contoso.example/spaces/CON/pages/12/Los+Angeles+Lakers', BEST],
    ['https://wiki.contoso.example/pages/viewpage.action?pageId=14', null],
    ['https://wiki.contoso.example/display/CON/Los+Angeles+Lakers', undefined],
  ],
};

const NOT_FOUND: StandInResponse = { status: 404, json: refuse(404, 'No content found').body };

function checkParameters({ expand, excerpt, ...more }: Record<string, string>, limit: string | undefined): void {
  must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
  must(expand === 'content.history.lastUpdated', 'not expanded');
  must(excerpt === undefined || excerpt === 'highlight', 'excerpt');
  must(/^\d+$/.test(limit ?? '') && Number(limit) >= 1 && Number(limit) <= 200, 'limit');
}

/** Entries name types, and one text or an order. */
function checkQuery(cql: string): void {
  const { conditions, order } = readAtlassianQuery(cql);
  const [type, text, ...more] = conditions;
  must(type?.field === 'type' && type.operator === 'in' && type.values.join() === 'page,blogpost', 'type');
  must(more.length === 0 && (text ? text.field === 'text' : order === 'lastmodified desc'), `order by ${order}`);
}

function pagesOf(documents: readonly Document[]): Page[] {
  const space = { key: 'CON', name: 'Contoso' };
  return ownDocuments(documents).map(({ id, title, body, by, edited }) => ({
    id: id.slice(1),
    type: 'page',
    title,
    body,
    space,
    by,
    edited,
  }));
}

function toPageV2({ id, title, edited }: Page) {
  const version = { number: 3, message: '', minorEdit: false, authorId: '5b10a2844c20165700ede21g', createdAt: edited };
  return { id, status: 'current', title, spaceId: '98306', parentId: null, version, body: {} };
}
