import { describe, expect, test } from '@jest/globals';
import { type GraphOptions, graphSource } from '../../bot/sources/graph.ts';
import type { SourceItem } from '../../bot/sources/source.ts';
import { graph } from '../support/search/graph.ts';
import { type OneSource, oneSource } from './one-source.ts';
import { GRAPH } from './source-options.ts';

const { path = '' } = GRAPH;

/** A searchResponse with these hits, as Graph documents it. */
function response(...hits: object[]) {
  return { value: [{ searchTerms: [], hitsContainers: [{ hits, total: hits.length, moreResultsAvailable: false }] }] };
}
const file = { name: 'Plan.docx', webUrl: 'https://contoso.sharepoint.com/sites/x/Plan.docx' };

describe('Microsoft Graph: files and list items', () => {
  const one = oneSource(graph(GRAPH.entities, path), (url) => graphSource({ ...GRAPH, url }));
  const queryOf = async (text: string) => questionOf(one, text).then((request) => request.query);

  test('asks once, for the page that is wanted, within the place that the connection names', async () => {
    const [call, ...more] = await one.asked('los angeles', { skip: 50, count: 10 });
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
          from: 50,
          size: 10,
        },
      ],
    });
  });

  test('what changed lately: the last three months, the newest first', async () => {
    const request = await questionOf(one, '');
    const [, since = ''] = /^LastModifiedTime>=(\d{4}-\d\d-\d\d)$/.exec(request.query.queryString) ?? [];
    const days = (Date.now() - Date.parse(since)) / (24 * 60 * 60 * 1000);
    expect(Math.floor(days)).toBe(90);
    expect(request.sortProperties).toEqual([{ name: 'lastModifiedDateTime', isDescending: true }]);
  });

  test.each([
    ['lakers) OR (path:"https://evil"', 'lakers or path "https evil"'],
    ['x) path:"y', 'x path y'],
    ['{searchTerms} author:grace', 'searchTerms author (grace OR grace*)'],
    ['lakers XRANK(cb=9) filetype:docx', 'lakers xrank cb 9 filetype (docx OR docx*)'],
    ['NOT lakers -secret', 'not lakers (secret OR secret*)'],
    ['a“b', 'a b'],
  ])('T53: %j can’t leave that place: %j', async (typed, queryString) => {
    expect(await queryOf(typed)).toEqual({ queryString, queryTemplate: `({searchTerms}) path:"${path}"` });
    expect(one.problems()).toEqual([]);
  });

  test('marks become hits, what is left out an ellipsis, entities text; other markup is dropped', async () => {
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
    const items = await one.answering(response({ hitId: '1', summary: 7, resource }));
    if (expected === undefined) expect(items).toEqual([]);
    else expect(items).toEqual([expect.objectContaining(expected)]);
  });

  test('T54: hits of the wrong form are passed over, no more are taken than were asked for, a total that is none is none', async () => {
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

describe.each([
  ['message', 'received'],
  ['chatMessage', 'sent'],
] as const)('Microsoft Graph: %s', (entity, changed) => {
  const one = oneSource(graph([entity]), (url) => graphSource({ url, entities: [entity] }));

  test('is found, with its subject, its sender and its own address; Graph counts none of those beyond the page', async () => {
    const { items, ...more } = await one.search('lakers');
    expect(items.at(-1)).toMatchObject({
      title: 'Los Angeles Lakers',
      url: `${one.url()}/pages/d12`,
      edited: { by: 'Ada Example' },
    });
    expect(more).toEqual({});
    expect(one.problems()).toEqual([]);
  });

  test('what came lately is asked for by its date, and not sorted, which Graph refuses', async () => {
    const request = await questionOf(one, '');
    expect(request.query.queryString).toMatch(new RegExp(`^${changed}>=\\d{4}-\\d\\d-\\d\\d$`));
    expect(request).not.toHaveProperty('sortProperties');
  });

  test('without a subject it is called by what it says', async () => {
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
])('options that can’t work are refused at the start: %j', (change, message) => {
  const good: GraphOptions = { url: 'https://graph.microsoft.com', entities: ['driveItem'] };
  expect(() => graphSource(good)).not.toThrow();
  expect(() => graphSource({ ...good, ...change })).toThrow(message);
});

async function questionOf(one: OneSource, text: string) {
  const [call] = await one.asked(text);
  return JSON.parse(call?.body ?? '').requests[0];
}
