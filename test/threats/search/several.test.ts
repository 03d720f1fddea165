import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BOT_ID, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { tell, ticketsIn } from '../../support/teams/chat.ts';
import { openSettings } from '../../support/teams/settings-page.ts';
import { parametersOf, type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { forgetAll, rowCounts } from '../../support/world/evidence.ts';
import { type SearchResponse, startWorld, titlesOf, type World } from '../../support/world/world.ts';

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

/** Searches all connections of the shared command. */
const searchAll = (person: Person, search: { text?: string; state?: string; skip?: number; count?: number } = {}) =>
  world.search(person, { commandId: 'searchEverywhere', text: 'lakers', ...search });

const actionsOf = ({ suggestedActions }: SearchResponse) => suggestedActions?.actions.map(({ title }) => title);
const lastLine = ({ attachments }: SearchResponse) => attachments?.at(-1)?.preview.content;
const cardsFrom = ({ attachments = [] }: SearchResponse, title: string) =>
  attachments.filter(({ content }) => JSON.stringify(content).includes(`"text":"${title}"`)).length;

async function signInToBoth(person: Person): Promise<void> {
  await world.signIn(person);
  await world.signIn(person, { connection: 'handbook' });
  await wiki.takeCalls();
}

describe('a command that searches several connections', () => {
  test('asks for a sign-in to each, if the person has none', async () => {
    const response = await searchAll(ADA);
    expect(response.type).toBe('auth');
    expect(actionsOf(response)).toEqual(['Sign in to Contoso wiki', 'Sign in to Contoso handbook']);
  });

  test('begins with a notice for the connection without a sign-in, and shows the other’s results below', async () => {
    await world.signIn(ADA);
    const response = await searchAll(ADA);
    expect(titlesOf(response)[1]).toBe('Los Angeles Lakers');
    expect(response.attachments?.[0]?.preview.content).toEqual({
      title: 'ⓘ Sign in to Contoso handbook',
      text: 'You are not signed in to Contoso handbook. To sign in, choose “Your connections”.',
    });
    expect(JSON.stringify(response)).not.toContain('ticket');
  });

  test('a sent notice says nothing about the sender, and leads each reader to their own sign-in', async () => {
    await world.signIn(ADA);
    const [notice] = (await searchAll(ADA)).attachments ?? [];
    expect(JSON.stringify(notice?.content)).not.toMatch(/signed in|\bada\b|ticket/i);
    expect(notice?.content).toMatchObject({
      body: [{ inlines: [{ text: expect.stringContaining('Each person signs in with their own account.') }] }],
      actions: [
        {
          type: 'Action.OpenUrl',
          title: 'Open a personal chat',
          url: `https://teams.microsoft.com/l/chat/0/0?users=28:${BOT_ID}&message=sign%20in%20Contoso%20handbook`,
        },
      ],
    });
    const reply = await tell(world, GRACE, 'sign in Contoso handbook');
    expect([...ticketsIn(reply[0]).keys()]).toEqual(['Sign in to Contoso handbook']);
  });

  test('a notice appears on the first page only', async () => {
    await world.signIn(ADA);
    const response = await searchAll(ADA, { text: 'city', skip: 6, count: 6 });
    expect(titlesOf(response).filter((title) => title.startsWith('ⓘ'))).toEqual([]);
  });

  test('alternates the results of the connections; the next page continues after this one', async () => {
    await signInToBoth(ADA);
    const first = await searchAll(ADA, { text: 'city', count: 6 });
    expect(first.attachments).toHaveLength(6);
    expect([cardsFrom(first, 'Contoso wiki'), cardsFrom(first, 'Contoso handbook')]).toEqual([3, 3]);
    const titles = titlesOf(first);
    expect([titles[0], titles[2]]).toEqual([titles[1], titles[3]]);
    const from = first.attachments?.map(({ preview }) => preview.content.text?.split(' · ', 1)[0]);
    expect(from?.slice(0, 3)).toEqual(['Contoso wiki', 'Contoso handbook', 'Contoso wiki']);
    await wiki.takeCalls();
    await searchAll(ADA, { text: 'city', skip: 6, count: 6 });
    const pages = (await wiki.takeCalls()).map((call) => [
      parametersOf(call).get('sroffset'),
      parametersOf(call).get('srlimit'),
    ]);
    expect(pages).toEqual([
      ['3', '3'],
      ['3', '3'],
    ]);
  });

  test('does not wait for a slow connection: a line says so, and its call is stopped', async () => {
    await signInToBoth(ADA);
    await wiki.fault({ delay: patient(3_600), times: 1 });
    const response = await searchAll(ADA);
    expect(titlesOf(response)[0]).toBe('Los Angeles Lakers');
    expect(lastLine(response)?.text).toMatch(/^Latchkey could not search Contoso (wiki|handbook)\..* Reference: /);
  });

  test.each([
    [{ status: 500 }, /could not search Contoso/],
    [{ status: 403 }, /that account does not have access/],
    [{ status: 429, retryAfter: 7 }, /is busy. Try again in 7 seconds/],
  ])('a connection that answers %o loses only its own results', async (fault, text) => {
    await signInToBoth(ADA);
    await wiki.fault(fault);
    const response = await searchAll(ADA);
    expect(titlesOf(response)[0]).toBe('Los Angeles Lakers');
    expect(lastLine(response)?.text).toMatch(text);
    expect(lastLine(response)?.title).toMatch(/^ⓘ Contoso (wiki|handbook)$/);
    expect(JSON.stringify(response.attachments?.at(-1)?.content)).not.toMatch(/signed in|\bada\b|Reference/);
  });

  test('without any results, a line for each connection says so', async () => {
    await signInToBoth(ADA);
    const { type, text } = await searchAll(ADA, { text: 'zzzz' });
    expect(type).toBe('message');
    expect(text).toMatch(/No results for .* in Contoso wiki/);
    expect(text).toMatch(/No results for .* in Contoso handbook/);
  });

  test('if both connections are down, there are two references and no results', async () => {
    await signInToBoth(ADA);
    await wiki.fault({ status: 503, times: 2 });
    const { type, text } = await searchAll(ADA);
    expect([type, text?.split('Reference: ').length]).toEqual(['message', 3]);
  });
});

describe('a person who has chosen one of them', () => {
  /** Chooses on the settings page; all of them, unless one is named. */
  async function choose(person: Person, connection?: string): Promise<Record<string, unknown>> {
    const browser = await openSettings(world, person);
    return (await browser.post('settings/default', connection === undefined ? {} : { connection })).body;
  }

  test('searches that one only, until they choose all again; other people search all', async () => {
    await signInToBoth(ADA);
    await signInToBoth(LINUS);
    expect(await choose(ADA, 'handbook')).toMatchObject({
      defaultConnection: 'handbook',
      shared: ['wiki', 'handbook'],
    });
    const alone = await searchAll(ADA);
    expect([cardsFrom(alone, 'Contoso wiki') > 0, cardsFrom(alone, 'Contoso handbook') > 0]).toEqual([false, true]);
    expect(cardsFrom(await searchAll(LINUS), 'Contoso wiki')).toBeGreaterThan(0);
    expect(await choose(ADA)).not.toHaveProperty('defaultConnection');
    expect(cardsFrom(await searchAll(ADA), 'Contoso wiki')).toBeGreaterThan(0);
  });

  test('can still sign in to the other: the choice does not invalidate its code', async () => {
    await choose(ADA, 'wiki');
    expect(actionsOf(await searchAll(ADA))).toEqual(['Sign in to Contoso wiki']);
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    expect(cardsFrom(await searchAll(ADA, { state }), 'Contoso handbook')).toBeGreaterThan(0);
    await choose(ADA);
  });
});

describe('a security code in such a search', () => {
  test('is redeemed at its own connection, whatever the order', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const response = await searchAll(ADA, { state });
    expect(cardsFrom(response, 'Contoso handbook')).toBeGreaterThan(0);
    expect(rowCounts(world)).toMatchObject({ links: 1, parked: 0, attempts: 0 });
  });

  test('T13: of another person is deleted for everyone', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    expect((await searchAll(LINUS, { state })).type).toBe('auth');
    expect((await searchAll(ADA, { state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
  });

  test('T16: a wrong one counts once, however many connections there are', async () => {
    for (let times = 0; times < 4; times++) await searchAll(LINUS, { state: 'x'.repeat(43) });
    expect((await searchAll(LINUS)).type).toBe('auth');
    await searchAll(LINUS, { state: 'y'.repeat(43) });
    expect((await searchAll(LINUS)).type).toBe('message');
  });
});
