import { describe, expect, test } from '@jest/globals';
import { type OpensearchOptions, opensearchSource } from '../../../bot/sources/opensearch/source.ts';
import { opensearch } from '../../support/search/opensearch.ts';
import { oneSource } from './one-source.ts';
import { OPENSEARCH } from './options.ts';

const hits = (...found: unknown[]) => ({ hits: { total: { value: found.length, relation: 'eq' }, hits: found } });
const source = { title: 'A page', text: 'what it says', link: 'https://docs.example.com/a' };

describe('an index of OpenSearch', () => {
  const one = oneSource(opensearch, (url) => opensearchSource({ ...OPENSEARCH, url }));
  const request = async (text: string, paging?: { skip?: number; count?: number }) => {
    const [call] = await one.requested(text, paging);
    return call && JSON.parse(call.body);
  };

  test('sends one request for all words, with the source’s own operators only, for no more results than shown', async () => {
    expect(await request('los angeles', { skip: 20, count: 10 })).toEqual({
      from: 20,
      size: 10,
      _source: ['title', 'text', 'link', 'picture', 'changed.at', 'changed.by'],
      query: {
        simple_query_string: {
          query: 'los (angeles | angeles*)',
          fields: ['title^3', 'text'],
          default_operator: 'and',
          flags: 'PHRASE|PREFIX|OR|PRECEDENCE|WHITESPACE',
        },
      },
      highlight: {
        pre_tags: ['\u0002'],
        post_tags: ['\u0003'],
        require_field_match: false,
        fields: { text: { fragment_size: 300, number_of_fragments: 1, no_match_size: 300 } },
      },
    });
  });

  test('recent changes: all documents, the last change first', async () => {
    expect(await request('')).toMatchObject({
      query: { match_all: {} },
      sort: [{ 'changed.at': { order: 'desc', unmapped_type: 'date' } }],
    });
  });

  test.each([
    ['title:secret | owner:fabrikam', 'title secret owner (fabrikam | fabrikam*)'],
    ['-lakers +(a|b) c*', 'lakers a b c'],
    ['R&D src/app/main.ts', '"R&D" "src/app/main.ts"'],
    ['"}}],"query":{"match_all":{}}', '"," query match_all'],
  ])('T53: %j is treated as words', async (typed, text) => {
    const requested = await request(typed);
    expect(Object.keys(requested.query)).toEqual(['simple_query_string']);
    expect(requested.query.simple_query_string.query).not.toMatch(/[:{}[\]\\+~]|(^|\s)-|\*(?!\))/);
    expect(requested.query.simple_query_string.query).toBe(text);
    expect(one.problems()).toEqual([]);
  });

  test('T53: reads up to the end of the window of ten thousand, and not beyond', async () => {
    expect(await request('lakers', { skip: 9_990, count: 25 })).toMatchObject({ from: 9_990, size: 10 });
    expect(await one.requested('lakers', { skip: 10_000 })).toEqual([]);
    expect(await one.requested('', { skip: 10_000 })).toEqual([]);
    expect(one.problems()).toEqual([]);
  });

  test('T51: highlights become hits; markup inside a document marks nothing', async () => {
    const highlight = { text: ['an <em>\u0002early\u0003</em> &amp; \u0003late\u0002 mark\u0002ed\u0003'] };
    const [item] = await one.answering(hits({ _id: '1', _source: source, highlight }));
    expect(item?.snippet).toEqual([
      { text: 'an <em>', hit: false },
      { text: 'early', hit: true },
      { text: '</em> &amp; late', hit: false },
      { text: ' marked', hit: true },
    ]);
  });

  test.each([
    ['objects in objects', { ...source, changed: { at: '2026-01-02T03:04:05Z', by: 'Ada' } }],
    ['dots in names', { ...source, 'changed.at': '2026-01-02T03:04:05Z', 'changed.by': 'Ada' }],
    ['a number for a title', { ...source, title: 1984, changed: { at: '2026-01-02T03:04:05Z', by: 'Ada' } }, '1984'],
    ['microseconds', { ...source, changed: { at: 1_767_323_045_000_000, by: 'Ada' } }],
    ['lists of one', { ...source, title: ['A page'], changed: { at: ['2026-01-02T03:04:05Z'], by: ['Ada'] } }],
    ['milliseconds', { ...source, changed: { at: 1_767_323_045_000, by: 'Ada' } }],
    ['seconds', { ...source, changed: { at: 1_767_323_045, by: 'Ada' } }],
  ])('documents with %s', async (_, document, title = 'A page') => {
    const [item] = await one.answering(hits({ _id: '1', _source: document }));
    expect(item).toEqual({
      title,
      snippet: [{ text: 'what it says', hit: false }],
      url: source.link,
      edited: { at: new Date('2026-01-02T03:04:05Z'), by: 'Ada' },
    });
  });

  test('invalid hits are skipped, and no more results than requested are used', async () => {
    const odd = [
      null,
      1,
      [],
      {},
      { _source: null },
      { _source: { ...source, title: true } },
      { _source: { ...source, link: 'x:y' } },
    ];
    const items = await one.answering(hits(...odd, ...Array(40).fill({ _source: source })));
    expect(items).toHaveLength(25 - odd.length);
  });

  const TOO_LONG =
    'The length of [text] field of [7] doc exceeded [1000000] - maximum allowed to be analyzed for highlighting.';
  test.each([
    [
      'fails the search',
      {
        status: 400,
        body: JSON.stringify({ error: { root_cause: [{ type: 'illegal_argument_exception', reason: TOO_LONG }] } }),
      },
    ],
    [
      'fails its shard',
      {
        body: JSON.stringify({
          ...hits(),
          _shards: { total: 2, failed: 1, failures: [{ reason: { reason: TOO_LONG } }] },
        }),
      },
    ],
  ])(
    'T55: if a document too long to highlight %s, the source repeats the search once without highlights',
    async (_, fault) => {
      await one.fault(fault);
      const [first, second, ...more] = (await one.requested('lakers')).map(({ body }) => JSON.parse(body));
      expect(more).toEqual([]);
      const { highlight, ...request } = first;
      expect(highlight).toBeDefined();
      expect(second).toEqual(request);
      await one.fault(fault);
      const { items, incomplete } = await one.search('lakers');
      expect(items[0]).toMatchObject({ title: 'Los Angeles Lakers', snippet: [{ hit: false }] });
      expect(incomplete).toBeUndefined();
    },
  );

  test('T55: after any other refusal the source does not repeat the search', async () => {
    await one.fault({ status: 400, body: '{"error":{"reason":"No mapping found"}}' });
    await expect(one.search('lakers')).rejects.toMatchObject({ failure: 'unavailable' });
  });

  test('T55: hits beside a failed shard or a timeout are shown, and reported as incomplete', async () => {
    for (const more of [{ timed_out: true }, { _shards: { failed: 1 } }]) {
      await one.fault({ body: JSON.stringify({ ...hits({ _id: '1', _source: source }), ...more }) });
      expect(await one.search('lakers')).toMatchObject({ items: [{ title: 'A page' }], incomplete: true });
    }
  });

  test('a lower bound is not used as a total', async () => {
    for (const total of [{ value: 10_000, relation: 'gte' }, 7, null, { value: -1 }]) {
      await one.fault({ body: JSON.stringify({ hits: { total, hits: [{ _source: source }] } }) });
      const page = await one.search('lakers');
      expect(page.items).toHaveLength(1);
      expect(page).not.toHaveProperty('total');
    }
  });

  test('Elasticsearch’s own type of JSON is JSON', async () => {
    await one.fault({
      body: JSON.stringify(hits()),
      contentType: 'application/vnd.elasticsearch+json;compatible-with=8',
    });
    expect(await one.search('lakers')).toEqual({ items: [], total: 0 });
  });
});

describe('a link to a document, by the address that it holds', () => {
  const one = oneSource(opensearch, (url) => opensearchSource({ ...OPENSEARCH, url }));
  const asks = async (link: string) => JSON.parse((await one.page(link)).requested[0]?.body ?? '');

  test('is found in one call, with the person’s token', async () => {
    const { item, requested: requests } = await one.page('/pages/d12');
    expect(item).toMatchObject({ title: 'Los Angeles Lakers', url: `${one.url()}/pages/d12` });
    expect(item?.snippet[0]?.text).toContain('a basketball team');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/handbook/_search',
      headers: { authorization: 'Bearer token-of-a-reader' },
    });
    expect(one.problems()).toEqual([]);
  });

  test('T53: is the whole value of a term query for one document', async () => {
    const link = 'https://docs.example.com/"}}],"query":{"match_all":{}}?q=*&x=a OR b#top';
    const { origin, pathname, search } = new URL(link);
    const address = origin + pathname + search;
    const addresses = [address, decodeURI(address)];
    expect(await asks(link)).toEqual({
      from: 0,
      size: 1,
      _source: ['title', 'text', 'link', 'picture', 'changed.at', 'changed.by'],
      query: {
        bool: {
          should: [{ terms: { link: addresses } }, { terms: { 'link.keyword': addresses } }],
          minimum_should_match: 1,
        },
      },
    });
  });

  test('the cluster’s own addresses may omit their origin', async () => {
    expect((await asks('/pages/%C3%A4?x=1')).query.bool.should[0].terms.link).toEqual([
      `${one.url()}/pages/%C3%A4?x=1`,
      `${one.url()}/pages/ä?x=1`,
      '/pages/%C3%A4?x=1',
      '/pages/ä?x=1',
    ]);
    expect((await asks('/pages/%ff')).query.bool.should[0].terms.link).toEqual([
      `${one.url()}/pages/%ff`,
      '/pages/%ff',
    ]);
  });

  test('T53: a document with another address is not used', async () => {
    for (const [link, shown] of [
      ['https://docs.example.com/a', true],
      ['https://docs.example.com/a#part', true],
      ['https://docs.example.com/b', false],
      ['https://docs.example.com/A', false],
      ['https://docs.example.com/a?x', false],
    ] as const) {
      await one.fault({ body: JSON.stringify(hits({ _id: '1', _source: source })) });
      expect([link, (await one.page(link)).item !== null]).toEqual([link, shown]);
    }
  });

  test('T55: a missing index is a failure, not a missing page', async () => {
    await one.fault({ status: 404 });
    await expect(one.page('/pages/d12')).rejects.toMatchObject({ failure: 'unavailable' });
  });
});

describe('a link to a document, by the id in it', () => {
  const { url: _, ...fields } = OPENSEARCH.fields;
  const urlTemplate = 'https://docs.example.com/read/{id}?x=1';
  const one = oneSource(opensearch, (url) => opensearchSource({ ...OPENSEARCH, url, fields, urlTemplate }));

  test.each(['https://docs.example.com/read/d12?x=1', 'https://docs.example.com/read/d12/?y=2&x=1#top'])(
    '%s is found in one call',
    async (link) => {
      const { item, requested: requests } = await one.page(link);
      expect(item).toMatchObject({ title: 'Los Angeles Lakers', url: 'https://docs.example.com/read/d12?x=1' });
      expect(requests.map(({ body }) => JSON.parse(body).query)).toEqual([{ ids: { values: ['d12'] } }]);
      expect(one.problems()).toEqual([]);
    },
  );

  test.each([
    'https://docs.example.com/read/d12',
    'https://docs.example.com/read/d12?x=2',
    'https://docs.example.com/write/d12?x=1',
    'https://docs.example.com/read/d12/more?x=1',
    'https://docs.example.com/read/?x=1',
    'https://docs.example.com/read/a%2Fb?x=1',
    'https://docs.example.com/read/%ff?x=1',
    'https://docs.example.com/read/%00?x=1',
    `https://docs.example.com/read/${'d'.repeat(201)}?x=1`,
    'https://other.example.com/read/d12?x=1',
    'https://docs.example.com:8443/read/d12?x=1',
    'http://docs.example.com/read/d12?x=1',
  ])('T48: %s names no document, and the API gets no request', async (link) => {
    expect(await one.page(link)).toEqual({ item: undefined, requested: [] });
  });
});

describe('an index whose documents contain no address', () => {
  const fields = { title: 'title', body: 'text' };
  const one = oneSource(opensearch, (url) =>
    opensearchSource({ ...OPENSEARCH, url, fields, urlTemplate: 'https://docs.example.com/read/{id}?x=1' }),
  );

  test.each([
    ['a7', '/read/a7?x=1'],
    ['a/../b?c#d', '/read/a%2F..%2Fb%3Fc%23d?x=1'],
    ['$& $1', '/read/%24%26%20%241?x=1'],
    ['half \ud800', '/read/half%20%EF%BF%BD?x=1'],
  ])('the source makes them from the id: %j', async (_id, path) => {
    const [item] = await one.answering(hits({ _id, _source: source }));
    expect(item?.url).toBe(`https://docs.example.com${path}`);
  });

  test.each(['..', '.', '', undefined, 7])('from an id of %j it makes none', async (_id) => {
    await expect(one.answering(hits({ _id, _source: source }))).rejects.toMatchObject({ failure: 'unreadable' });
  });

  test('without a date there are no recent changes, and the API gets no request', async () => {
    expect(await one.search('')).toEqual({ items: [] });
    expect(await one.requested('')).toEqual([]);
  });
});

test.each<[Partial<OpensearchOptions>, RegExp]>([
  [{ index: '' }, /^index: /],
  [{ index: '../_cluster' }, /^index: /],
  [{ index: '..' }, /^index: /],
  [{ index: 'a,..' }, /^index: /],
  [{ index: 'a/b' }, /^index: /],
  [{ index: 'a?q=x' }, /^index: /],
  [{ index: '_all' }, /^index: /],
  [{ index: 'Upper' }, /^index: /],
  [{ fields: { title: 'a', body: 'b' } }, /^fields\.url or urlTemplate: /],
  [{ urlTemplate: 'https://docs.example.com/' }, /^urlTemplate: /],
  [{ urlTemplate: 'https://{id}.example.com/' }, /^urlTemplate: /],
  [{ urlTemplate: 'https://docs.example.com{id}' }, /^urlTemplate: /],
  [{ urlTemplate: '/read/{id}' }, /^urlTemplate: /],
  [{ url: 'https://search.example.com/es' }, /^url: /],
])('options that cannot work are refused at the start: %j', (change, message) => {
  const good: OpensearchOptions = { ...OPENSEARCH, url: 'https://search.example.com', index: 'docs-*,wiki.2026' };
  expect(() => opensearchSource(good)).not.toThrow();
  expect(() => opensearchSource({ ...good, ...change })).toThrow(message);
});
