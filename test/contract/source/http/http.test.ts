import { describe, expect, test } from '@jest/globals';
import { parsePointer } from '../../../../bot/platform/json-pointer.ts';
import { withUnreadReport } from '../../../../bot/sources/entries.ts';
import { type JsonApiOptions, jsonApiSource } from '../../../../bot/sources/json-api/source.ts';
import { readLinkTemplate } from '../../../../bot/sources/json-api/templates/url-template.ts';
import type { Source } from '../../../../bot/sources/source.ts';
import { cpuTimeOf } from '../../../support/cpu-time.ts';
import { patient } from '../../../support/patience.ts';
import { jsonApi } from '../../../support/search/json-api.ts';
import type { StandIn } from '../../../support/search/server.ts';
import { oneSource } from '../one-source.ts';
import { JSON_API } from '../options.ts';

const list = (...entries: unknown[]) => ({ meta: { total: entries.length }, data: { list: entries } });
const PAGE = { link: 'https://t.example.com/t/{id}', url: 'https://api.example.com/v2/t/{id}' };
const entry = { names: [{ text: 'A page' }], link: '/pages/a', excerpt: 'what it says' };

describe('a JSON API that the configuration describes', () => {
  const one = oneSource(jsonApi, (url) => jsonApiSource(JSON_API(url)));

  test('sends one request, to the address of the template, with its headers', async () => {
    const [call, ...more] = await one.requested('los angeles', { skip: 20, count: 10 });
    expect(more).toEqual([]);
    expect(call).toMatchObject({ method: 'GET', url: '/v2/search/los%20angeles?offset=20&limit=10&tenant=contoso' });
    expect(call?.headers).toMatchObject({ 'x-tenant': 'contoso', accept: 'application/json' });
    expect((await one.requested('', { skip: 5, count: 5 }))[0]?.url).toBe('/v2/changes?offset=5&limit=5');
  });

  test.each([
    ['lakers?tenant=fabrikam', 'lakers tenant fabrikam'],
    ['lakers&tenant=fabrikam#', 'lakers&tenant fabrikam#'],
    ['../changes', 'changes'],
    ['..%2f..%2fadmin', '..%2f..%2fadmin'],
    ['x/../../admin', '"x .. .. admin"'],
    ['{count}{skip}', 'count skip'],
    ['$& $1 $`', '$ $1 $`'],
    ['a+b%20c', 'a+b%20c'],
    ['half \ud800 x', 'half \ufffd x'],
  ])('T53: %j is one segment of the path', async (typed, text) => {
    const [call] = await one.requested(typed);
    const [, segment = ''] = /^\/v2\/search\/([^/?]+)\?offset=0&limit=25&tenant=contoso$/.exec(call?.url ?? '') ?? [];
    expect(decodeURIComponent(segment)).toBe(text);
    expect(one.problems()).toEqual([]);
  });

  test('marks become hits, entities text; other markup is dropped', async () => {
    const excerpt = 'an <em>early</em> <mark class="x">bird</mark> &lt;b&gt; <a href="x">link</a> <EM>x</EM> <embed>y';
    const [item] = await one.answering(list({ ...entry, excerpt }));
    expect(item?.snippet).toEqual([
      { text: 'an ', hit: false },
      { text: 'early', hit: true },
      { text: ' ', hit: false },
      { text: 'bird', hit: true },
      { text: ' <b> link ', hit: false },
      { text: 'x', hit: true },
      { text: ' y', hit: false },
    ]);
  });

  test.each([
    ['/pages/a', '/pages/a'],
    ['pages/a', '/pages/a'],
    ['?id=7', '/?id=7'],
  ])('T51: the address %j belongs to the API’s own origin', async (link, path) => {
    expect((await one.answering(list({ ...entry, link })))[0]?.url).toBe(one.url() + path);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://',
    7,
    null,
    undefined,
    ['https://x'],
    'blob:https://x/y',
  ])('T51: an entry with the address %j is no result', async (link) => {
    const answered = one.answering(list({ ...entry, link }, entry));
    expect(await answered).toEqual([expect.objectContaining({ title: 'A page' })]);
    await expect(one.answering(list({ ...entry, link }))).rejects.toMatchObject({ failure: 'unreadable' });
  });

  test('T51: an address on another host stays there, and the card drops it', async () => {
    expect((await one.answering(list({ ...entry, link: '//evil.example/x' })))[0]?.url).toBe('http://evil.example/x');
  });

  test('invalid entries are skipped; invalid fields are left out', async () => {
    const odd = [null, 7, 'x', [], {}, { names: 'x' }, { names: [{ text: ' \n' }], link: '/x' }];
    const strange = { ...entry, excerpt: [7], image: 'javascript:x', changed: { at: true, by: 'Ada' } };
    const items = await one.answering(list(...odd, strange));
    expect(items).toEqual([{ title: 'A page', snippet: [], url: `${one.url()}/pages/a` }]);
  });

  test('a skipped part is reported once, by its setting and not by its content', async () => {
    await one.fault({ body: JSON.stringify(list(entry, { ...entry, link: { href: 'secret' } })) });
    expect((await one.search('lakers')).unread).toBe('fields.url (/link) is of the type object');
    await one.fault({ body: '{"meta":{"total":0}}' });
    expect((await one.search('lakers')).unread).toBe('items (/data/list) is missing');
    const told: string[] = [];
    const source: Source = { search: async ({ text }) => ({ items: [], unread: text }) };
    const telling = withUnreadReport(source, (part) => void told.push(part));
    const session = { accessToken: 'x', signal: AbortSignal.timeout(patient(1_000)) };
    for (let at = 0; at < 100; at++) await telling.search({ text: `${at >> 1}`, skip: 0, count: 1 }, session);
    expect(told).toEqual(Array.from({ length: 20 }, (_, at) => `${at}`));
  });

  test.each([4711, 0])('a title that is the number %d is text', async (text) => {
    expect((await one.answering(list({ ...entry, names: [{ text }] })))[0]?.title).toBe(String(text));
  });

  test('a title is read as HTML, and shows no marks', async () => {
    const names = [{ text: '@@@hl@@@Budget@@@endhl@@@ Q&amp;A' }];
    expect((await one.answering(list({ ...entry, names })))[0]?.title).toBe('Budget Q&A');
  });

  test.each([
    ['404 with JSON', { status: 404, body: '{"message":"No results"}' }],
    ['404 without words', { status: 404, body: '' }],
  ])('%s: no results', async (_, fault) => {
    await one.fault(fault);
    expect(await one.search('lakers')).toEqual({ items: [] });
  });

  test('404 with a web server’s own page is a wrong address, not an empty answer', async () => {
    await one.fault({ status: 404, body: '<h1>Not Found</h1>', contentType: 'text/html' });
    await expect(one.search('lakers')).rejects.toMatchObject({ failure: 'unavailable' });
  });

  test('no more results than requested', async () => {
    expect(await one.answering(list(...Array(500).fill(entry)))).toHaveLength(25);
  });
});

describe('a JSON API with more settings for its answers', () => {
  const response = { hits: [{ name: 'Budget', path: '/spaces/FIN/pages/1' }], failed: 0, partial: false };
  const one = oneSource(
    ({ url }) => ({ json: { ...response, ...Object.fromEntries(new URL(url, 'http://api').searchParams) } }),
    (url) =>
      jsonApiSource({
        url: `${url}/s?q={query}`,
        items: '/hits',
        incomplete: '/partial',
        fields: { title: '/name', url: '/path' },
        linkBase: 'https://contoso.atlassian.example/wiki/',
      }),
  );

  test('relative links are resolved with the configured base and its path', async () => {
    expect((await one.search('x')).items[0]?.url).toBe('https://contoso.atlassian.example/wiki/spaces/FIN/pages/1');
  });

  test.each([
    ['//evil.example/x', 'https://evil.example/x'],
    ['https://other.example/x', 'https://other.example/x'],
    ['/\\evil.example/x', 'https://evil.example/x'],
    ['pages/1', 'https://contoso.atlassian.example/wiki/pages/1'],
  ])('T51: the address %j stays unchanged: %j', async (path, url) => {
    expect((await one.answering({ hits: [{ name: 'x', path }] }))[0]?.url).toBe(url);
  });

  test.each([true, 1])('T55: %j in the configured member: not all was searched', async (partial) => {
    await one.fault({ body: JSON.stringify({ ...response, partial }) });
    expect(await one.search('x')).toMatchObject({ items: [{ title: 'Budget' }], incomplete: true });
  });

  test.each([false, 0, null, 'no'])('%j there: all was searched', async (partial) => {
    await one.fault({ body: JSON.stringify({ ...response, partial }) });
    expect(await one.search('x')).not.toHaveProperty('incomplete');
  });
});

describe('a link to a page of a JSON API', () => {
  const one = oneSource(jsonApi, (url) => jsonApiSource(JSON_API(url)));

  test.each(['/pages/d12', '/pages/d12/', '/pages/d12?from=mail#part', '/pages/%6412'])(
    '%s is found in one call, at the address of the template, with the person’s token',
    async (link) => {
      const { item, requested: requests } = await one.page(link);
      expect(item).toMatchObject({
        title: 'Los Angeles Lakers',
        url: `${one.url()}/pages/d12`,
        edited: { by: 'Ada Example' },
      });
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ method: 'GET', url: '/v2/pages/d12?tenant=contoso' });
      expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-a-reader', 'x-tenant': 'contoso' });
      expect(one.problems()).toEqual([]);
    },
  );

  test.each([
    ['%3Ftenant=fabrikam%23', '%3Ftenant%3Dfabrikam%23'],
    ['d12&x=y', 'd12%26x%3Dy'],
    ['..%252f..%252fadmin', '..%252f..%252fadmin'],
    ['{id}', '%7Bid%7D'],
    ['$&', '%24%26'],
    ['ä b', '%C3%A4%20b'],
  ])('T53: %j is one segment of the API’s path', async (id, segment) => {
    expect((await one.page(`/pages/${id}`)).requested.map(({ url }) => url)).toEqual([
      `/v2/pages/${segment}?tenant=contoso`,
    ]);
    expect(one.problems()).toEqual([]);
  });

  test.each([
    '/pages/',
    '/pages/d12/more',
    '/pages/..%2Fsearch%2Flakers',
    '/pages/%2e%2e%5cadmin',
    '/pages/%2e%2e',
    '/pages/%00',
    '/pages/%ff',
    `/pages/${'d'.repeat(201)}`,
    '/other/d12',
    '/',
  ])('T53: %s names no page, and the API gets no request', async (link) => {
    expect(await one.page(link)).toEqual({ item: undefined, requested: [] });
  });

  test.each(['https://attacker.example/pages/d12', 'http://localhost:1/pages/d12'])(
    'T48: %s is elsewhere, and the API gets no request',
    async (link) => {
      expect(await one.page(link)).toEqual({ item: undefined, requested: [] });
    },
  );

  test.each([null, 7, [], {}, { data: null }, { data: [entry] }, { data: { ...entry, link: 'javascript:alert(1)' } }])(
    'T51: an answer of %j contains no page',
    async (body) => {
      await one.fault({ body: JSON.stringify(body) });
      expect((await one.page('/pages/d12')).item).toBeUndefined();
    },
  );

  test('without `page` the source looks up no links', () => {
    expect(jsonApiSource({ ...JSON_API(one.url()), page: undefined })).not.toHaveProperty('page');
  });
});

describe('a link with the page in a parameter, to an API with another answer for a page than for a search', () => {
  const own: StandIn = ({ url }) => ({ json: { subject: url, href: '/x' } });
  const one = oneSource(own, (url) =>
    jsonApiSource({
      ...JSON_API(url),
      page: {
        link: 'https://desk.example.com/browse?view=one&ticket={id}',
        url: `${url}/v2/ticket?id={id}&expand=no`,
        fields: { title: '/subject', url: '/href' },
      },
    }),
  );

  test.each([
    'https://desk.example.com/browse?view=one&ticket=A-7',
    'https://desk.example.com/browse?ticket=A-7&x=y&view=one#z',
  ])('%s', async (link) => {
    expect((await one.page(link)).item).toMatchObject({ title: '/v2/ticket?id=A-7&expand=no', url: `${one.url()}/x` });
  });

  test('T53: the parameter stays one value', async () => {
    const link = `https://desk.example.com/browse?view=one&ticket=${encodeURIComponent('7&expand=all#')}`;
    expect((await one.page(link)).requested.map(({ url }) => url)).toEqual([
      '/v2/ticket?id=7%26expand%3Dall%23&expand=no',
    ]);
  });

  test.each([
    'https://desk.example.com/browse?view=two&ticket=A-7',
    'https://desk.example.com/browse?view=one',
    'https://desk.example.com/browse?view=one&ticket=',
    'https://desk.example.com/browse?view=one&ticket=../x',
    'https://desk.example.com/?view=one&ticket=A-7',
    'https://other.example.com/browse?view=one&ticket=A-7',
  ])('T48: %s names no page, and the API gets no request', async (link) => {
    expect(await one.page(link)).toEqual({ item: undefined, requested: [] });
  });
});

describe('paging', () => {
  const TITLES = Array.from({ length: 60 }, (_, at) => `t${at}`);
  const numbered: StandIn = ({ url }, { origin }) => {
    const { searchParams } = new URL(url, origin);
    const [page, size] = [Number(searchParams.get('p')), Number(searchParams.get('n'))];
    return { json: TITLES.slice((page - 1) * size, page * size).map((title) => ({ title, url: '/x' })) };
  };
  const whole: StandIn = () => ({ json: TITLES.map((title) => ({ title, url: '/x' })) });
  const fields = { title: '/title', url: '/url' };
  const pages = oneSource(numbered, (url) =>
    jsonApiSource({ url: `${url}/s?q={query}&p={page}&n={count}`, items: '', fields }),
  );
  const fromNought = oneSource(numbered, (url) =>
    jsonApiSource({ url: `${url}/s?q={query}&p={page}&n={count}`, items: '', fields, firstPage: 0 }),
  );
  const all = oneSource(whole, (url) => jsonApiSource({ url: `${url}/s?q={query}`, items: '', fields }));

  test.each([
    [0, 25, '/s?q=x&p=1&n=25'],
    [25, 25, '/s?q=x&p=2&n=25'],
    [10, 25, '/s?q=x&p=1&n=35'],
    [7, 3, '/s?q=x&p=2&n=5'],
  ])('by numbers: from %d, %d results', async (skip, count, url) => {
    expect((await pages.requested('x', { skip, count }))[0]?.url).toBe(url);
    const { items } = await pages.search('x', { skip, count });
    expect(items.map(({ title }) => title)).toEqual(TITLES.slice(skip, skip + count));
  });

  test('by numbers from 0', async () => {
    expect((await fromNought.requested('x', { skip: 50, count: 25 }))[0]?.url).toBe('/s?q=x&p=2&n=25');
  });

  test('an API without paging: the source requests all results and shows them in parts', async () => {
    const { items } = await all.search('x', { skip: 25, count: 25 });
    expect(items.map(({ title }) => title)).toEqual(TITLES.slice(25, 50));
    expect((await all.search('x', { skip: 60 })).items).toEqual([]);
  });

  test('without recentUrl there are no recent changes, and the API gets no request', async () => {
    expect(await all.search('')).toEqual({ items: [] });
    expect(await all.requested('')).toEqual([]);
  });
});

test.each<[Partial<JsonApiOptions>, RegExp]>([
  [{ url: 'https://api.example.com/search' }, /^url: must have \{query\}/],
  [{ url: 'https://{query}.example.com/' }, /^url: /],
  [{ url: 'https://{query}/' }, /^url: /],
  [{ url: 'https://api.example.com:{count}/{query}' }, /^url: /],
  [{ url: 'https://{query}@api.example.com/' }, /^url: /],
  [{ url: 'https://a:b@api.example.com/{query}' }, /^url: /],
  [{ url: '{query}://api.example.com/' }, /^url: /],
  [{ url: 'ftp://api.example.com/{query}' }, /^url: /],
  [{ url: 'https://api.example.com/s?{query}=x' }, /^url: .*name/],
  [{ url: 'https://api.example.com/s?{query}' }, /^url: .*name/],
  [{ url: 'https://api.example.com/s?q=x&{query}=y' }, /^url: .*name/],
  [{ url: 'https://api.example.com/s#{query}' }, /^url: .*fragment/],
  [{ url: 'https://api.example.com/s?q={query}&t={token}' }, /^url: .*places/],
  [{ url: 'https://api.example.com/s?q={query}&o={' }, /^url: .*places/],
  [{ url: 'https://api.example.com/s?q={query}&p={page}' }, /^url: \{page\} needs/],
  [
    { url: 'https://api.example.com/s?q={query}&p={page}&o={skip}&n={count}' },
    /^url: has \{page\} and \{skip\}: use one/,
  ],
  [{ recentUrl: 'https://api.example.com/s?q={query}' }, /^recentUrl: /],
  [{ recentUrl: 'https://other.example.com/recent' }, /^recentUrl: .*same origin/],
  [{ recentUrl: 'http://api.example.com/recent' }, /^recentUrl: .*same origin/],
  [{ items: 'results' }, /^items: not a JSON pointer/],
  [{ total: '/a~2' }, /^total: not a JSON pointer/],
  [{ fields: { title: 'title', url: '/u' } }, /^fields\.title: not a JSON pointer/],
  [{ page: { ...PAGE, link: 'https://t.example.com/t' } }, /^page\.link: must have \{id\} in it, once/],
  [{ page: { ...PAGE, link: 'https://t.example.com/{id}/{id}' } }, /^page\.link: .*once/],
  [{ page: { ...PAGE, link: 'https://{id}.example.com/' } }, /^page\.link: .*plain origin/],
  [{ page: { ...PAGE, link: 'https://t.example.com/#{id}' } }, /^page\.link: .*fragment/],
  [{ page: { ...PAGE, link: 'https://t.example.com/?{id}=x' } }, /^page\.link: .*name/],
  [{ page: { ...PAGE, link: 'https://t.example.com/{id}?q={query}' } }, /^page\.link: has places other than \{id\}/],
  [{ page: { ...PAGE, url: 'https://api.example.com/t' } }, /^page\.url: must have \{id\}/],
  [{ page: { ...PAGE, url: 'https://{id}@api.example.com/' } }, /^page\.url: /],
  [{ page: { ...PAGE, url: 'https://other.example.com/{id}' } }, /^page\.url: .*same origin/],
  [{ page: { ...PAGE, url: 'http://api.example.com/{id}' } }, /^page\.url: .*same origin/],
  [{ page: { ...PAGE, item: 'data' } }, /^page\.item: not a JSON pointer/],
  [{ page: { ...PAGE, fields: { title: '/t', url: 'u' } } }, /^page\.fields\.url: not a JSON pointer/],
  [{ headers: { Authorization: 'x' } }, /^headers: Authorization must be left out: the bot sets it/],
  [{ headers: { cookie: 'x' } }, /^headers: cookie/],
  [{ headers: { Host: 'x' } }, /^headers: Host/],
  [{ headers: { 'Content-Length': '7' } }, /^headers: Content-Length/],
  [{ headers: { 'x y': 'z' } }, /^headers: x y must be left out: its name or value/],
  [{ headers: { x: 'a\r\nb: c' } }, /^headers: x/],
])('T50, T53: options that cannot work are refused at the start: %j', (change, message) => {
  expect(() => jsonApiSource(JSON_API('https://api.example.com'))).not.toThrow();
  expect(() => jsonApiSource({ ...JSON_API('https://api.example.com'), ...change })).toThrow(message);
});

test('T43: a template of links that a long link could match for minutes is refused', () => {
  expect(() => readLinkTemplate('https://docs.example.com/{*}-{*}-{id}')).toThrow('more than two places');
});

test('T43: a long link is read in no time by a template with two places', async () => {
  const read = readLinkTemplate('https://docs.example.com/{id}-{*}');
  const link = new URL(`https://docs.example.com/${'-'.repeat(2_000)}/x/y`);
  expect(await cpuTimeOf(() => expect(read(link)).toBeUndefined())).toBeLessThan(1_000);
});

// The document and the results of RFC 6901 section 5, and members that JavaScript would find in addition.
test.each([
  ['', (document: unknown) => document],
  ['/foo', () => ['bar', 'baz']],
  ['/foo/0', () => 'bar'],
  ['/', () => 0],
  ['/a~1b', () => 1],
  ['/c%d', () => 2],
  ['/ ', () => 7],
  ['/m~0n', () => 8],
  ['/~01', () => 9],
  ['/foo/length', () => undefined],
  ['/foo/00', () => undefined],
  ['/foo/-', () => undefined],
  ['/foo/0/0', () => undefined],
  ['/constructor', () => undefined],
  ['/__proto__', () => undefined],
  ['/foo/at', () => undefined],
])('RFC 6901: %j', (pointer, expected) => {
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, ' ': 7, 'm~n': 8, '~1': 9 };
  expect(parsePointer(pointer)(document)).toEqual(expected(document));
});

test('T54: `*` looks into the first thousand members of an object', () => {
  const wide = (at: number) =>
    Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n === at ? { x: n } : {}]));
  expect(parsePointer('/*/x')(wide(999))).toBe(999);
  expect(parsePointer('/*/x')(wide(1_000))).toBeUndefined();
});
