import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { bodiesIn, exchange } from '../../support/network/raw-socket.ts';
import { patient } from '../../support/patience.ts';
import { leaksIn, lineFor } from '../../support/process/log.ts';
import { orderProviderFault, providerRequests } from '../../support/provider/provider-view.ts';
import { parametersOf, searchResponse, type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { eventually, type SearchResponse, startWorld, titlesOf, type World } from '../../support/world/world.ts';

let world: World;
let wiki: WikiControl;

beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await wiki.heal();
  await wiki.takeCalls();
});

describe('the table of answers', () => {
  test('a person who is not signed in gets a prompt with the connection’s name, and the bot does not ask the wiki', async () => {
    const response = await world.search(GRACE, { text: 'lakers' });
    const [action, ...others] = response.suggestedActions?.actions ?? [];
    expect(response.type).toBe('auth');
    expect(others).toEqual([]);
    expect(action?.type).toBe('openUrl');
    expect(action?.title).toBe('Sign in to Contoso wiki');
    expect(action?.value).toMatch(new RegExp(`^${world.botUrl}/auth/start\\?ticket=[\\w-]+(\\.[\\w-]+)*$`));
    expect(await wiki.takeCalls()).toEqual([]);
    expect(world.rows('transactions')).toHaveLength(0);
    const again = await world.search(GRACE, {});
    expect(again.type).toBe('auth');
    expect(again.suggestedActions?.actions[0]?.value).not.toBe(action?.value);
  });

  test('the results are a list of cards with previews', async () => {
    const response = await world.search(ADA, { text: 'lakers' });
    expect(response).toMatchObject({ type: 'result', attachmentLayout: 'list' });
    expect(response).not.toHaveProperty('text');
    expect(titlesOf(response)[0]).toBe('Los Angeles Lakers');
    for (const { contentType, preview } of response.attachments ?? []) {
      expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
      expect(preview.contentType).toBe('application/vnd.microsoft.card.thumbnail');
    }
  });

  test('no results: the answer contains the search and the connection', async () => {
    const response = await world.search(ADA, { text: 'qqqxyzzy' });
    expect(response).toEqual({
      type: 'message',
      text: 'No results for “qqqxyzzy” in Contoso wiki. Try fewer or different words.',
    });
  });

  test('no results: the search is text, without characters that reorder the words around it', async () => {
    const { text } = await world.search(ADA, { text: `qq\u202Eqxyzzy\u0007 ${'z'.repeat(300)}` });
    expect(text).toMatch(/^No results for “qqqxyzzy z{180,}/);
    expect(text?.length).toBeLessThan(280);
  });
});

describe('initial run', () => {
  test('shows recent changes, and does not search for the word "true"', async () => {
    const response = await world.search(ADA, {});
    const calls = await wiki.takeCalls();
    expect(response.type).toBe('result');
    expect(response.attachments?.length).toBe(25);
    expect(calls.map((call) => parametersOf(call).get('generator'))).toEqual(['recentchanges']);
    expect(calls[0]?.url).not.toMatch(/true/);
  });

  test('says that there are no recent changes', async () => {
    await wiki.fault({ body: '{"batchcomplete":true}' });
    expect((await world.search(ADA, {})).text).toMatch(/^No recent changes in Contoso wiki\./);
  });

  const run = { name: 'initialRun', value: 'true' };
  const keyword = { name: 'searchKeyword', value: 'lakers' };
  test.each([
    ['as a boolean', [{ name: 'initialRun', value: true }], ''],
    ['an unknown parameter', [{ name: 'colour', value: 'red' }], ''],
    ['no parameter', [], ''],
    ['no list of parameters', undefined, ''],
    ['a cleared box', [{ name: 'searchKeyword', value: '' }], ''],
    ['blanks', [{ name: 'searchKeyword', value: ' \t ' }], ''],
    ['entries that are none', [null, 'searchKeyword', 7, ['searchKeyword', 'germany']], ''],
    ['the keyword last', [{ name: 'colour', value: 'red' }, run, keyword], 'lakers'],
    ['the keyword first', [keyword, run, { name: 'colour', value: 'red' }], 'lakers'],
    ['the keyword null', [{ name: 'searchKeyword', value: null }], ''],
    ['the keyword as a number', [{ name: 'searchKeyword', value: 1987 }], '1987'],
    ['the keyword as a boolean', [{ name: 'searchKeyword', value: false }], 'false'],
    ['the keyword "true"', [{ name: 'searchKeyword', value: 'true' }], 'true'],
  ])('parameters are read by name: %s', async (_, parameters, searched) => {
    const { status } = await world.post(ADA, {}, (activity) => {
      activity.value = { ...(activity.value as object), parameters };
    });
    const [call, ...others] = await wiki.takeCalls();
    expect(status).toBe(200);
    expect(others).toEqual([]);
    expect(parametersOf(call).get('generator')).toBe(searched === '' ? 'recentchanges' : 'search');
    expect(parametersOf(call).get('srsearch') ?? '').toBe(searched);
  });
});

test('a query whose language is in clientInfo alone is answered in that language', async () => {
  const { body } = await world.post(GRACE, { text: 'lakers' }, (activity) => {
    delete activity.locale;
    activity.entities = [{ type: 'clientInfo', locale: 'de-DE', country: 'DE', platform: 'iOS', timezone: 'UTC' }];
  });
  expect(JSON.stringify(body)).toContain('"title":"Bei Contoso wiki anmelden"');
});

describe('paging', () => {
  test.each([{ text: 'island' }, {}])('the second page continues after the first: %j', async (search) => {
    const page = async (skip: number, count: number) => titlesOf(await world.search(ADA, { ...search, skip, count }));
    const [all, first, second] = [await page(0, 10), await page(0, 5), await page(5, 5)];
    expect(new Set(all).size).toBe(10);
    expect([...first, ...second]).toEqual(all);
  });

  test('after the last page there are no more results', async () => {
    const response = await world.search(ADA, { text: 'lakers', skip: 500 });
    expect(response).toEqual({ type: 'message', text: 'There are no more results.' });
  });

  test.each([
    [{ skip: 3, count: 7 }, '3', '7'],
    [{ skip: 0, count: 0 }, '0', '25'],
    [{ skip: -5, count: -5 }, '0', '25'],
    [{ skip: 0, count: 1 }, '0', '1'],
    [{ skip: 2.9, count: 2.9 }, '2', '2'],
    [{ skip: 1e12, count: 1e12 }, '10000', '25'],
    [{ skip: 1e308, count: 26 }, '10000', '25'],
    [{ skip: '3', count: '7' }, '0', '25'],
    [{ skip: null, count: null }, '0', '25'],
    [{ skip: [4], count: { valueOf: 4 } }, '0', '25'],
    [{ skip: '1&srsearch=x', count: 'max' }, '0', '25'],
    [{}, '0', '25'],
    [undefined, '0', '25'],
    [[7, 7], '0', '25'],
    ['7', '0', '25'],
  ])('T53: absurd paging is clamped: %j', async (queryOptions, skip, count) => {
    await world.post(ADA, { text: 'island' }, (activity) => {
      activity.value = { ...(activity.value as object), queryOptions };
    });
    const [call] = await wiki.takeCalls();
    const requests = ['sroffset', 'gsroffset', 'srlimit', 'gsrlimit'].map((name) => parametersOf(call).get(name));
    expect(requests).toEqual([skip, skip, count, count]);
  });

  test('more results from the wiki than requested do not flood Teams', async () => {
    const hits = Array.from({ length: 60 }, (_, at) => ({ title: `Page ${at}` }));
    await wiki.fault({ body: searchResponse(hits) });
    expect(titlesOf(await world.search(ADA, { text: 'island', count: 7 }))).toHaveLength(7);
  });
});

describe('the typed text', () => {
  const parametersFor = async (text: string) => {
    await world.search(ADA, { text });
    const calls = await wiki.takeCalls();
    return calls.map((call) => Object.fromEntries(parametersOf(call)));
  };

  // contract/source/search-words.test.ts has more of these.
  test.each([
    ['lakers&action=delete&srnamespace=2#fragment', 'lakers&action delete&srnamespace 2#fragment'],
    ['lakers%26action%3Ddelete', 'lakers%26action%3Ddelete'],
    ['lakers|germany', 'lakers germany'],
    ['lakers\r\nX-Injected: 1\r\n\r\nGET /admin', 'lakers X-Injected 1 GET admin'],
    ['lakers\u0000\u0008germany', 'lakers germany'],
    ['incategory:"Secret pages" -lakers', 'incategory "Secret pages" lakers'],
    ['../../w/api.php?x=1', '"w/api.php" x 1'],
    ['User talk：lakers “quoted” don’t', 'User talk lakers “quoted” don’t'],
    ['Ελλάδα भारत 日本 🇩🇪 é', 'Ελλάδα भारत 日本 🇩🇪 é'],
    ['\ud800lakers', '\ufffdlakers'],
  ])('T53: the typed text stays the words of one search: %j', async (typed, searched) => {
    const [plain] = await parametersFor('lakers');
    const response = await world.search(ADA, { text: typed });
    const [call, ...others] = await wiki.takeCalls();
    expect(['result', 'message']).toContain(response.type);
    expect(response.text ?? '').not.toContain('Reference');
    expect(others).toEqual([]);
    expect(call).toMatchObject({ method: 'GET', url: expect.stringMatching(/^\/w\/api\.php\?/), authorization: true });
    expect(Object.fromEntries(parametersOf(call))).toEqual({ ...plain, srsearch: searched, gsrsearch: searched });
    // No parameter twice, and none that a second parser would find.
    expect(call?.url.split('&')).toHaveLength(Object.keys(plain ?? {}).length);
  });

  test('T53: if no word is left, the bot asks no service, and answers that there are no results', async () => {
    for (const text of ['***', '"" " " """', '🏀']) {
      expect((await world.search(ADA, { text })).text).toMatch(/^No results for “.*” in Contoso wiki\./);
    }
    expect(await wiki.takeCalls()).toEqual([]);
  });

  test.each([
    ['10 KB in one word', 'l'.repeat(10_240)],
    ['10 KB beyond ASCII', '日'.repeat(10_240)],
    ['10 KB of what is no word', '*'.repeat(10_240)],
    ['200 KB', 'lakers '.repeat(28_000)],
  ])('T53: a huge query is cut: %s', async (_, text) => {
    const response = await world.search(ADA, { text });
    const [call] = await wiki.takeCalls();
    // The wiki could read it, or got no request.
    expect(response.text ?? '').not.toContain('Reference');
    expect(call !== undefined).toBe(/\p{L}/u.test(text));
    expect((parametersOf(call).get('srsearch') ?? '').length).toBeLessThanOrEqual(200);
    expect((call?.url ?? '').length).toBeLessThan(4_500);
  });

  test('T53: a query is never cut in the middle of a character', async () => {
    expect(await parametersFor(`${'a'.repeat(199)}🏀`)).toEqual([
      expect.objectContaining({ srsearch: 'a'.repeat(199) }),
    ]);
  });

  test('T53: the wiki gets no parameter except the keyword', async () => {
    const plain = await parametersFor('lakers');
    await world.post(ADA, { text: 'lakers' }, (activity) => {
      const value = activity.value as { parameters: object[] };
      value.parameters.push({ name: 'gsrnamespace', value: '2' }, { name: 'searchKeyword', value: 'germany' });
      Object.assign(value, { srsearch: 'germany', url: 'http://localhost:1/', apiPath: '/x' });
    });
    expect((await wiki.takeCalls()).map((call) => Object.fromEntries(parametersOf(call)))).toEqual(plain);
  });
});

/** Token requests with a refresh token. */
const refreshes = () => providerRequests(world, 'token:refresh_token');

/** Ada's search while the wiki fails like that. */
async function searchDuring(fault: Fault) {
  await wiki.takeCalls();
  await wiki.fault(fault);
  const before = await refreshes();
  const response = await world.search(ADA, { text: 'lakers' });
  await wiki.heal();
  return { response, calls: await wiki.takeCalls(), refreshes: (await refreshes()) - before };
}

describe('T55: errors of the searched API', () => {
  test('401 once: one refresh, one retry with the new token, and the results', async () => {
    const { response, calls, refreshes } = await searchDuring({ status: 401, times: 1 });
    expect(response.type).toBe('result');
    expect(refreshes).toBe(1);
    expect(calls).toHaveLength(2);
    expect(calls[0]?.fingerprint).not.toBe(calls[1]?.fingerprint);
    expect(parametersOf(calls[1]).get('srsearch')).toBe('lakers');
  });

  test.each<[string, Fault]>([
    ['401', { status: 401, times: 9 }],
    ['200 with the error mwoauth-invalid-authorization', { body: apiError('mwoauth-invalid-authorization'), times: 9 }],
  ])('%s again and again: one refresh, two calls, then the sign-in', async (_, fault) => {
    const { response, calls, refreshes } = await searchDuring(fault);
    expect(response.type).toBe('auth');
    expect(response.suggestedActions?.actions[0]?.title).toBe('Sign in to Contoso wiki');
    expect(refreshes).toBe(1);
    expect(calls).toHaveLength(2);
  });

  test('401 while the provider is down: a message, no sign-in, and the link stays', async () => {
    await orderProviderFault(world, { endpoint: 'token', mode: 'error', times: 9 });
    const { response, calls } = await searchDuring({ status: 401, times: 9 });
    await orderProviderFault(world, {});
    await expectReference(response);
    expect(calls).toHaveLength(1);
    expect(world.rows('links')).toHaveLength(1);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('403: the answer names the account and offers no sign-in; the bot asks once', async () => {
    const { response, calls, refreshes } = await searchDuring({ status: 403, times: 9 });
    expect(response).toEqual({
      type: 'message',
      text: 'You are signed in to Contoso wiki as ada@contoso.example, but that account does not have access. Ask for access in Contoso wiki.',
    });
    expect(calls).toHaveLength(1);
    expect(refreshes).toBe(0);
  });

  test.each<[string, Fault, RegExp]>([
    ['1 second', { retryAfter: 1 }, /^Contoso wiki is busy\. Try again in 1 second\.$/],
    ['42 seconds', { retryAfter: 42 }, /Try again in 42 seconds\.$/],
    ['150 seconds', { retryAfter: 150 }, /Try again in 3 minutes\.$/],
    ['a year', { retryAfter: 31_536_000 }, /Try again in 1,440 minutes\.$/],
    ['a date gone by', { retryAfter: new Date(0).toUTCString() }, /Try again in 1 second\.$/],
    ['no wait', {}, /Try again in 30 seconds\.$/],
    [
      'the error ratelimited',
      { status: 200, body: apiError('ratelimited'), retryAfter: 7 },
      /Try again in 7 seconds\.$/,
    ],
  ])('429 with %s: the answer says that the service is busy, and for how long', async (_, fault, text) => {
    const { response, calls } = await searchDuring({ status: 429, times: 9, ...fault });
    expect(response).toEqual({ type: 'message', text: expect.stringMatching(text) });
    expect(calls).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['404', { status: 404 }],
    ['500', { status: 500, body: '{"secret":"stack trace of the wiki"}' }],
    ['503 as HTML', { status: 503, contentType: 'text/html', body: '<h1>stack trace of the wiki</h1>' }],
    ['a closed connection', { reset: true }],
    ['truncated JSON', { truncate: true }],
    ['words instead of JSON', { body: 'lakers stack trace of the wiki' }],
    ['an error that is script', { body: apiError('<script>stack trace of the wiki</script>') }],
    ['a gzip bomb', { bytes: 60_000_000, gzip: true }],
    ['a redirect, also to the wiki itself', { redirect: '/w/api.php?action=query' }],
  ])('%s: a message with a reference that is in the log', async (_, fault) => {
    const { response, calls, refreshes } = await searchDuring({ times: 9, ...fault });
    await expectReference(response);
    expect(JSON.stringify(response)).not.toMatch(/stack/);
    expect(calls).toHaveLength(1);
    expect(refreshes).toBe(0);
  });

  test.each<[string, Fault, RegExp]>([
    ['503 with 42 seconds', { status: 503, retryAfter: 42 }, /Contoso wiki\. Try again in 42 seconds\. Reference/],
    ['503 with 5 minutes', { status: 503, retryAfter: 300 }, /Contoso wiki\. Try again in 5 minutes\. Reference/],
    ['502 with a wait that is none', { status: 502, retryAfter: 'soon <b>' }, /Try again in a moment\. Reference/],
  ])('%s: the answer says to wait, how long, and has a reference', async (_, fault, text) => {
    const { response, calls } = await searchDuring({ times: 9, ...fault });
    expect(response.text).toMatch(text);
    await expectReference(response);
    expect(calls).toHaveLength(1);
  });

  test('the credential survives all these errors', async () => {
    expect(world.rows('links')).toHaveLength(1);
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describe('while a person types', () => {
  beforeAll(() => world.signIn(GRACE));

  const TYPED_ON = 'Replaced by a newer search.';
  const searched = async () => (await wiki.takeCalls()).map((call) => parametersOf(call).get('srsearch'));

  /** Types a word letter by letter. All requests leave in one piece on one connection, so that they arrive in this order,
   * and faster than a pause in typing. */
  async function typedFast(word: string): Promise<SearchResponse[]> {
    const token = await world.connector.token();
    await world.post(ADA, { text: 'iceland' }, undefined, { token }); // Now the bot knows the token.
    await wiki.takeCalls();
    const texts = Array.from(word).map((_, at) => word.slice(0, at + 1));
    const requests = texts.slice(1).map((text, at, { length }) => {
      const body = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text }));
      const connection = at === length - 1 ? 'close' : 'keep-alive';
      const headers = `Host: ${new URL(world.botUrl).host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json`;
      const framing = `Connection: ${connection}\r\nContent-Length: ${Buffer.byteLength(body)}`;
      return `POST /api/messages HTTP/1.1\r\n${headers}\r\n${framing}\r\n\r\n${body}`;
    });
    const responses = await exchange(world.botUrl, requests.join(''));
    return bodiesIn(responses).map((body) => (body as { composeExtension: SearchResponse }).composeExtension);
  }

  test('fast typing makes two calls of the wiki instead of one for each letter, and the last answer is for the whole word', async () => {
    const responses = await typedFast('brazil');
    expect(titlesOf(responses.at(-1) as SearchResponse)).toContain('Brazil');
    expect(responses.slice(1, -1).map(({ text }) => text)).toEqual(Array(3).fill(TYPED_ON));
    expect((await searched()).sort()).toEqual(['br', 'brazil']);
  });

  test('another letter ends the earlier call at once: no search waits for a slow wiki twice', async () => {
    await wiki.fault({ delay: patient(3_000), times: 1 });
    const older = world.search(ADA, { text: 'icel' });
    await eventually(searched, (calls) => calls.length > 0);
    const newer = world.search(ADA, { text: 'iceland' });
    expect((await older).text).toBe(TYPED_ON);
    expect(titlesOf(await newer)).toContain('Iceland');
  });

  test('a deleted letter shows the earlier results, without a call of the wiki', async () => {
    for (const text of ['germ', 'german', 'germany']) await world.search(ADA, { text });
    await wiki.takeCalls();
    expect(titlesOf(await world.search(ADA, { text: 'german' }))).toContain('Germany');
    expect(await searched()).toEqual([]);
    // A repeated search makes a new call.
    await world.search(ADA, { text: 'german' });
    expect(await searched()).toEqual(['german']);
  });

  test('T56: a text that Ada typed a moment ago makes a new call for Grace, with her token', async () => {
    for (const text of ['trade pl', 'trade plan', 'trade plans']) await world.search(ADA, { text });
    const [ofAda] = await wiki.takeCalls();
    // Ada herself would get the cached results.
    await world.search(GRACE, { text: 'trade plan' });
    const [ofGrace, ...more] = await wiki.takeCalls();
    expect([parametersOf(ofGrace).get('srsearch'), more]).toEqual(['trade plan', []]);
    expect(ofGrace?.fingerprint).not.toBe(ofAda?.fingerprint);
  });
});

test('T72: the log contains no person and no search text', () => {
  const used = [
    'lakers',
    'germany',
    'qqqxyzzy',
    'island',
    'brazil',
    'incategory',
    'X-Injected',
    '日本',
    'stack trace',
    '<script>',
    'srsearch',
    'ticket=',
  ];
  expect(leaksIn(world.bot.output(), used)).toEqual([]);
});

function apiError(code: string): string {
  return JSON.stringify({ error: { code, info: 'stack trace of the wiki' } });
}

async function expectReference({ type, text = '', ...rest }: SearchResponse): Promise<void> {
  expect({ type, rest }).toEqual({ type: 'message', rest: {} });
  expect(text).toMatch(/^Latchkey could not search Contoso wiki\..* Reference: [a-z0-9]{8}$/);
  const line = await eventually(() => lineFor(world.bot.output(), text), Boolean);
  expect(line).toMatchObject({ msg: 'request failed', error: { message: expect.any(String) } });
}
