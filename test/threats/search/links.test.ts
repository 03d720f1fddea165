import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { postInvoke } from '../../support/teams/actions.ts';
import { type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { forgetAll, rowCounts } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { type SearchResponse, startWorld, ticketOf, titlesOf, type World } from '../../support/world/world.ts';

let world: World;
let wiki: WikiControl;
beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
});
beforeEach(async () => {
  forgetAll(world);
  await wiki.heal();
  await wiki.takeCalls();
});
afterAll(() => world.stop());

async function signInAda(): Promise<void> {
  await world.signIn(ADA);
  await wiki.takeCalls();
}

async function paste(person: Person, value: unknown, name = 'queryLink') {
  const invoke = { name: `composeExtension/${name}`, value };
  const { status, body } = await postInvoke(world.connector, world.botUrl, person, invoke);
  return {
    status,
    response: (body as { composeExtension?: SearchResponse } | undefined)?.composeExtension as SearchResponse,
  };
}

const NOT_READABLE =
  'This page does not exist in Contoso wiki, or your account there does not have access. Check the link or ask for access.';
const textOf = ({ attachments }: SearchResponse) => attachments?.[0]?.preview.content.text;
const page = (title: string) => `${world.wikiUrl}/wiki/${title}`;
const NOTHING = { type: 'result', attachmentLayout: 'list', attachments: [] };
const UNCACHED = { actions: [{ type: 'setCachePolicy', value: '{"type":"no-cache"}' }] };
/** Not cached either: for another person, or after an outage, there may be a card. */
const NOTHING_NOW = { ...NOTHING, suggestedActions: UNCACHED };

describe('a link to a page of the wiki, pasted into the compose box', () => {
  test('becomes its card, by one call with the person’s own token; Teams must not cache it for others', async () => {
    await signInAda();
    const { response } = await paste(ADA, { url: page('Iceland') });
    expect(response).toMatchObject({ type: 'result', suggestedActions: UNCACHED });
    expect(response.attachments).toHaveLength(1);
    expect(response.attachments?.[0]?.preview.content.title).toBe('Iceland');
    expect(JSON.stringify(response.attachments?.[0]?.content)).toContain(page('Iceland'));
    expect(await wiki.takeCalls()).toEqual([expect.objectContaining({ authorization: true })]);
  });

  test.each([
    ['by its number', (url: string, id: number) => `${url}/w/index.php?curid=${id}`],
    ['by its title', (url: string) => `${url}/w/index.php?title=Iceland&action=view`],
    ['under index.php', (url: string) => `${url}/w/index.php/Iceland`],
    ['with a heading', (url: string) => `${url}/wiki/Iceland#History`],
  ])('is found %s, too', async (_, address) => {
    await world.signIn(ADA);
    const id = await numberOf('Iceland');
    const { response } = await paste(ADA, { url: address(world.wikiUrl, id) });
    expect(response.attachments?.[0]?.preview.content.title).toBe('Iceland');
  });

  test('a person who is not signed in gets a prompt; the code that returns shows the card at once', async () => {
    const { response } = await paste(ADA, { url: page('Iceland') });
    expect(response.suggestedActions?.actions[0]?.title).toBe('Sign in to Contoso wiki');
    const state = await world.securityCode(ADA, { ticket: ticketOf(response) });
    expect((await paste(ADA, { url: page('Iceland'), state })).response.attachments).toHaveLength(1);
    expect(await wiki.takeCalls()).toHaveLength(1);
  });

  test('T13: a code that another person sends is deleted for everyone, in any invoke', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    expect((await paste(GRACE, { url: page('Iceland'), state })).response.type).toBe('auth');
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers', state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('if several connections have the same origin, the bot uses the one that the person is signed in to', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { response } = await paste(ADA, { url: page('Iceland'), state });
    expect(JSON.stringify(response.attachments)).toContain('"Contoso handbook"');
    expect(rowCounts(world)).toMatchObject({ links: 1, parked: 0 });
    expect((await paste(GRACE, { url: page('Iceland') })).response.suggestedActions?.actions).toHaveLength(1);
  });

  test('T56: for a page that only Ada may read, Grace gets the same answer as for a missing page', async () => {
    const url = page('Los_Angeles_Lakers_trade_plan_(restricted)');
    await world.signIn(ADA);
    await world.signIn(GRACE);
    expect((await paste(ADA, { url })).response.attachments).toHaveLength(1);
    const { response } = await paste(GRACE, { url });
    expect(textOf(response)).toBe(NOT_READABLE);
    const missing = page('No_such_page');
    expect(JSON.stringify(response).replaceAll(url, missing)).toBe(
      JSON.stringify((await paste(GRACE, { url: missing })).response),
    );
  });

  test('a page that the person may not read: the answer says so, names no account, and is not cached', async () => {
    await world.signIn(ADA);
    await wiki.fault({ status: 403 });
    const { response } = await paste(ADA, { url: page('Iceland') });
    expect(textOf(response)).toBe(NOT_READABLE);
    expect(response).toMatchObject({ type: 'result', suggestedActions: UNCACHED });
    expect(JSON.stringify(response.attachments)).toContain(page('Iceland'));
    expect(JSON.stringify(response)).not.toMatch(/\bada\b|@/i);
  });

  test.each(['No_such_page', 'Special:Search'])('a missing page: the answer says so: %s', async (title) => {
    await world.signIn(ADA);
    expect(textOf((await paste(ADA, { url: page(title) })).response)).toBe(NOT_READABLE);
  });

  test('stays a link if the wiki fails', async () => {
    await world.signIn(ADA);
    for (const status of [404, 429, 500]) {
      await wiki.fault({ status });
      expect([status, (await paste(ADA, { url: page('Iceland') })).response]).toEqual([status, NOTHING_NOW]);
    }
    await wiki.fault({ status: 401, times: 2 });
    expect((await paste(ADA, { url: page('Iceland') })).response.type).toBe('auth');
  });
});

describe('the address of a page, pasted into the search box', () => {
  beforeEach(signInAda);

  test('finds that page, by one call, with the person’s own token', async () => {
    for (const text of [page('Iceland'), `${world.wikiUrl}/w/index.php?title=Iceland&action=view#History`]) {
      const response = await world.search(ADA, { text });
      expect(titlesOf(response)).toEqual(['Iceland']);
      const [call, ...more] = await wiki.takeCalls();
      expect(more).toEqual([]);
      expect(call).toMatchObject({ authorization: true });
      expect(new URL(call?.url ?? '', world.wikiUrl).searchParams.get('titles')).toBe('Iceland');
    }
  });

  test('is not cut, whatever its length', async () => {
    const response = await world.search(ADA, { text: `${page('Iceland')}?from=${'a'.repeat(500)}` });
    expect(titlesOf(response)).toEqual(['Iceland']);
  });

  test('the address of a missing page is searched as words', async () => {
    const response = await world.search(ADA, { text: page('No_such_page') });
    expect(response.text).toMatch(/No results for .* in Contoso wiki/);
    expect(await wiki.takeCalls()).toHaveLength(2);
  });

  test('a page that the person may not read: the answer says so', async () => {
    await wiki.fault({ status: 403 });
    expect((await world.search(ADA, { text: page('Iceland') })).text).toMatch(/that account does not have access/);
  });

  test.each(['https://attacker.example/wiki/Iceland', 'http://localhost:1/wiki/Iceland'])(
    'T48: an address on another origin is searched as words: %s',
    async (text) => {
      await world.search(ADA, { text });
      const [call, ...more] = await wiki.takeCalls();
      expect(more).toEqual([]);
      const requested = new URL(call?.url ?? '', world.wikiUrl).searchParams;
      expect([requested.get('titles'), requested.get('srsearch')]).toEqual([null, expect.stringContaining('Iceland')]);
    },
  );
});

describe('T48: a link to another place', () => {
  beforeEach(signInAda);

  test.each([
    ['another host', 'https://attacker.example/wiki/Iceland'],
    ['inside', 'http://169.254.169.254/latest/meta-data/'],
    ['the wiki’s name before an @', 'http://localhost:1@attacker.example/wiki/Iceland'],
    ['a user name', 'http://ada:secret@localhost/wiki/Iceland'],
    ['another scheme', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['no URL', 'Iceland'],
    ['nothing', ''],
    ['too long', `https://wiki.example/${'a'.repeat(3_000)}`],
  ])('T48: to %s is ignored: no call, no prompt', async (_, url) => {
    for (const name of ['queryLink', 'anonymousQueryLink']) {
      expect(await paste(ADA, { url }, name)).toEqual({ status: 200, response: NOTHING });
      expect(await paste(GRACE, { url }, name)).toEqual({ status: 200, response: NOTHING });
    }
    expect(await wiki.takeCalls()).toEqual([]);
  });

  test.each(['Iceland|Germany', '', '_', 'a'.repeat(256), '%FF'])(
    'T53: the title “%s” stays one title, or is ignored',
    async (title) => {
      expect((await paste(ADA, { url: page(title) })).response).toMatchObject(NOTHING);
      for (const { url } of await wiki.takeCalls())
        expect(new URL(url, world.wikiUrl).searchParams.get('titles')).not.toContain('|');
    },
  );

  test('T10: a value that is not a link is 400', async () => {
    for (const name of ['queryLink', 'anonymousQueryLink']) {
      for (const value of [undefined, null, {}, { url: 1 }, { url: ['https://x'] }, []]) {
        expect([name, value, (await paste(ADA, value, name)).status]).toEqual([name, value, 400]);
      }
    }
  });
});

test('a link without a known user gets a card about the connection, without the page', async () => {
  await signInAda();
  const { response } = await paste(ADA, { url: page('Iceland') }, 'anonymousQueryLink');
  expect(response.type).toBe('result');
  const text = JSON.stringify(response);
  expect(text).toContain('A page in Contoso wiki');
  expect(text).not.toContain('Nordic');
  expect(await wiki.takeCalls()).toEqual([]);
});

/** A page's number, from the wiki itself. */
async function numberOf(title: string): Promise<number> {
  const requested = new URLSearchParams({ action: 'query', format: 'json', formatversion: '2', titles: title });
  const headers = { Authorization: `Bearer ${linkedCredential(world, ADA).accessToken}` };
  const response = await fetch(`${world.wikiUrl}/w/api.php?${requested}`, { headers });
  const { query } = (await response.json()) as { query: { pages: { pageid: number }[] } };
  return Number(query.pages[0]?.pageid);
}
