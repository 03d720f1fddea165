import { describe, expect, test } from '@jest/globals';
import { type JsonApiOptions, jsonApiSource } from '../../../../bot/sources/json-api/source.ts';
import { cpuTimeOf } from '../../../support/cpu-time.ts';
import { startRogueServer } from '../../../support/network/rogue-server.ts';
import type { StandIn } from '../../../support/search/server.ts';
import { oneSource } from '../one-source.ts';

/** Settings of the `http` source beyond addresses and pointers. */

const NUMBERS = Array.from({ length: 60 }, (_, at) => at);
const numbered = (numbers: number[]) => numbers.map((number) => ({ title: `t${number}`, url: `/t/${number}` }));
const fields = { title: '/title', url: '/url' };
const titlesOf = (page: { items: { title: string }[] }) => page.items.map(({ title }) => title);
const expected = (from: number, to: number) => NUMBERS.slice(from, to).map((number) => `t${number}`);

describe('a search that is a POST', () => {
  const one = oneSource(
    () => ({ json: [] }),
    (url) =>
      jsonApiSource({
        url: `${url}/search`,
        body: {
          text: 'about {query}',
          page: { from: '{skip}', size: '{count}', label: 'n{count}' },
          fixed: [1, true, null],
          cql: 'text ~ "{query:cql}"',
        },
        contentType: 'application/vnd.contoso+json',
        items: '',
        fields,
      }),
  );

  test('its body is JSON: texts are filled in, and a place for a number becomes a number', async () => {
    const [call] = await one.requested('"los" angeles', { skip: 10, count: 5 });
    expect(call).toMatchObject({ method: 'POST', url: '/search' });
    expect(call?.headers['content-type']).toBe('application/vnd.contoso+json');
    expect(JSON.parse(call?.body ?? '')).toEqual({
      text: 'about "los" angeles',
      page: { from: 10, size: 5, label: 'n5' },
      fixed: [1, true, null],
      cql: expect.stringMatching(/^text ~ ".*"$/),
    });
  });

  test.each(['", "size": 1000, "x": "', '{skip}', '{cursor}', '\u0000\\', '\ud800'])(
    'T53: %j stays one text of the body',
    async (typed) => {
      const [call] = await one.requested(`a ${typed} b`);
      expect(Object.keys(JSON.parse(call?.body ?? ''))).toEqual(['text', 'page', 'fixed', 'cql']);
      expect(JSON.parse(call?.body ?? '').page).toEqual({ from: 0, size: 25, label: 'n25' });
    },
  );
});

/** Pages of at most ten, each with a cursor that only this search accepts and that can expire. */
function cursorApi(state: { ended: string | undefined; calls: string[] }): StandIn {
  return ({ url, headers }, { origin }) => {
    const { searchParams } = new URL(url, origin);
    const cursor = searchParams.get('cursor');
    state.calls.push(cursor ?? 'first');
    if (cursor !== null && cursor === state.ended) {
      state.ended = undefined;
      return { status: 404, json: { message: 'expired' } };
    }
    const owner = `${searchParams.get('q')}|${headers.authorization}`;
    const [start, of] =
      cursor === null ? [0, owner] : [Number(cursor.split('@')[0]), decodeURIComponent(cursor.split('@')[1] ?? '')];
    if (of !== owner) return { status: 400, json: { message: 'a cursor of another search' } };
    const end = start + 10;
    const next = end < 60 ? `${end}@${encodeURIComponent(owner)}` : '';
    return { json: { list: numbered(NUMBERS.slice(start, end)), next, count: 60 } };
  };
}

describe('an API with cursors', () => {
  const state: { ended: string | undefined; calls: string[] } = { ended: undefined, calls: [] };
  const one = oneSource(cursorApi(state), (url) =>
    jsonApiSource({
      url: `${url}/s?q={query}&n={count}&cursor={cursor}`,
      items: '/list',
      next: '/next',
      total: '/count',
      fields,
    }),
  );

  test('a page costs one request if the page before was shown, whatever page size the API uses', async () => {
    expect(titlesOf(await one.search('a', { count: 10 }))).toEqual(expected(0, 10));
    state.calls.length = 0;
    expect(titlesOf(await one.search('a', { skip: 10, count: 10 }))).toEqual(expected(10, 20));
    expect(state.calls).toHaveLength(1);
    expect(titlesOf(await one.search('b', { count: 25 }))).toEqual(expected(0, 25));
    expect(titlesOf(await one.search('b', { skip: 25, count: 25 }))).toEqual(expected(25, 50));
    expect(titlesOf(await one.search('b', { skip: 50, count: 25 }))).toEqual(expected(50, 60));
    expect(await one.search('b', { skip: 60, count: 25 })).toMatchObject({ items: [], total: 60 });
  });

  test('T56: a cursor is used only for its own search and token', async () => {
    await one.search('mine', { count: 10 });
    state.calls.length = 0;
    expect(titlesOf(await one.search('other', { skip: 10, count: 10 }))).toEqual(expected(10, 20));
    expect(state.calls[0]).toBe('first');
  });

  test('after an expired cursor the source begins again at the first page', async () => {
    await one.search('old', { count: 10 });
    state.ended = `10@${encodeURIComponent('old|Bearer token-of-a-reader')}`;
    state.calls.length = 0;
    expect(titlesOf(await one.search('old', { skip: 10, count: 10 }))).toEqual(expected(10, 20));
    expect(state.calls).toEqual([expect.stringMatching(/^10@/), 'first', expect.stringMatching(/^10@/)]);
  });

  test('an overlong cursor is not cached: there are no more pages, and the log names the setting', async () => {
    await one.fault({ body: JSON.stringify({ list: numbered([0]), next: 'x'.repeat(5_000) }) });
    expect(await one.search('long', { count: 5 })).toMatchObject({
      items: [{ title: 't0' }],
      unread: 'next is too long',
    });
  });

  test('T54: a page of very many entries is one page', async () => {
    const list = Array(300_000).fill({});
    list.splice(0, 5, ...numbered([0, 1, 2, 3, 4]));
    await one.fault({ body: JSON.stringify({ list }) });
    expect(titlesOf(await one.search('many', { count: 5 }))).toEqual(expected(0, 5));
  });

  test('a window too far from all known cursors is reported', async () => {
    await expect(one.search('far', { skip: 50, count: 10 })).rejects.toMatchObject({
      failure: 'unavailable',
      message: expect.stringContaining('result 50'),
    });
  });
});

test.each(['view=M%FCnchen', 'rate=100%'])('a parameter without a place stays as written: %s', (parameter) => {
  const url = `https://api.example.com/s?${parameter}&q={query}`;
  expect(() => jsonApiSource({ url, items: '', fields })).not.toThrow();
});

describe('an API with cursors in addresses', () => {
  const api = (padding: string): StandIn => {
    return ({ url }, { origin }) => {
      const cursor = new URL(url, origin).searchParams.get('page[after]');
      const next = `/s?page%5Bafter%5D=second${padding}`;
      return { json: { list: numbered(cursor === 'second' ? [1] : [0]), next: cursor === 'second' ? null : next } };
    };
  };
  const build = (url: string) =>
    jsonApiSource({ url: `${url}/s?q={query}&page%5Bafter%5D={cursor}`, items: '/list', next: '/next', fields });
  const one = oneSource(api(''), build);
  const padded = oneSource(api(`&padding=${'x'.repeat(5_000)}`), build);

  test('the name of the parameter may be percent-encoded', async () => {
    expect(titlesOf(await one.search('x', { count: 2 }))).toEqual(['t0', 't1']);
  });

  test('T54: a long address is not cached, even if its cursor is short', async () => {
    expect(await padded.search('x', { count: 2 })).toMatchObject({
      items: [{ title: 't0' }],
      unread: 'next is too long',
    });
  });
});

describe('an API that names the address of its next page', () => {
  let nextOrigin = '';
  const api: StandIn = ({ url }, { origin }) => {
    const { searchParams } = new URL(url, origin);
    const start = Number(searchParams.get('from') ?? 0);
    const next = `${nextOrigin || ''}/s?q=${searchParams.get('q')}&n=20&from=${start + 20}`;
    const links = [`<${origin}/s?from=0>; rel="first"`, ...(start < 40 ? [`<${next}>; title="a, b"; rel="next"`] : [])];
    const list = numbered(NUMBERS.slice(start, start + 20));
    return {
      headers: { link: links.join(', '), 'x-total-count': '60' },
      json: { list, links: { next: start < 40 ? next : null } },
    };
  };
  const described = { items: '/list', total: { header: 'X-Total-Count' }, fields };
  const byHeader = oneSource(api, (url) =>
    jsonApiSource({ url: `${url}/s?q={query}&n={count}`, next: { header: 'Link' }, ...described }),
  );
  const byPointer = oneSource(api, (url) =>
    jsonApiSource({ url: `${url}/s?q={query}&n={count}`, next: '/links/next', ...described }),
  );

  test.each([
    ['in a Link header', byHeader],
    ['in the answer', byPointer],
  ])('%s', async (_, one) => {
    expect(await one.search('x', { count: 20 })).toMatchObject({ total: 60 });
    expect(titlesOf(await one.search('x', { skip: 20, count: 20 }))).toEqual(expected(20, 40));
    expect(titlesOf(await one.search('x', { skip: 40, count: 20 }))).toEqual(expected(40, 60));
  });

  test.each([
    ['in a Link header', byHeader],
    ['in the answer', byPointer],
  ])('T50: on another host it gets no token: %s', async (_, one) => {
    const trap = await startRogueServer((_request, response) => response.end('[]'));
    nextOrigin = trap.origin;
    await expect(one.search('x', { count: 20 })).rejects.toMatchObject({ failure: 'unavailable' });
    nextOrigin = '';
    expect(trap.requests).toEqual([]);
    await trap.close();
  });
});

describe('texts and addresses by template', () => {
  const item = {
    key: 'SEC-4',
    fields: { summary: 'Doors', kind: 'a/b?c#d', by: { name: 'Ada' } },
    props: { Any: { text: 'x' } },
  };
  const one = oneSource(
    () => ({
      json: { list: [item, { ...item, key: undefined }], links: { base: 'https://contoso.example.com/wiki' } },
    }),
    (url) =>
      jsonApiSource({
        url: `${url}/s?q={query}`,
        items: '/list',
        fields: {
          title: '{/key} · {/fields/summary}',
          url: `${url}/browse/{/fields/kind}?view={/fields/kind}`,
          by: 'by {/fields/by/name} ({/props/*/text})',
          edited: '/key',
        },
      }),
  );
  const based = oneSource(
    () => ({ json: { list: [{ title: 't', url: '/pages/1' }], links: { base: 'https://contoso.example.com/wiki' } } }),
    (url) => jsonApiSource({ url: `${url}/s?q={query}`, items: '/list', fields, linkBase: '{/links/base}' }),
  );

  test('a missing part removes the text around it', async () => {
    expect(titlesOf(await one.search('x'))).toEqual(['SEC-4 · Doors', 'Doors']);
  });

  test('T54: a long text beside a missing part takes little time', async () => {
    await one.fault({
      body: JSON.stringify({ list: [{ ...item, key: '', fields: { summary: `x${' '.repeat(200_000)}y` } }] }),
    });
    expect(await cpuTimeOf(() => one.search('x').catch(() => undefined))).toBeLessThan(1_500);
  });

  test('T51: a value is one segment or one parameter of the address', async () => {
    const [first] = (await one.search('x')).items;
    expect(first?.url).toBe(`${one.url()}/browse/a%2Fb%3Fc%23d?view=a%2Fb%3Fc%23d`);
  });

  test('the base of addresses can be in the answer', async () => {
    expect((await based.search('x')).items[0]?.url).toBe('https://contoso.example.com/wiki/pages/1');
  });
});

describe('recent changes in another form than a search', () => {
  const one = oneSource(
    ({ url }) =>
      url.startsWith('/recent')
        ? { json: { issues: [{ subject: 'Changed', link: '/i/1' }], total_count: 1 } }
        : { json: { results: [] } },
    (url) =>
      jsonApiSource({
        url: `${url}/s?q={query}`,
        items: '/results',
        fields,
        recent: {
          url: `${url}/recent?n={count}`,
          items: '/issues',
          total: '/total_count',
          fields: { title: '/subject', url: '/link' },
        },
      }),
  );

  test('has its own list and fields', async () => {
    expect(await one.search('')).toMatchObject({ items: [{ title: 'Changed', url: `${one.url()}/i/1` }], total: 1 });
  });
});

describe('errors with status 200', () => {
  const one = oneSource(
    () => ({ json: { ok: true, list: [] } }),
    (url) =>
      jsonApiSource({
        url: `${url}/s?q={query}`,
        items: '/list',
        fields,
        error: {
          pointer: '/error',
          unauthorized: ['token_expired'],
          forbidden: ['no_permission'],
          busy: ['slow_down'],
        },
      }),
  );

  test.each([
    ['token_expired', 'unauthorized'],
    ['no_permission', 'forbidden'],
    ['slow_down', 'rate_limited'],
    ['lakers', 'unavailable'],
    [{ code: 7 }, 'unavailable'],
  ])('%j means %s', async (error, failure) => {
    await one.fault({ body: JSON.stringify({ ok: false, error, list: [] }) });
    const search = one.search('x');
    await expect(search).rejects.toMatchObject({ failure });
    await expect(search).rejects.toThrow(/^(?!.*lakers)/);
  });

  test.each([undefined, null, '', false])('%j is none', async (error) => {
    await one.fault({ body: JSON.stringify({ ok: true, error, list: [] }) });
    expect((await one.search('x')).items).toEqual([]);
  });
});

describe('several kinds of links', () => {
  const one = oneSource(
    ({ url }) => ({ json: url.startsWith('/page') ? { title: url } : { title: url, url: 'javascript:alert(1)' } }),
    (url) =>
      jsonApiSource({
        ...options(url),
        page: [
          { link: 'https://wiki.example.com/spaces/{*}/pages/{id}/{*}', url: `${url}/page/{id}` },
          { link: 'https://wiki.example.com/x/{id}', url: `${url}/page/{id}?short=1` },
          { link: 'https://wiki.example.com/blog/{id}', url: `${url}/blog/{id}` },
        ],
      }),
  );

  test.each([
    ['https://wiki.example.com/spaces/ENG/pages/7/The+title', '/page/7'],
    ['https://wiki.example.com/spaces/ENG/pages/7/a/b', '/page/7'],
    ['https://wiki.example.com/spaces/ENG/pages/7', '/page/7'],
    ['https://wiki.example.com/x/AbC', '/page/AbC?short=1'],
  ])('%s is looked up at %s, and is the address of its card', async (link, title) => {
    expect((await one.page(link)).item).toMatchObject({ title, url: link });
  });

  test.each([
    'https://wiki.example.com/spaces/pages/7/x',
    'https://wiki.example.com/spaces/ENG/x/pages/7',
    'https://wiki.example.com/spaces/ENG/pages',
    'https://wiki.example.com/y/AbC',
  ])('T48: %s is not a link to a page, and the API gets no request', async (link) => {
    expect(await one.page(link)).toEqual({ item: undefined, requested: [] });
  });

  test('T51: an unusable address is not replaced', async () => {
    expect((await one.page('https://wiki.example.com/blog/1')).item).toBeUndefined();
  });
});

describe('the place of the user’s organization', () => {
  const source = (url: string) =>
    jsonApiSource({
      url: `${url}/ex/{site}/s?q={query}`,
      items: '',
      fields,
      page: { link: 'https://wiki.example.com/{id}', url: `${url}/ex/{site}/p/{id}` },
    });
  const calls: string[] = [];
  const one = oneSource(({ url }) => {
    calls.push(url);
    return { json: [] };
  }, source);

  test('without it the user has to sign in again, and the API gets no request', async () => {
    await expect(one.search('x')).rejects.toMatchObject({ failure: 'unauthorized' });
    await expect(one.page('https://wiki.example.com/7')).rejects.toMatchObject({ failure: 'unauthorized' });
    expect(calls).toEqual([]);
  });

  test('is one segment of the address', async () => {
    await source(one.url()).search({ text: 'x', skip: 0, count: 1 }, { ...one.session(), site: 'a/b' });
    expect(calls).toEqual(['/ex/a%2Fb/s?q=x']);
  });
});

describe('operators', () => {
  const one = oneSource(
    () => ({ json: [] }),
    (url) => jsonApiSource({ url: `${url}/s?q={query}`, items: '', fields, operators: 'allow' }),
  );

  test('reach the API if the configuration allows it, and nothing else of the address changes', async () => {
    const [call] = await one.requested('project:SEC AND -status:done & x=#y');
    expect(call?.url).toBe(`/s?q=${encodeURIComponent('project:SEC AND -status:done & x=#y')}`);
  });
});

describe('minLength', () => {
  const one = oneSource(
    () => ({ json: [] }),
    (url) => jsonApiSource({ url: `${url}/s?q={query}`, items: '', fields, minLength: 2 }),
  );

  test.each(['a', '“a”', ' a- ', '京'])(
    '%p is too short: it finds nothing, and the API gets no request',
    async (text) => {
      expect(await one.search(text)).toEqual({ items: [], total: 0 });
      expect(await one.requested(text)).toEqual([]);
    },
  );

  test('a text of that length reaches the API', async () => {
    expect(await one.requested('b1')).toHaveLength(1);
  });
});

test.each<[Partial<JsonApiOptions>, RegExp]>([
  [{ body: { q: '{query}' }, method: 'GET' }, /^method: /],
  [{ contentType: 'application/json' }, /^contentType: there is no body/],
  [{ body: { q: '{query}' }, contentType: 'text/plain' }, /^contentType: must be a type of JSON/],
  [{ body: { q: '"{query}"' } }, /^body: \{query\} stands in quotation marks/],
  [{ url: 'https://api.example.com/s?jql=text~%22{query}%22' }, /^url: \{query\} stands in quotation marks/],
  [{ url: 'https://api.example.com/s?q={query}&c={cursor}' }, /^url: \{cursor\} needs next/],
  [
    { url: 'https://api.example.com/s?q={query}&c={cursor}&o={skip}', next: '/n' },
    /^url: has \{skip\} and \{cursor\}: use one/,
  ],
  [{ next: '/n' }, /^url: has \{skip\}, and there is next, too: use one/],
  [{ next: 'n', url: 'https://api.example.com/s?q={query}' }, /^next: not a JSON pointer/],
  [{ error: { pointer: 'error' } }, /^error\.pointer: not a JSON pointer/],
  [{ recentUrl: 'https://api.example.com/r', recent: { url: 'https://api.example.com/r' } }, /^recent\.url: /],
  [{ recent: {} }, /^recent\.url: must have no \{query\}/],
  [{ recent: { url: 'https://other.example.com/r' } }, /^recent\.url: .*same origin/],
  [{ recent: { url: 'https://api.example.com/r', items: 'x' } }, /^recent\.items: not a JSON pointer/],
  [{ linkBase: '{/_links/~x}' }, /^linkBase: not a JSON pointer/],
  [{ fields: { title: '{/a', url: '/u' } }, /^fields\.title: not a JSON pointer/],
  [{ fields: { title: '/t', url: 'browse/{/key}' } }, /^fields\.url: must begin with an address/],
  [{ fields: { title: '/t', url: 'https://{/host}/x' } }, /^fields\.url: must begin with an address/],
])('T50, T53: options that cannot work are refused at the start: %j', (change, message) => {
  expect(() => jsonApiSource({ ...options('https://api.example.com'), ...change })).toThrow(message);
});

function options(url: string): JsonApiOptions {
  return { url: `${url}/s?q={query}&o={skip}`, items: '', fields };
}
