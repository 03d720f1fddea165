import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../local/people.ts';
import { HARNESSES } from '../contract/source-harness.ts';
import { postInvoke } from '../support/actions.ts';
import { readCard } from '../support/cards.ts';
import { leaksIn, lineFor } from '../support/log.ts';
import type { SearchServer } from '../support/search/server.ts';
import { SOURCE_TYPES, type SourceConnection, type SourceWorld, startSourceWorld } from '../support/source-world.ts';
import { startTrap, type Trap } from '../support/wiki-trap.ts';
import { eventually, type SearchResponse, titlesOf, type World } from '../support/world.ts';

let started: SourceWorld;
let world: World;
let elsewhere: Trap;
beforeAll(async () => {
  started = await startSourceWorld();
  world = started.world;
  elsewhere = await startTrap();
});
afterAll(async () => {
  await started?.stop();
  await elsewhere?.close();
});

const TITLES: Record<SourceConnection, string> = {
  wiki: 'Contoso files',
  octo: 'Contoso on GitHub',
  handbook: 'Contoso handbook',
  guarded: 'Contoso tickets',
};
const NOTHING = { type: 'result', attachmentLayout: 'list', attachments: [] };
const UNCACHED = { actions: [{ type: 'setCachePolicy', value: '{"type":"no-cache"}' }] };
const CONNECTIONS = Object.entries(SOURCE_TYPES).map(([id, type]) => ({ type, connection: id as SourceConnection }));

describe.each(CONNECTIONS)('a source of type $type', ({ connection }) => {
  let api: SearchServer;
  beforeAll(async () => {
    api = started.apis[connection];
    await world.signIn(ADA, { connection });
  });
  beforeEach(async () => {
    await api.fault({ times: 0 });
    await api.takeCalls();
    api.takeProblems();
  });

  const search = (text: string, more: object = {}) => world.search(ADA, { connection, text, ...more });

  test('who is not signed in is asked to sign in, and the API is asked nothing', async () => {
    expect((await world.search(GRACE, { connection, text: 'lakers' })).type).toBe('auth');
    expect(await api.takeCalls()).toEqual([]);
  });

  test('who is signed in finds something, by one call that says who calls', async () => {
    const response = await search('los angeles lakers');
    expect(titlesOf(response)[0]).toMatch(/^Los Angeles Lakers/);
    const [call, ...more] = await api.takeCalls();
    expect(more).toEqual([]);
    expect(call?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer \S{20,}$/),
      'user-agent': `Latchkey (+${world.botUrl})`,
      traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-\d\d$/),
    });
    expect(api.takeProblems()).toEqual([]);
  });

  test('its card shows what matched, by whom and when it was changed, and leads to the page', async () => {
    const [attachment] = (await search('lakers angeles')).attachments ?? [];
    if (!attachment) throw new Error('No result');
    const card = readCard(attachment);
    expect(card.runs.some(({ text, bold }) => bold && text === 'Lakers')).toBe(true);
    expect(card.lines.some((line) => line.includes('Ada Example') && line.includes('2026'))).toBe(true);
    expect(card.lines.at(-1)).toContain(TITLES[connection]);
    expect(card.actions).toEqual([expect.objectContaining({ url: `${api.url}/pages/d12` })]);
    expect(card.images.map(({ url }) => url)).toEqual(connection === 'wiki' ? [] : [`${api.url}/images/d12.png`]);
  });

  test('pages on, and shows on opening what changed lately', async () => {
    const first = titlesOf(await search('island'));
    const second = titlesOf(await search('island', { skip: 25 }));
    expect([first.length, second.length, new Set([...first, ...second]).size]).toEqual([25, 15, 40]);
    expect(titlesOf(await search(''))[0]).toMatch(/^Island 40/);
    expect(api.takeProblems()).toEqual([]);
  });

  test('T51: cards lead to the source’s own places and nowhere else, and show no other pictures', async () => {
    const cards = ((await search('hostile')).attachments ?? []).map(readCard);
    expect(cards.length).toBeGreaterThan(8);
    for (const { url } of cards.flatMap(({ actions }) => actions)) expect(new URL(url).origin).toBe(api.url);
    for (const { url } of cards.flatMap(({ images }) => images)) expect(new URL(url).origin).toBe(api.url);
    expect(cards.filter(({ actions }) => actions.length === 0)).toHaveLength(2);
  });

  test.each([
    'org:fabrikam lakers',
    'lakers) OR (fabrikam',
    'lakers" OR owner:"fabrikam',
    'lakers?tenant=fabrikam&q=',
    '{"query":{"match_all":{}}} lakers',
    'NOT contoso lakers -x',
  ])('T53: %j finds nothing beyond what the connection searches', async (text) => {
    const response = await search(text);
    expect(titlesOf(response).filter((title) => title.includes('Fabrikam'))).toEqual([]);
    expect(['result', 'message']).toContain(response.type);
    expect(await api.takeCalls()).toHaveLength(1);
    expect(api.takeProblems()).toEqual([]);
  });

  test('T50: a redirect is not followed: the token stays', async () => {
    await api.fault({ status: 307, headers: { location: `${elsewhere.url}/search` }, times: 9 });
    expect((await search('redirected')).type).toBe('message');
    expect(elsewhere.visits).toEqual([]);
    expect(await api.takeCalls()).toHaveLength(1);
  });

  test('T55: 429 with a time: busy, and the wait in words', async () => {
    await api.fault({ status: 429, retryAfter: 42, times: 9 });
    const text = `${TITLES[connection]} is busy. Try again in 42 seconds.`;
    expect(await search('busy')).toEqual({ type: 'message', text });
  });

  test('T55: 403: who is signed in there may not read this', async () => {
    await api.fault({ status: 403, body: '{}', times: 9 });
    expect((await search('forbidden')).text).toMatch(/may not read this/);
  });

  const INCOMPLETE = `Not everything in ${TITLES[connection]} could be searched just now.`;
  const harness = HARNESSES.find(({ name }) => name === SOURCE_TYPES[connection]);

  test('T55: an answer that does not know of all is not told as "nothing found"', async () => {
    for (const [at, body] of (harness?.incomplete ?? []).entries()) {
      await api.fault({ body, times: 9 });
      const { type, text = '' } = await search(`unknown ${at}`);
      expect([type, text.startsWith(INCOMPLETE)]).toEqual(['message', true]);
    }
  });

  test('T55: no results, in whatever words, are told as "nothing found"', async () => {
    for (const [at, body] of (harness?.alsoEmpty ?? []).entries()) {
      await api.fault({ body, times: 9 });
      expect((await search(`nothing ${at}`)).text).toMatch(/^Nothing in .* matches/);
    }
  });

  test('T55: entries of which none can be read are told as that; the log names the field, and nothing that is in it', async () => {
    for (const [at, [body, part]] of (harness?.unreadable ?? []).entries()) {
      await api.fault({ body, times: 9 });
      const { text = '' } = await search(`odd ${at}`);
      expect(text).toContain(`The answer of ${TITLES[connection]} could not be read.`);
      await eventually(
        () => lineFor(world.bot.output(), text),
        (line) => JSON.stringify(line ?? '').includes(part),
      );
    }
  });

  test('T55: an API that hangs is given up with the invoke', async () => {
    await api.fault({ hang: true, times: 9 });
    const { text = '' } = await search('hanging');
    await eventually(
      () => lineFor(world.bot.output(), text),
      (line) => line !== undefined,
    );
    await eventually(api.open, (open) => open === 0);
  });

  const LINK = connection === 'octo' ? '/contoso/docs/issues/12' : '/pages/d12';
  async function paste(url: string, person = ADA): Promise<SearchResponse> {
    const invoke = { name: 'composeExtension/queryLink', value: { url } };
    const { body } = await postInvoke(world.connector, world.botUrl, person, invoke);
    return (body as { composeExtension: SearchResponse }).composeExtension;
  }

  test('a link becomes its card, by one call with the person’s own token, and Teams keeps it for nobody else', async () => {
    const response = await paste(api.url + LINK);
    expect(titlesOf(response)[0]).toMatch(/^Los Angeles Lakers/);
    expect(response).toMatchObject({ type: 'result', suggestedActions: UNCACHED });
    const [call, ...more] = await api.takeCalls();
    expect(more).toEqual([]);
    expect(call?.headers.authorization).toMatch(/^Bearer \S{20,}$/);
    expect(api.takeProblems()).toEqual([]);
  });

  test('a link that is pasted by who is not signed in asks for that, and the API is asked nothing', async () => {
    expect((await paste(api.url + LINK, GRACE)).type).toBe('auth');
    expect(await api.takeCalls()).toEqual([]);
  });

  test('T53: a link beyond what the connection searches shows nothing of what is there', async () => {
    const beyond = connection === 'octo' ? '/fabrikam/docs/issues/15' : '/pages/d15';
    const response = await paste(api.url + beyond);
    expect(response.type).toBe('result');
    expect(JSON.stringify(response)).not.toContain('Lakers');
    expect(api.takeProblems()).toEqual([]);
  });

  test('T55: a link that the person may not read says so, and Teams keeps nothing', async () => {
    await api.fault({ status: 403, body: '{}', times: 9 });
    const response = await paste(api.url + LINK);
    expect(response).toMatchObject({ type: 'result', suggestedActions: UNCACHED });
    expect(JSON.stringify(response.attachments?.[0]?.preview)).toContain(
      `This page of ${TITLES[connection]} cannot be shown`,
    );
    expect(await api.takeCalls()).toHaveLength(1);
  });

  test('the address of a page finds it in the search box, by one call', async () => {
    expect(titlesOf(await search(api.url + LINK))[0]).toMatch(/^Los Angeles Lakers/);
    expect(await api.takeCalls()).toHaveLength(1);
    expect(api.takeProblems()).toEqual([]);
  });

  test.each([429, 500])('T55: where the API answers %d it stays a link, and Teams keeps nothing', async (status) => {
    await api.fault({ status, body: '{}', times: 9 });
    expect(await paste(api.url + LINK)).toEqual({ ...NOTHING, suggestedActions: UNCACHED });
    expect(await api.takeCalls()).toHaveLength(1);
  });

  test.each([
    ['another host', () => elsewhere.url + LINK],
    ['another port', () => `http://localhost:1${LINK}`],
    ['the source’s name before an @', () => `${api.url}@127.0.0.1:1${LINK}`],
    ['inside', () => 'http://169.254.169.254/latest/meta-data/'],
  ])('T48: a link to %s is not looked at: no call, no prompt', async (_, url) => {
    expect(await paste(url())).toEqual(NOTHING);
    expect(await paste(url(), GRACE)).toEqual(NOTHING);
    expect(elsewhere.visits).toEqual([]);
    expect(await api.takeCalls()).toEqual([]);
  });

  if (connection === 'handbook') {
    test('T55: results that are not all come with a line that says so, and a part that cannot be read is logged once', async () => {
      const good = { _id: '1', _source: { title: 'A page', text: 'x', link: '/pages/d12' } };
      const odd = { _id: '2', _source: { title: ['x'], text: 'x', link: { href: 'secretly' } } };
      const body = JSON.stringify({ timed_out: true, hits: { hits: [good, odd] } });
      await api.fault({ body, times: 9 });
      for (const text of ['partly', 'in part', 'parts']) {
        const response = await search(text);
        expect(titlesOf(response)).toEqual(['A page', `ⓘ ${TITLES.handbook}`]);
        expect(JSON.stringify(response.attachments?.at(-1)?.preview)).toContain(INCOMPLETE);
      }
      const lines = world.bot
        .output()
        .split('\n')
        .filter((line) => line.includes('fields.url (link) is of the type object'));
      const [line, ...more] = lines.map((each) => JSON.parse(each));
      expect(line).toMatchObject({ connection, msg: 'part of an answer could not be read' });
      expect(more).toEqual([]);
      expect(leaksIn(world.bot.output(), ['secretly'])).toEqual([]);
    });
  }

  test('T72: nothing of it is in the log', () => {
    expect(leaksIn(world.bot.output(), ['lakers', 'fabrikam', 'hanging', '/d12', '/12'])).toEqual([]);
  });
});
