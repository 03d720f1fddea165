import { describe, expect, test } from '@jest/globals';
import { type GraphOptions, graphSource } from '../../../bot/sources/graph/source.ts';
import type { SourceItem } from '../../../bot/sources/source.ts';
import { graph } from '../../support/search/graph.ts';
import { type OneSource, oneSource } from './one-source.ts';
import { GRAPH } from './options.ts';

const { path = '' } = GRAPH;

/** A searchResponse with these hits, as Graph documents it. */
function response(...hits: object[]) {
  return { value: [{ searchTerms: [], hitsContainers: [{ hits, total: hits.length, moreResultsAvailable: false }] }] };
}
const file = { name: 'Plan.docx', webUrl: 'https://contoso.sharepoint.com/sites/x/Plan.docx' };

describe('Microsoft Graph: files and list items', () => {
  const one = oneSource(graph(GRAPH.entities, path), (url) => graphSource({ ...GRAPH, url }));
  const queryOf = async (text: string) => requestOf(one, text).then((request) => request.query);

  test('sends one request, for the requested page, within the connection’s place', async () => {
    const [call, ...more] = await one.requested('los angeles', { skip: 50, count: 10 });
    expect(more).toEqual([]);
    expect(call).toMatchObject({ method: 'POST', url: '/v1.0/search/query' });
    expect(JSON.parse(call?.body ?? '')).toEqual({
      requests: [
        {
          entityTypes: ['driveItem', 'listItem'],
          query: {
            queryString: 'los (angeles OR angeles*)',
            queryTemplate: '({searchTerms}) path:"https://contoso.sharepoint.com/sites/handbook"',
          },
          fields: ['title', 'lastModifiedTime', 'modifiedBy'],
          from: 50,
          size: 10,
        },
      ],
    });
  });

  test('an empty search: the last three months, newest first', async () => {
    const request = await requestOf(one, '');
    const [, since = ''] = /^LastModifiedTime>=(\d{4}-\d\d-\d\d)$/.exec(request.query.queryString) ?? [];
    const days = (Date.now() - Date.parse(since)) / (24 * 60 * 60 * 1000);
    expect(Math.floor(days)).toBe(90);
    expect(request.sortProperties).toEqual([{ name: 'lastModifiedDateTime', isDescending: true }]);
  });

  test.each([
    ['lakers) OR (path:"https://evil"', 'lakers or path "https evil"'],
    ['AT&T src/app/main.ts', '"AT&T" "src/app/main.ts"'],
    ['{searchTerms} author:grace', 'searchTerms author (grace OR grace*)'],
    ['lakers XRANK(cb=9) filetype:docx', 'lakers xrank cb 9 filetype (docx OR docx*)'],
  ])('T53: %j cannot leave that place: %j', async (typed, queryString) => {
    expect(await queryOf(typed)).toEqual({ queryString, queryTemplate: `({searchTerms}) path:"${path}"` });
    expect(one.problems()).toEqual([]);
  });

  test('marks become hits, omissions an ellipsis, entities text; other markup is dropped', async () => {
    const summary = 'As we <c0>plan</c0> &lt;b&gt; <ddd/> R&amp;D <c1>x</c1><b>y</b> ';
    const [item] = await one.answering(response({ hitId: '1', summary, resource: file }));
    expect(item?.snippet).toEqual([
      { text: 'As we ', hit: false },
      { text: 'plan', hit: true },
      { text: ' <b> … R&D xy', hit: false },
    ]);
  });

  test.each<[string, object, Partial<SourceItem> | undefined]>([
    [
      'a file: its name, and who changed it last',
      {
        ...file,
        lastModifiedDateTime: '2026-01-02T03:04:05Z',
        createdBy: { user: { displayName: 'Ada' } },
        lastModifiedBy: { user: { displayName: 'Grace' } },
      },
      { title: 'Plan.docx', url: file.webUrl, edited: { at: new Date('2026-01-02T03:04:05Z'), by: 'Grace' } },
    ],
    [
      'a list item: the title among its fields',
      { webUrl: file.webUrl, fields: { title: 'An item' } },
      { title: 'An item' },
    ],
    [
      'a list item with what was asked for, and no more',
      {
        webUrl: file.webUrl,
        fields: { title: 'An item', lastModifiedTime: '2026-01-02T03:04:05Z', modifiedBy: 'Ada' },
      },
      { title: 'An item', edited: { at: new Date('2026-01-02T03:04:05Z'), by: 'Ada' } },
    ],
    ['one without any name: its place', { webUrl: file.webUrl }, { title: 'contoso.sharepoint.com' }],
    [
      'an address with blanks in it',
      { ...file, webUrl: 'https://x.sharepoint.com/a b' },
      { url: 'https://x.sharepoint.com/a%20b' },
    ],
    ['no address', { name: 'x' }, undefined],
    ['a script for an address', { ...file, webUrl: 'javascript:alert(1)' }, undefined],
    ['an address that is none', { ...file, webUrl: { a: 1 } }, undefined],
    ['odd people and times', { ...file, lastModifiedBy: [1], lastModifiedDateTime: {} }, { title: 'Plan.docx' }],
  ])('%s', async (_, resource, expected) => {
    const answered = one.answering(response({ hitId: '1', summary: 7, resource }));
    if (expected) expect(await answered).toEqual([expect.objectContaining(expected)]);
    else await expect(answered).rejects.toMatchObject({ failure: 'unreadable' });
  });

  const SITE = 'https://contoso.sharepoint.com/sites/hand%20book';
  const LIST_ITEM = '#microsoft.graph.listItem';
  test.each<[string, object, Record<string, unknown>]>([
    ['a document', { name: 'Plan.DOCX', webUrl: `${SITE}/Plan.docx` }, { type: 'document', site: 'hand book' }],
    ['a spreadsheet', { name: 'a.b.xlsx', webUrl: `${SITE}/x` }, { type: 'spreadsheet', site: 'hand book' }],
    ['a folder', { name: 'v1.md', folder: {}, webUrl: `${SITE}/v1.md` }, { type: 'folder', site: 'hand book' }],
    [
      'one that Office opens',
      { name: 'x.pptx', webUrl: 'https://contoso.sharepoint.com/:p:/r/teams/sales/_layouts/15/Doc.aspx' },
      { type: 'presentation', site: 'sales' },
    ],
    [
      'one of OneDrive',
      { name: 'x.png', webUrl: 'https://contoso-my.sharepoint.com/personal/ada/Documents/x.png' },
      { type: 'picture', site: 'OneDrive' },
    ],
    ['a list item', { '@odata.type': LIST_ITEM, webUrl: `${SITE}/Lists/x` }, { type: 'listItem', site: 'hand book' }],
    ['a page', { '@odata.type': LIST_ITEM, name: 'Home.aspx', webUrl: SITE }, { type: 'page', site: 'hand book' }],
    ['an unknown type, no site', { name: 'a.constructor', webUrl: 'https://contoso.sharepoint.com/x' }, {}],
    ['no UTF-8', { name: 'x', webUrl: 'https://contoso.sharepoint.com/sites/%ff/x' }, {}],
  ])('type and site of %s', async (_, resource, expected) => {
    const [item] = await one.answering(response({ hitId: '1', summary: '', resource }));
    const facts = (item?.facts ?? []).map(({ label, value }) => [
      label,
      typeof value === 'object' && 'term' in value ? value.term : value,
    ]);
    expect(Object.fromEntries(facts)).toEqual(expected);
  });

  test('T54: invalid hits are skipped, no more results than requested are used, an invalid total is ignored', async () => {
    const hits = [null, 1, 'x', [], {}, { resource: null }, ...Array(60).fill({ resource: file })];
    await one.fault({ body: JSON.stringify({ value: [{ hitsContainers: [{ hits, total: -1 }] }] }) });
    const page = await one.search('lakers');
    expect(page.items).toHaveLength(19);
    expect(page).not.toHaveProperty('total');
    expect(await one.answering({ value: [{ hitsContainers: [] }] })).toEqual([]);
    expect(await one.answering({ value: [{ hitsContainers: [{ total: 0, moreResultsAvailable: false }] }] })).toEqual(
      [],
    );
  });
});

describe('Microsoft Graph: a link to a file', () => {
  const one = oneSource(graph(GRAPH.entities, path), (url) => graphSource({ ...GRAPH, url }));
  const anywhere = oneSource(graph(GRAPH.entities), (url) => graphSource({ entities: ['driveItem'], url }));
  const linkOf = (url = '') => Buffer.from(/\/u!([\w-]+)\//.exec(url)?.[1] ?? '', 'base64url').toString();

  test('is found by its address, in one call, with the person’s token; the call redeems no sharing link', async () => {
    const { item, requested: requests } = await one.page('/pages/d12');
    expect(item).toEqual({
      title: 'Los Angeles Lakers',
      snippet: [],
      url: `${one.url()}/pages/d12`,
      edited: { at: new Date('2026-03-01T12:12:00Z'), by: 'Ada Example' },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer token-of-a-reader' } });
    expect(requests[0]?.headers).not.toHaveProperty('prefer');
    expect(one.problems()).toEqual([]);
  });

  test('the example on Microsoft’s page has the same encoding as there', async () => {
    const { requested: requests } = await one.page(
      'https://onedrive.live.com/redir?resid=1231244193912!12&authKey=1201919!12921!1',
    );
    const token =
      'u!aHR0cHM6Ly9vbmVkcml2ZS5saXZlLmNvbS9yZWRpcj9yZXNpZD0xMjMxMjQ0MTkzOTEyITEyJmF1dGhLZXk9MTIwMTkxOSExMjkyMSEx';
    expect(requests[0]?.url).toContain(`/v1.0/shares/${token}/driveItem?`);
  });

  test('is found by a sharing link', async () => {
    expect((await one.page('/:w:/s/handbook/d13?e=x')).item?.title).toBe('LeBron James');
  });

  test.each([
    '/a/../b?q=1&q=2#top',
    '/%2e%2e/%2fme?$select=id#x',
    '/u!x/driveItem?$expand=children',
    `/${'ü'.repeat(200)}/???`,
  ])('T53: %j is one segment of the path', async (link) => {
    const { requested: requests } = await one.page(link);
    expect(requests[0]?.url).toMatch(/^\/v1\.0\/shares\/u![\w-]+\/driveItem\?\$select=[\w,]+$/);
    const { origin, pathname, search } = new URL(link, one.url());
    expect(linkOf(requests[0]?.url)).toBe(origin + pathname + search);
    expect(one.problems()).toEqual([]);
  });

  test('T53: a file outside the connection’s place is not found', async () => {
    expect(await one.page('/pages/d15')).toMatchObject({ item: undefined, requested: [expect.anything()] });
    expect((await anywhere.page('/pages/d15')).item?.title).toBe('Fabrikam on the Lakers');
  });

  test.each([
    ['the place itself', path, true],
    ['in any case', 'https://contoso.sharepoint.com/Sites/HANDBOOK/x.docx', true],
    ['encoded otherwise', 'https://contoso.sharepoint.com/sites/h%61ndbook/x.docx', true],
    ['a place that begins alike', 'https://contoso.sharepoint.com/sites/handbook2/x.docx', false],
    ['above it', 'https://contoso.sharepoint.com/sites/handbook/../secret/x.docx', false],
    ['another host', 'https://contoso-my.sharepoint.com/sites/handbook/x.docx', false],
    ['no UTF-8', 'https://contoso.sharepoint.com/sites/handbook/%ff', false],
    ['no address', 7, false],
  ])('T53: the folder of a file decides: %s', async (_, webDavUrl, shown) => {
    const webUrl = 'https://contoso.sharepoint.com/sites/secret/_layouts/15/Doc.aspx';
    await one.fault({ body: JSON.stringify({ ...file, webUrl, webDavUrl }) });
    expect((await one.page('/x')).item?.title).toBe(shown ? 'Plan.docx' : undefined);
  });

  test('if the folder is unknown, the address that shows the file decides', async () => {
    const webUrl = `${path}/_layouts/15/Doc.aspx?sourcedoc=x`;
    await one.fault({ body: JSON.stringify({ ...file, webUrl }) });
    expect((await one.page('/x')).item?.url).toBe(webUrl);
  });

  test('a link that is no file gets no card, and is no failure', async () => {
    expect(await one.page('/sites/handbook')).toEqual({ item: undefined, requested: [expect.anything()] });
    expect(one.problems()).toEqual([]);
  });

  test('a link to mail or a chat is not looked up', () => {
    expect(graphSource({ url: 'https://graph.microsoft.com', entities: ['message'] })).not.toHaveProperty('page');
  });
});

describe.each([
  ['message', 'received'],
  ['chatMessage', 'sent'],
] as const)('Microsoft Graph: %s', (entity, changed) => {
  const one = oneSource(graph([entity]), (url) => graphSource({ url, entities: [entity] }));

  test('is found, with its subject, sender and address; Graph counts none beyond the page', async () => {
    const { items, ...more } = await one.search('lakers');
    expect(items.at(-1)).toMatchObject({
      title: 'Los Angeles Lakers',
      url: `${one.url()}/pages/d12`,
      edited: { by: 'Ada Example' },
    });
    expect(more).toEqual({});
    expect(one.problems()).toEqual([]);
  });

  test('recent items are requested by date, and not sorted, because Graph refuses that', async () => {
    const request = await requestOf(one, '');
    expect(request.query.queryString).toMatch(new RegExp(`^${changed}>=\\d{4}-\\d\\d-\\d\\d$`));
    expect(request).not.toHaveProperty('sortProperties');
  });

  test('without a subject its text is the title', async () => {
    const resource = {
      subject: '',
      webLink: 'https://outlook.office365.com/owa/?ItemID=x',
      from: { emailAddress: { name: 'Bob' } },
    };
    const [item] = await one.answering(response({ summary: 'See you <c0>tomorrow</c0>', resource }));
    expect(item).toMatchObject({ title: 'See you tomorrow', url: resource.webLink });
  });
});

test.each<[Partial<GraphOptions>, RegExp]>([
  [{ entities: [] }, /^entities: /],
  [{ entities: ['driveItem', 'message'] }, /^entities: /],
  [{ entities: ['message', 'chatMessage'] }, /^entities: /],
  [{ entities: ['message'], path }, /^path: /],
  [{ path: 'https://contoso.sharepoint.com/" OR "' }, /^path: /],
  [{ path: 'https://contoso.sharepoint.com/{User.Name}' }, /^path: /],
  [{ path: 'http://contoso.sharepoint.com' }, /^path: /],
  [{ url: 'https://graph.microsoft.com/v1.0' }, /^url: /],
  [{ url: 'https://a:b@graph.microsoft.com' }, /^url: /],
])('options that cannot work are refused at the start: %j', (change, message) => {
  const good: GraphOptions = { url: 'https://graph.microsoft.com', entities: ['driveItem'] };
  expect(() => graphSource(good)).not.toThrow();
  expect(() => graphSource({ ...good, ...change })).toThrow(message);
});

async function requestOf(one: OneSource, text: string) {
  const [call] = await one.requested(text);
  return JSON.parse(call?.body ?? '').requests[0];
}
