import { describe, expect, test } from '@jest/globals';
import { type OpensearchOptions, opensearchSource } from '../../bot/sources/opensearch.ts';
import { opensearch } from '../support/search/opensearch.ts';
import { oneSource } from './one-source.ts';
import { OPENSEARCH } from './source-options.ts';

const hits = (...found: unknown[]) => ({ hits: { total: { value: found.length, relation: 'eq' }, hits: found } });
const source = { title: 'A page', text: 'what it says', link: 'https://docs.example.com/a' };

describe('an index of OpenSearch', () => {
  const one = oneSource(opensearch, (url) => opensearchSource({ ...OPENSEARCH, url }));
  const question = async (text: string, paging?: { skip?: number; count?: number }) => {
    const [call] = await one.asked(text, paging);
    return call && JSON.parse(call.body);
  };

  test('asks once, for all words, with no operators but its own, for no more than what is shown', async () => {
    expect(await question('los angeles', { skip: 20, count: 10 })).toEqual({
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

  test('what changed lately: all, the last change first', async () => {
    expect(await question('')).toMatchObject({
      query: { match_all: {} },
      sort: [{ 'changed.at': { order: 'desc', unmapped_type: 'date' } }],
    });
  });

  test.each([
    ['title:secret | owner:fabrikam', 'title secret owner (fabrikam | fabrikam*)'],
    ['-lakers +(a|b) c*', 'lakers a b c'],
    ['"}}],"query":{"match_all":{}}', '"," query match_all'],
    ['lakers~9 \\"x', 'lakers 9 x'],
    ['{"script":"x"}', '"script" "x"'],
  ])('T53: %j is words', async (typed, words) => {
    const asked = await question(typed);
    expect(Object.keys(asked.query)).toEqual(['simple_query_string']);
    expect(asked.query.simple_query_string.query).not.toMatch(/[:{}[\]\\+~]|(^|\s)-|\*(?!\))/);
    expect(asked.query.simple_query_string.query).toBe(words);
    expect(one.problems()).toEqual([]);
  });

  test('T53: goes to the end of the window of ten thousand, and not beyond', async () => {
    expect(await question('lakers', { skip: 9_990, count: 25 })).toMatchObject({ from: 9_990, size: 10 });
    expect(await one.asked('lakers', { skip: 10_000 })).toEqual([]);
    expect(await one.asked('', { skip: 10_000 })).toEqual([]);
    expect(one.problems()).toEqual([]);
  });

  test('T51: highlights become hits; whoever writes markup into a document marks nothing', async () => {
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
    ['lists of one', { ...source, title: ['A page'], changed: { at: ['2026-01-02T03:04:05Z'], by: ['Ada'] } }],
    ['milliseconds', { ...source, changed: { at: 1_767_323_045_000, by: 'Ada' } }],
    ['seconds', { ...source, changed: { at: 1_767_323_045, by: 'Ada' } }],
  ])('documents with %s', async (_, document) => {
    const [item] = await one.answering(hits({ _id: '1', _source: document }));
    expect(item).toEqual({
      title: 'A page',
      snippet: [{ text: 'what it says', hit: false }],
      url: source.link,
      edited: { at: new Date('2026-01-02T03:04:05Z'), by: 'Ada' },
    });
  });

  test('hits of the wrong form are passed over, and no more are taken than were asked for', async () => {
    const odd = [
      null,
      1,
      [],
      {},
      { _source: null },
      { _source: { ...source, title: 7 } },
      { _source: { ...source, link: 'x:y' } },
    ];
    const items = await one.answering(hits(...odd, ...Array(40).fill({ _source: source })));
    expect(items).toHaveLength(25 - odd.length);
  });

  test('a count that is only a lower bound is no total', async () => {
    for (const total of [{ value: 10_000, relation: 'gte' }, 7, null, { value: -1 }]) {
      await one.fault({ body: JSON.stringify({ hits: { total, hits: [] } }) });
      expect(await one.search('lakers')).toEqual({ items: [] });
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

describe('an index whose documents hold no address', () => {
  const fields = { title: 'title', body: 'text' };
  const one = oneSource(opensearch, (url) =>
    opensearchSource({ ...OPENSEARCH, url, fields, urlTemplate: 'https://docs.example.com/read/{id}?x=1' }),
  );

  test.each([
    ['a7', '/read/a7?x=1'],
    ['a/../b?c#d', '/read/a%2F..%2Fb%3Fc%23d?x=1'],
    ['$& $1', '/read/%24%26%20%241?x=1'],
    ['half \ud800', '/read/half%20%EF%BF%BD?x=1'],
  ])('has them made of its id: %j', async (_id, path) => {
    const [item] = await one.answering(hits({ _id, _source: source }));
    expect(item?.url).toBe(`https://docs.example.com${path}`);
  });

  test.each(['..', '.', '', undefined, 7])('an id of %j makes none', async (_id) => {
    expect(await one.answering(hits({ _id, _source: source }))).toEqual([]);
  });

  test('without a date nothing changed lately, and nobody is asked', async () => {
    expect(await one.search('')).toEqual({ items: [] });
    expect(await one.asked('')).toEqual([]);
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
])('options that can’t work are refused at the start: %j', (change, message) => {
  const good: OpensearchOptions = { ...OPENSEARCH, url: 'https://search.example.com', index: 'docs-*,wiki.2026' };
  expect(() => opensearchSource(good)).not.toThrow();
  expect(() => opensearchSource({ ...good, ...change })).toThrow(message);
});
