import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SourceError, type SourceItem, type SourceQuery } from '../../../bot/sources/source.ts';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { type RogueServer, sendJson, startRogueServer } from '../../support/network/rogue-server.ts';
import { patient } from '../../support/patience.ts';
import { HARNESSES, type SourceServer } from './harness.ts';

/** Finds more pages than one answer has. */
const MANY = 'island';
const MARKS_OF_A_SECRET = /Bearer|eyJ|lakers/i;

describe.each(HARNESSES)('the $name source', (harness) => {
  let server: SourceServer;
  let elsewhere: RogueServer;

  beforeAll(async () => {
    server = await harness.start();
    elsewhere = await startRogueServer((_, response) => sendJson(response, { query: { search: [] } }));
  });
  afterAll(async () => {
    await server.close();
    await elsewhere.close();
  });
  afterEach(async () => {
    await server.fault({ times: 0 });
    await server.takeCalls();
    expect(server.takeProblems()).toEqual([]);
  });

  function search(
    query: Partial<SourceQuery>,
    options: { token?: string; signal?: AbortSignal; traceparent?: string } = {},
  ) {
    const session = {
      accessToken: options.token ?? server.tokens.reader,
      signal: options.signal ?? AbortSignal.timeout(patient(5_000)),
      ...(options.traceparent !== undefined && { traceparent: options.traceparent }),
    };
    return server.source.search({ text: 'lakers', skip: 0, count: 25, ...query }, session);
  }

  /** As far back as a source goes. */
  async function recentTitles(token: string): Promise<string[]> {
    const skips = Array.from({ length: 20 }, (_, at) => at * 25);
    const signal = AbortSignal.timeout(patient(60_000));
    const pages = await Promise.all(skips.map((skip) => search({ text: '', skip }, { token, signal })));
    return pages.flatMap((page) => titles(page.items));
  }

  async function failureOf(response: Promise<unknown>): Promise<SourceError> {
    const error = await response.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SourceError);
    return error as SourceError;
  }

  describe('results', () => {
    test('shows the expected page first, with its matches marked, its picture, editor and address', async () => {
      const { items, total } = await search({});
      const [best] = items;
      expect(best?.title).toBe(harness.titles.best);
      expect(best?.snippet.some((run) => run.hit && run.text.toLowerCase() === 'lakers')).toBe(true);
      if (harness.shows.pictures) expect(best?.imageUrl?.startsWith(`${server.origin}/`)).toBe(true);
      expect(best?.url.startsWith(`${server.origin}/`)).toBe(true);
      expect(best?.edited?.at.getTime()).toBeLessThanOrEqual(Date.now());
      expect(best?.edited?.by).toMatch(/\w+ \w+/);
      expect(total).toBe(items.length);
    });

    test('its address leads to the page', async () => {
      const [best] = (await search({})).items;
      const page = await fetch(best?.url ?? '');
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Los Angeles Lakers');
    });

    test('a half-typed word already finds results, if the API can do that', async () => {
      const { items } = await search({ text: 'lak' });
      expect(titles(items).includes(harness.titles.best)).toBe(harness.shows.halfTyped);
    });

    test('a search without results is no error', async () => {
      expect(await search({ text: 'qwertzuiopasdf' })).toEqual({ items: [], total: 0 });
    });

    test('pages through all results, each once, with the same total on every page', async () => {
      const seen: string[] = [];
      const first = await search({ text: MANY, count: 10 });
      for (let skip = 0; skip < (first.total ?? 0); skip += 10) {
        const { items, total } = await search({ text: MANY, skip, count: 10 });
        expect(total).toBe(first.total);
        seen.push(...titles(items));
      }
      expect(first.total).toBeGreaterThan(30);
      expect(new Set(seen).size).toBe(first.total);
    });

    test('an empty search shows recent changes, newest first, and continues after the page before', async () => {
      const { items } = await search({ text: '', count: 20 });
      const times = items.map((item) => item.edited?.at.getTime() ?? 0);
      expect(items).toHaveLength(20);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(items.some((item) => item.snippet.length > 0)).toBe(true);
      const next = await search({ text: '', skip: 10, count: 10 });
      expect(titles(next.items)).toEqual(titles(items.slice(10)));
    });

    test('T56: only a person who may read a restricted page finds it, by search or among recent changes', async () => {
      const { editor, reader } = server.tokens;
      const { restricted } = harness.titles;
      expect(titles((await search({}, { token: editor })).items)).toContain(restricted);
      const found = await search({}, { token: reader });
      expect(titles(found.items)).not.toContain(restricted);
      expect(found.total).toBe(found.items.length);
      expect(await recentTitles(editor)).toContain(restricted);
      expect(await recentTitles(reader)).not.toContain(restricted);
    });

    test('one search is one call', async () => {
      await server.takeCalls();
      await search({});
      await search({ text: '' });
      const calls = await server.takeCalls();
      expect(calls).toHaveLength(2);
      expect(calls.every((call) => call.authorization && call.userAgent === 'Latchkey/test')).toBe(true);
    });

    test('a search passes on the given trace, and begins none of its own', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      await server.takeCalls();
      await search({});
      await search({}, { traceparent });
      expect((await server.takeCalls()).map((call) => call.traceparent)).toEqual([undefined, traceparent]);
    });
  });

  describe('T55: an API that fails', () => {
    const cases: [string, Fault, SourceError['failure'], { retryAfter?: number }?][] = [
      ['401', { status: 401, body: '{}' }, 'unauthorized'],
      ['403', { status: 403, body: '{}' }, 'forbidden'],
      ['404', { status: 404, body: 'Not found', contentType: 'text/plain' }, 'unavailable'],
      ['429 without a time', { status: 429 }, 'rate_limited'],
      ['429 with seconds to wait', { status: 429, retryAfter: 7 }, 'rate_limited', { retryAfter: 7 }],
      ['429 with an absurd wait', { status: 429, retryAfter: 999_999_999 }, 'rate_limited', { retryAfter: 86_400 }],
      ['429 with digits without end', { status: 429, retryAfter: '9'.repeat(400) }, 'rate_limited'],
      [
        '429 with a wait that is over',
        { status: 429, retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' },
        'rate_limited',
        { retryAfter: 0 },
      ],
      ['429 with nonsense', { status: 429, retryAfter: 'soon' }, 'rate_limited'],
      ['500', { status: 500, body: harness.empty }, 'unavailable'],
      ['502 with HTML', { status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' }, 'unavailable'],
      ['503 with a time', { status: 503, retryAfter: 30 }, 'unavailable', { retryAfter: 30 }],
      ['304', { status: 304 }, 'unavailable'],
      ['202, which is no answer yet', { status: 202, body: harness.empty }, 'unavailable'],
      ['302 with an answer', { status: 302, body: harness.empty }, 'unavailable'],
      ['HTML with 200 (a login page, say)', { body: '<html>Log in</html>', contentType: 'text/html' }, 'unavailable'],
      ['JSON that says it is HTML', { body: harness.empty, contentType: 'text/html' }, 'unavailable'],
      ['truncated JSON', { truncate: true }, 'unavailable'],
      ['a connection that breaks in the middle', { cut: true }, 'unavailable'],
      ['gzip that is none', { body: '{"query":', headers: { 'content-encoding': 'gzip' } }, 'unavailable'],
      ['an empty body that says it is HTML', { body: '', contentType: 'text/html' }, 'unavailable'],
      ['429 with a fraction of a second', { status: 429, retryAfter: '292.05' }, 'rate_limited', { retryAfter: 293 }],
      ['429 with a fraction that is none', { status: 429, retryAfter: '2.0' }, 'rate_limited', { retryAfter: 2 }],
      ['503 with a fraction', { status: 503, retryAfter: '1.5' }, 'unavailable', { retryAfter: 2 }],
      ...['"text"', '1', ...harness.noResponses].map((body): [string, Fault, SourceError['failure']] => [
        `${body} instead of an answer`,
        { body },
        'unavailable',
      ]),
    ];

    // Rest parameters: Jest would take one that a row leaves out for its `done` callback.
    test.each(cases)('%s', async (_, ...[fault, failure, expected]) => {
      await server.fault(fault);
      const error = await failureOf(search({}));
      expect(error).toMatchObject({ failure, ...expected });
      expect(error.retryAfter ?? 0).toBeLessThanOrEqual(86_400);
      expect((await server.takeCalls()).length).toBeLessThanOrEqual(2);
    });

    test.each(['+60', '-1', '1e3', 'in 60 seconds', 'Chapter 7'])('a wait of %j is none', async (retryAfter) => {
      await server.fault({ status: 429, retryAfter });
      // GitHub asks for at least a minute.
      expect([undefined, 60]).toContain((await failureOf(search({}))).retryAfter);
    });

    test('an idle connection that closes during the call: the call is sent once more', async () => {
      await search({});
      await server.takeCalls();
      await server.fault({ reset: true, times: 1 });
      expect((await search({})).items).not.toEqual([]);
      expect(await server.takeCalls()).toHaveLength(2);
    });

    test('several idle connections that close at once: the call succeeds on a new one', async () => {
      await server.fault({ reset: true, times: 20 });
      expect(await failureOf(search({}))).toMatchObject({ failure: 'unavailable' });
      // GitHub is asked for two kinds of entries. Each request has one idle connection and a new one.
      expect((await server.takeCalls()).length).toBeLessThanOrEqual(4);
      await server.fault({ status: 503 });
      await failureOf(search({}));
    });

    test('429 with a date to wait for', async () => {
      await server.fault({ status: 429, retryAfter: new Date(Date.now() + 60_000).toUTCString() });
      const { retryAfter } = await failureOf(search({}));
      expect(retryAfter).toBeGreaterThan(50);
      expect(retryAfter).toBeLessThanOrEqual(60);
    });

    test('an answer that never arrives ends with the signal', async () => {
      await server.fault({ hang: true });
      const error = await failureOf(search({}, { signal: AbortSignal.timeout(200) }));
      expect(error).toMatchObject({ failure: 'unavailable', message: 'The API did not answer in time' });
    });

    test('an aborted signal prevents the call', async () => {
      const error = await failureOf(search({}, { signal: AbortSignal.abort() }));
      expect(error.failure).toBe('unavailable');
      expect(await server.takeCalls()).toEqual([]);
    });

    test.each([
      ['many bytes', { bytes: 9_000_000 }],
      ['many bytes, packed small', { bytes: 50_000_000, gzip: true }],
    ])('an endless answer is refused: %s', async (_, fault) => {
      await server.fault(fault);
      const error = await failureOf(search({}, { signal: AbortSignal.timeout(patient(60_000)) }));
      expect(error).toMatchObject({ failure: 'unavailable', message: 'The answer is larger than 8388608 bytes' });
    });

    test('a large answer is read', async () => {
      await server.fault({ bytes: 7_000_000 });
      expect((await search({})).items.length).toBeGreaterThan(0);
    });

    test('an answer packed by gzip is read', async () => {
      await server.fault({ gzip: true });
      expect((await search({})).items.length).toBeGreaterThan(0);
    });

    test('a server that is down', async () => {
      const gone = await harness.start();
      await gone.close();
      const session = { accessToken: 'a', signal: AbortSignal.timeout(patient(5_000)) };
      const error = await failureOf(gone.source.search({ text: 'x', skip: 0, count: 1 }, session));
      expect(error.failure).toBe('unavailable');
    });

    test('the next search works again', async () => {
      await server.fault({ status: 500, times: 2 });
      await failureOf(search({}));
      await failureOf(search({ text: '' }));
      expect((await search({})).items.length).toBeGreaterThan(0);
    });

    test('T72: the log text of the error contains no token, no query and no word of the answer', async () => {
      const faults: Fault[] = [{ status: 500, body: 'lakers' }, { truncate: true }, { body: 'lakers' }, { cut: true }];
      for (const fault of faults) {
        await server.fault(fault);
        const error = await failureOf(search({}));
        expect(error.message).not.toMatch(MARKS_OF_A_SECRET);
        expect(error.cause).toBeUndefined();
      }
    });

    test('T72: a token that cannot be in a header is not quoted', async () => {
      const error = await failureOf(search({}, { token: 'eyJ\r\nInjected: header' }));
      expect(error.failure).toBe('unavailable');
      expect(error.message).not.toMatch(/eyJ|Injected/);
      expect(error.cause).toBeUndefined();
    });
  });

  describe('T55: other forms of an answer without results', () => {
    const faults: [string, Fault][] = [
      ['204', { status: 204 }],
      ['200 without a body', { body: '' }],
      ['200 with blanks', { body: ' \n' }],
      ...harness.alsoEmpty.map((body): [string, Fault] => [body, { body }]),
    ];
    test.each(faults)('%s', async (_, fault) => {
      await server.fault(fault);
      const page = await search({});
      expect(page.items).toEqual([]);
      expect(page.incomplete).toBeUndefined();
      expect(await server.takeCalls()).toHaveLength(1);
    });
  });

  describe('T55: an incomplete answer is not "nothing found"', () => {
    test.each(harness.incomplete)('%s', async (body) => {
      await server.fault({ body });
      expect(await search({})).toMatchObject({ items: [], incomplete: true });
    });

    test.each(harness.unreadable)('no entry is valid: %s', async (body, part) => {
      await server.fault({ body });
      const error = await failureOf(search({}));
      expect(error.failure).toBe('unreadable');
      expect(error.message).toContain(part);
    });
  });

  describe('a good answer with another status or type', () => {
    test.each([203, 206])('%d', async (status) => {
      await server.fault({ status, body: harness.empty });
      expect((await search({})).items).toEqual([]);
    });

    test.each([
      'text/json',
      'application/vnd.example.v3+json; charset=utf-8',
      'application/problem+json',
      'text/plain',
      'application/octet-stream',
      'APPLICATION/JSON',
      '',
    ])('the content type %j', async (contentType) => {
      await server.fault({ body: harness.empty, contentType });
      expect((await search({})).items).toEqual([]);
    });
  });

  describe('T50: an API that redirects the client', () => {
    test.each([301, 302, 303, 307, 308])('%d to another host: the token never follows', async (status) => {
      await server.fault({ status, headers: { location: `${elsewhere.origin}/search` } });
      expect((await failureOf(search({}))).failure).toBe('unavailable');
      expect(elsewhere.requests).toEqual([]);
    });

    test('a redirect to itself is not followed either', async () => {
      await server.fault({ redirect: `${server.origin}/elsewhere`, times: 1 });
      expect((await failureOf(search({}))).failure).toBe('unavailable');
      expect(await server.takeCalls()).toHaveLength(1);
    });

    test('a next page on another host is not asked for', async () => {
      await server.fault({ continueHost: elsewhere.origin, times: 100 });
      await search({ text: MANY, count: 5 });
      await search({ text: MANY, skip: 5, count: 5 });
      await search({ text: '', count: 5 });
      expect(elsewhere.requests).toEqual([]);
    });
  });

  describe('a link to a page', () => {
    const page = (path: string) => {
      const session = { accessToken: server.tokens.reader, signal: AbortSignal.timeout(patient(5_000)) };
      return server.source.page?.(new URL(path, server.origin), session);
    };

    test('finds it, by one call with the person’s token', async () => {
      expect(await page(harness.links.best)).toMatchObject({
        title: harness.titles.best,
        url: expect.stringMatching(new RegExp(`^${server.origin}/`)),
        edited: { by: expect.stringMatching(/\w+ \w+/) },
      });
      expect(await server.takeCalls()).toEqual([expect.objectContaining({ authorization: true })]);
    });

    test.each(['restricted', 'none'] as const)('gets no card if it is %s, and is no failure', async (which) => {
      expect(await page(harness.links[which])).toBeNull();
      expect(await server.takeCalls()).toHaveLength(1);
    });

    test.each([
      [401, 'unauthorized'],
      [403, 'forbidden'],
      [429, 'rate_limited'],
      [500, 'unavailable'],
    ])('T55: %d is a failure: %s', async (status, failure) => {
      await server.fault({ status });
      await expect(page(harness.links.best)).rejects.toMatchObject({ failure });
    });

    test('T50: a redirect to another host is not followed', async () => {
      await server.fault({ status: 302, headers: { location: `${elsewhere.origin}/` } });
      await expect(page(harness.links.best)).rejects.toMatchObject({ failure: 'unavailable' });
      expect(elsewhere.requests).toEqual([]);
    });
  });

  describe('T51: results with attacks', () => {
    let items: SourceItem[];
    beforeAll(async () => {
      items = (await search({ text: 'hostile' })).items;
    });

    test('every address and picture is a web address; the card keeps only those of the source’s own places', () => {
      expect(items.length).toBeGreaterThan(8);
      for (const { url, imageUrl = 'http://none' } of items) {
        expect([url, imageUrl]).toEqual([expect.stringMatching(/^https?:\/\//), expect.stringMatching(/^https?:\/\//)]);
        if (harness.shows.ownAddressesOnly) expect(new URL(url).origin).toBe(server.origin);
      }
    });

    test('titles, snippets and names are short lines without control characters; an invalid time is left out', () => {
      for (const { title, edited, snippet } of items) {
        for (const text of [title, edited?.by ?? '', ...snippet.map((run) => run.text)])
          expect(text).not.toMatch(/[\u0000-\u001f\u007f]/);
        expect(title.length).toBeLessThanOrEqual(300);
        expect(title).not.toBe('');
        expect(snippet.reduce((sum, run) => sum + run.text.length, 0)).toBeLessThanOrEqual(4_000);
        expect(edited?.at.getTime()).not.toBeNaN();
      }
    });
  });

  // mediawiki-real.test.ts has these names for MediaWiki.
  if (harness.name !== 'mediawiki')
    describe('names with characters that are operators elsewhere', () => {
      const CHECKLIST = 'O’Brien’s checklist';
      const found = async (text: string) =>
        titles((await search({ text })).items).map((title) => title.replace(/ · .*/, ''));

      test.each([
        ['AT&T', [CHECKLIST]],
        ['src/app/main.ts', [CHECKLIST]],
        ['"src/app/main.ts" AT&T', [CHECKLIST]],
        ['ＡＴ＆Ｔ', [CHECKLIST]],
        ['1:1', ['Names']],
        ['.NET node.js', ['Names']],
      ])('%j finds %j', async (typed, expected) => {
        expect(await found(typed)).toEqual(expected);
      });

      // An analyzer turns both into a c.
      test.each(['C#', 'C++'])('%j finds the named page', async (typed) => {
        expect(await found(typed)).toEqual(expect.arrayContaining(['Names', CHECKLIST]));
      });
    });

  describe('T53: searches that attack the API', () => {
    async function searched(text: string) {
      await search({ text });
      const [call] = await server.takeCalls();
      if (!call) throw new Error('No call');
      return server.read(call);
    }

    test.each([
      'lakers&srlimit=500&list=users',
      'lakers#&action=logout',
      'lakers%26action%3Dlogout',
      'lakers\r\nHost: evil.example',
      'lakers\u0000',
      'lakers" OR "1"="1',
      'lakers) NEAR(x',
      '{title body} : lakers',
      '"lakers',
      'lakers \ud800',
      '💥 lakers',
    ])('%j is treated as words only', async (text) => {
      const { items } = await search({ text });
      expect(items.length).toBeLessThanOrEqual(25);
      const [call, ...more] = await server.takeCalls();
      expect(more).toEqual([]);
      if (!call) throw new Error('No call');
      const { searchParams } = new URL(call.url, server.origin);
      expect(new Set(searchParams.keys()).size).toBe([...searchParams.keys()].length);
      const plain = await searched('lakers');
      expect(server.read(call)).toEqual({
        ...plain,
        text: expect.not.stringMatching(/[:=\r\n{}^]|(?<!\w)&|&(?!\w)/),
        count: 25,
      });
    });

    test('operators do not widen or narrow a search: -word is a word, OR is a word', async () => {
      const both = await search({ text: 'lakers james' });
      expect(titles((await search({ text: 'lakers -james' })).items)).toEqual(titles(both.items));
      expect((await search({ text: 'qwertzuiop OR lakers' })).items).toEqual([]);
      expect((await search({ text: 'intitle:lakers' })).items).toEqual([]);
    });

    test('a phrase in quotes stays a phrase', async () => {
      const found = titles((await search({ text: '"angeles lakers"' })).items);
      expect(found).toContain(harness.titles.best);
      expect((await search({ text: '"lakers angeles"' })).items).toEqual([]);
    });

    test.each(['***', '"', '- -', '::', '()', '🙂'])(
      '%j contains no word: no results, and the API gets no request',
      async (text) => {
        expect(await search({ text })).toEqual({ items: [], total: 0 });
        expect(await server.takeCalls()).toEqual([]);
      },
    );

    test('a huge search is cut', async () => {
      expect((await searched('lakers '.repeat(10_000))).text.length).toBeLessThanOrEqual(220);
    });

    test.each([
      [{ skip: -1, count: 0 }, 1],
      [{ skip: 0, count: 1_000_000 }, 25],
      [{ skip: Number.NaN, count: Number.NaN }, 1],
      [{ skip: 0.5, count: 2.9 }, 2],
      [{ skip: Number.POSITIVE_INFINITY, count: 5 }, 0],
    ])('absurd paging is clamped: %o', async (paging, expected) => {
      expect((await search({ text: MANY, ...paging })).items).toHaveLength(expected);
      expect((await search({ text: '', ...paging })).items).toHaveLength(expected);
    });
  });
});

function titles(items: SourceItem[]): string[] {
  return items.map((item) => item.title);
}
