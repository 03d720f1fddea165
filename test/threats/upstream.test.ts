import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../local/people.ts';
import type { Fault } from '../../local/wiki/faults/fault.ts';
import { leaksIn, lineFor } from '../support/log.ts';
import { patient } from '../support/patience.ts';
import { type ScriptedApi, startScriptedApi } from '../support/scripted-api.ts';
import { parametersOf, searchResponse, type WikiControl, wikiControl } from '../support/wiki-control.ts';
import { eventually, type SearchResponse, startWorld, type World } from '../support/world.ts';

let world: World;
let wiki: WikiControl;
/** What the handbook searches, in the hands of this test; also the other host that redirects lead to. */
let other: ScriptedApi;

beforeAll(async () => {
  other = await startScriptedApi();
  world = await startWorld({ botEnv: { CONNECTIONS_FILE: other.connectionsFile, OTHER_URL: other.url } });
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  await other?.close();
});
afterEach(async () => {
  await wiki.heal();
  other.respondWith(searchResponse([{ title: 'Elsewhere' }]));
  other.requests.length = 0;
});

interface Failed {
  response: SearchResponse;
  calls: Awaited<ReturnType<WikiControl['takeCalls']>>;
  /** Token requests with a refresh token. */
  refreshes: number;
}

/** Ada's search while the wiki fails like that. */
async function searchDuring(fault: Fault, person = ADA): Promise<Failed> {
  await wiki.takeCalls();
  await wiki.fault(fault);
  const before = await refreshes();
  const response = await world.search(person, { text: 'lakers' });
  await wiki.heal();
  return { response, calls: await wiki.takeCalls(), refreshes: (await refreshes()) - before };
}

async function refreshes(): Promise<number> {
  const response = await fetch(`${world.identityProviderUrl}/__stats`);
  const { issuers } = (await response.json()) as {
    issuers: Record<string, Record<string, { ok: number; refused: number }>>;
  };
  const counts = Object.values(issuers).map((issuer) => issuer['token:refresh_token']);
  return counts.reduce((sum, count) => sum + (count ? count.ok + count.refused : 0), 0);
}

describe('T55: what the searched API answers', () => {
  test('401 once: one refresh, one retry with the new token, and the results', async () => {
    const { response: received, calls, refreshes } = await searchDuring({ status: 401, times: 1 });
    expect(received.type).toBe('result');
    expect(refreshes).toBe(1);
    expect(calls).toHaveLength(2);
    expect(calls[0]?.fingerprint).not.toBe(calls[1]?.fingerprint);
    expect(parametersOf(calls[1]).get('srsearch')).toBe('lakers');
  });

  test.each<[string, Fault]>([
    ['401', { status: 401, times: 9 }],
    ['200 with the error mwoauth-invalid-authorization', { body: apiError('mwoauth-invalid-authorization'), times: 9 }],
  ])('%s again and again: one refresh, two calls, then the sign-in', async (_, fault) => {
    const { response: received, calls, refreshes } = await searchDuring(fault);
    expect(received.type).toBe('auth');
    expect(received.suggestedActions?.actions[0]?.title).toBe('Sign in to Contoso wiki');
    expect(refreshes).toBe(1);
    expect(calls).toHaveLength(2);
  });

  test('401 while the provider is down: a message, no sign-in, and the link stays', async () => {
    await orderAtProvider({ endpoint: 'token', mode: 'error', times: 9 });
    const { response: received, calls } = await searchDuring({ status: 401, times: 9 });
    await orderAtProvider({});
    await expectReference(received);
    expect(calls).toHaveLength(1);
    expect(world.rows('links')).toHaveLength(1);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test.each<[string, Fault]>([
    ['403', { status: 403, times: 9 }],
    ['200 with the error readapidenied', { body: apiError('readapidenied'), times: 9 }],
    ['200 with the error in the newer form', { body: '{"errors":[{"code":"permissiondenied"}]}', times: 9 }],
  ])('%s: names the account, offers no sign-in, asks once', async (_, fault) => {
    const { response: received, calls, refreshes } = await searchDuring(fault);
    expect(received).toEqual({
      type: 'message',
      text: 'You are signed in to Contoso wiki as ada@contoso.example, and that account may not read this. Ask for access there.',
    });
    expect(calls).toHaveLength(1);
    expect(refreshes).toBe(0);
  });

  test.each<[string, Fault, RegExp]>([
    ['1 second', { retryAfter: 1 }, /^Contoso wiki is busy\. Try again in 1 second\.$/],
    ['42 seconds', { retryAfter: 42 }, /Try again in 42 seconds\.$/],
    ['119 seconds', { retryAfter: 119 }, /Try again in 119 seconds\.$/],
    ['150 seconds', { retryAfter: 150 }, /Try again in 3 minutes\.$/],
    ['an hour', { retryAfter: 3600 }, /Try again in 60 minutes\.$/],
    ['a year', { retryAfter: 31_536_000 }, /Try again in 1,440 minutes\.$/],
    ['a date', { retryAfter: new Date(Date.now() + 600_000).toUTCString() }, /Try again in (9|10) minutes\.$/],
    ['a date gone by', { retryAfter: new Date(0).toUTCString() }, /Try again in 1 second\.$/],
    ['no wait', {}, /Try again in 30 seconds\.$/],
    ['nonsense', { retryAfter: 'soon <b>' }, /Try again in 30 seconds\.$/],
    [
      'the error ratelimited',
      { status: 200, body: apiError('ratelimited'), retryAfter: 7 },
      /Try again in 7 seconds\.$/,
    ],
  ])('429 with %s: busy, and the wait in words', async (_, fault, text) => {
    const { response: received, calls } = await searchDuring({ status: 429, times: 9, ...fault });
    expect(received).toEqual({ type: 'message', text: expect.stringMatching(text) });
    expect(calls).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['404', { status: 404 }],
    ['400', { status: 400 }],
    ['418', { status: 418 }],
    ['500', { status: 500, body: '{"secret":"stack trace of the wiki"}' }],
    ['503 as HTML', { status: 503, contentType: 'text/html', body: '<h1>stack trace of the wiki</h1>' }],
    ['a closed connection', { reset: true }],
    ['truncated JSON', { truncate: true }],
    ['a connection cut in the middle', { cut: true }],
    ['words instead of JSON', { body: 'lakers stack trace of the wiki' }],
    [
      'HTML with status 200',
      { contentType: 'text/html', body: '<title>Sign in to the stack trace of the wiki</title>' },
    ],
    ['JSON that is called HTML', { contentType: 'text/html', body: '{"query":{"search":[]}}' }],
    ['an array', { body: '[]' }],
    ['null', { body: 'null' }],
    ['a number', { body: '7' }],
    ['an object without results', { body: '{"batchcomplete":true}' }],
    ['results that are no list', { body: '{"query":{"search":{"0":{"title":"x"}}}}' }],
    ['an unknown error', { body: apiError('internal_api_error_stack') }],
    ['an error that is script', { body: apiError('<script>stack trace of the wiki</script>') }],
    ['9 MB', { bytes: 9_000_000 }],
    ['a gzip bomb', { bytes: 60_000_000, gzip: true }],
  ])('%s: a message with a reference that is in the log', async (_, fault) => {
    const { response: received, calls, refreshes } = await searchDuring({ times: 9, ...fault });
    await expectReference(received);
    expect(JSON.stringify(received)).not.toMatch(/stack/);
    expect(calls).toHaveLength(1);
    expect(refreshes).toBe(0);
  });

  test.each<[string, Fault, RegExp]>([
    ['503 with 42 seconds', { status: 503, retryAfter: 42 }, /just now\. Try again in 42 seconds\. Reference/],
    ['503 with 5 minutes', { status: 503, retryAfter: 300 }, /just now\. Try again in 5 minutes\. Reference/],
    ['502 with a wait that is none', { status: 502, retryAfter: 'soon <b>' }, /Try again in a moment\. Reference/],
  ])('%s: not just now, the wait in words, and a reference', async (_, fault, text) => {
    const { response: received, calls } = await searchDuring({ times: 9, ...fault });
    expect(received.text).toMatch(text);
    await expectReference(received);
    expect(calls).toHaveLength(1);
  });

  test('results that hold nothing of use are left out, and are no failure', async () => {
    const hits = [null, 7, [], {}, { title: 7 }, { title: '' }, { title: 'The one', pageid: 1 }];
    const { response: received } = await searchDuring({
      body: JSON.stringify({ query: { search: hits, pages: 'none' } }),
    });
    expect(received.attachments?.map(({ preview }) => preview.content.title)).toEqual(['The one']);
  });

  test('the credential survives all of this', async () => {
    expect(world.rows('links')).toHaveLength(1);
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describe('T55, T78: an API that hangs', () => {
  beforeAll(() => world.signIn(GRACE, { connection: 'handbook' }));

  test.each<[string, (api: ScriptedApi) => void]>([
    ['before the first byte', (api) => api.hang()],
    ['in the middle of the answer', (api) => api.hang('{"query":{"search":[')],
  ])('%s: answered within 4.5 s, and the call is given up', async (_, hang) => {
    other.requests.length = 0;
    hang(other);
    const { status, body, ms } = await world.post(GRACE, { connection: 'handbook', text: 'lakers' });
    expect(status).toBe(200);
    expect(ms).toBeLessThan(patient(4500));
    await expectReference((body as { composeExtension: SearchResponse }).composeExtension);
    expect(other.requests).toHaveLength(1);
    await eventually(
      () => other.open(),
      (open) => open === 0,
    );
  });
});

describe('T50: the token goes to the searched origin and nowhere else', () => {
  test.each([301, 302, 303, 307, 308])('a redirect with %d to another host is not followed', async (status) => {
    const headers = { location: `${other.url}/w/api.php?stolen` };
    const { response: received, calls } = await searchDuring({ status, headers, times: 9 });
    await expectReference(received);
    expect(calls).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });

  test('nor is one on the same host', async () => {
    const { response: received, calls } = await searchDuring({
      redirect: `${world.wikiUrl}/w/api.php?action=query`,
      times: 9,
    });
    await expectReference(received);
    expect(calls).toHaveLength(1);
  });

  test('a next page at another host is not fetched', async () => {
    const { response: received, calls } = await searchDuring({ continueHost: other.url, times: 9 });
    expect(received.type).toBe('result');
    expect(calls).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });
});

test('T72: the log names nobody, and quotes neither query nor answer', () => {
  const used = ['lakers', 'stack trace', '<script>', 'srsearch', 'stolen'];
  expect(leaksIn(world.bot.output(), used)).toEqual([]);
});

function apiError(code: string): string {
  return JSON.stringify({ error: { code, info: 'stack trace of the wiki' } });
}

async function expectReference({ type, text = '', ...rest }: SearchResponse): Promise<void> {
  expect({ type, rest }).toEqual({ type: 'message', rest: {} });
  expect(text).toMatch(/^Contoso (wiki|handbook) could not be searched just now\..* Reference: [a-z0-9]{8}$/);
  const line = await eventually(() => lineFor(world.bot.output(), text), Boolean);
  expect(line).toMatchObject({ msg: 'request failed', error: { message: expect.any(String) } });
}

async function orderAtProvider(fault: object): Promise<void> {
  await fetch(`${world.identityProviderUrl}/__fault`, { method: 'POST', body: JSON.stringify(fault) });
}
