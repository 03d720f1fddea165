import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, TENANTS } from '../../local/people.ts';
import { leaksIn } from '../support/log.ts';
import { parametersOf, searchResponse, type WikiControl, wikiControl } from '../support/wiki-control.ts';
import { type SearchResponse, startWorld, titlesOf, type World } from '../support/world.ts';

let world: World;
let wiki: WikiControl;

beforeAll(async () => {
  world = await startWorld({ botEnv: { ALLOWED_TENANTS: TENANTS.contoso } });
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await wiki.heal();
  await wiki.takeCalls();
});

/** Ada's query with that `value.parameters`. */
async function withParameters(parameters: unknown): Promise<{ status: number; response: SearchResponse | undefined }> {
  const { status, body } = await world.post(ADA, {}, (activity) => {
    activity.value = { ...(activity.value as object), parameters };
  });
  return { status, response: (body as { composeExtension?: SearchResponse } | undefined)?.composeExtension };
}

describe('the table of answers', () => {
  test('who is not signed in is asked to, by the name of what is searched, and the wiki is not asked', async () => {
    const response = await world.search(GRACE, { text: 'lakers' });
    const [action, ...others] = response.suggestedActions?.actions ?? [];
    expect(response.type).toBe('auth');
    expect(others).toEqual([]);
    expect(action?.type).toBe('openUrl');
    expect(action?.title).toBe('Sign in to Contoso wiki');
    expect(action?.value).toMatch(new RegExp(`^${world.botUrl}/auth/start\\?ticket=[\\w-]+(\\.[\\w-]+)*$`));
    expect(await wiki.takeCalls()).toEqual([]);
    expect(world.rows('transactions')).toHaveLength(0);
  });

  test('a ticket is fresh each time', async () => {
    expect(await world.ticket(GRACE)).not.toBe(await world.ticket(GRACE));
  });

  test('T11: a tenant that is not allowed gets plain words and no ticket', async () => {
    const response = await world.search(LINUS, { text: 'lakers' });
    expect(response).toEqual({
      type: 'message',
      text: expect.stringContaining('not switched on for your organisation'),
    });
    expect(JSON.stringify(response)).not.toContain('ticket');
  });

  test('results come as a list, each a card with a preview', async () => {
    const response = await world.search(ADA, { text: 'lakers' });
    expect(response).toMatchObject({ type: 'result', attachmentLayout: 'list' });
    expect(response).not.toHaveProperty('text');
    expect(titlesOf(response)[0]).toBe('Los Angeles Lakers');
    for (const { contentType, preview } of response.attachments ?? []) {
      expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
      expect(preview.contentType).toBe('application/vnd.microsoft.card.thumbnail');
    }
  });

  test('nothing found: the answer names what was searched, and where', async () => {
    const response = await world.search(ADA, { text: 'qqqxyzzy' });
    expect(response).toEqual({
      type: 'message',
      text: 'Nothing in Contoso wiki matches “qqqxyzzy”. Try fewer or other words.',
    });
  });

  test('nothing found: the query is shown as text, without what turns the words around it', async () => {
    const { text } = await world.search(ADA, { text: `qq\u202Eqxyzzy\u0007 ${'z'.repeat(300)}` });
    expect(text).toMatch(/^Nothing in Contoso wiki matches “qqqxyzzy z{180,}/);
    expect(text?.length).toBeLessThan(280);
  });

  test('a command that nobody knows, or a value that is no query, is 400 and asks nobody', async () => {
    const values = [
      undefined,
      null,
      [],
      'x',
      7,
      {},
      { commandId: 7 },
      { commandId: '__proto__' },
      { commandId: 'other' },
    ];
    for (const value of values) {
      const { status } = await world.post(ADA, {}, (activity) => {
        activity.value = value;
      });
      expect([value, status]).toEqual([value, 400]);
    }
    expect(await wiki.takeCalls()).toEqual([]);
  });
});

describe('initial run', () => {
  test('shows what changed lately, and is no search for the word "true"', async () => {
    const response = await world.search(ADA, {});
    const calls = await wiki.takeCalls();
    expect(response.type).toBe('result');
    expect(response.attachments?.length).toBe(25);
    expect(calls.map((call) => parametersOf(call).get('generator'))).toEqual(['recentchanges']);
    expect(calls[0]?.url).not.toMatch(/true/);
  });

  test('asks who is not signed in to sign in', async () => {
    expect((await world.search(GRACE, {})).type).toBe('auth');
  });

  test('says so where nothing changed', async () => {
    await wiki.fault({ body: '{"batchcomplete":true}' });
    expect((await world.search(ADA, {})).text).toMatch(/^Nothing has changed in Contoso wiki lately\./);
  });

  const run = { name: 'initialRun', value: 'true' };
  const keyword = { name: 'searchKeyword', value: 'lakers' };
  test.each([
    ['alone', [run], ''],
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
  ])('parameters count by name: %s', async (_, parameters, searched) => {
    const { status } = await withParameters(parameters);
    const [call, ...others] = await wiki.takeCalls();
    expect(status).toBe(200);
    expect(others).toEqual([]);
    expect(parametersOf(call).get('generator')).toBe(searched === '' ? 'recentchanges' : 'search');
    expect(parametersOf(call).get('srsearch') ?? '').toBe(searched);
  });

  test('a keyword that is a list is 400', async () => {
    const parameter = { name: 'searchKeyword', value: ['lakers'] };
    expect((await withParameters([parameter])).status).toBe(400);
    expect((await withParameters(parameter)).status).toBe(400);
    expect(await wiki.takeCalls()).toEqual([]);
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
  test('the second page goes on where the first ended', async () => {
    const page = async (skip: number, count: number) =>
      titlesOf(await world.search(ADA, { text: 'island', skip, count }));
    const [all, first, second] = [await page(0, 10), await page(0, 5), await page(5, 5)];
    expect(all).toHaveLength(10);
    expect([...first, ...second]).toEqual(all);
  });

  test('the second page of the initial run goes on where the first ended', async () => {
    const page = async (skip: number, count: number) => titlesOf(await world.search(ADA, { skip, count }));
    const [all, first, second] = [await page(0, 10), await page(0, 5), await page(5, 5)];
    expect(new Set(all).size).toBe(10);
    expect([...first, ...second]).toEqual(all);
  });

  test('beyond the last page there are no more results', async () => {
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

  test('a wiki that answers with more than was asked for does not flood Teams', async () => {
    const hits = Array.from({ length: 60 }, (_, at) => ({ title: `Page ${at}` }));
    await wiki.fault({ body: searchResponse(hits) });
    expect(titlesOf(await world.search(ADA, { text: 'island', count: 7 }))).toHaveLength(7);
  });
});

test('T72: the log names nobody and nothing that was searched', () => {
  const used = ['lakers', 'qqqxyzzy', 'island', 'ticket='];
  expect(leaksIn(world.bot.output(), used)).toEqual([]);
});
