import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { type BotServiceWorld, startBotServiceWorld } from '../support/bot-service-world.ts';
import {
  buttonsOf,
  CARD,
  exchangeIn,
  messageUntil,
  nextReply,
  replies,
  tell,
  textOf,
  ticketsIn,
  tokenExchange,
  verifyState,
} from '../support/chat.ts';
import { allRows, forgetAll, rowCounts } from '../support/evidence.ts';
import { patient } from '../support/patience.ts';
import { type SsoWorld, startSsoWorld } from '../support/sso-world.ts';
import { wikiControl } from '../support/wiki-control.ts';
import type { World } from '../support/world.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('../support/one-sso-connection.json', import.meta.url));

/** What somebody searched for in a chat before they signed in is there when they have. */
const LAKERS = /Los Angeles Lakers/;

describe('where one connection is searched', () => {
  let sso: SsoWorld;
  let world: World;
  beforeAll(async () => {
    sso = await startSsoWorld({ CONNECTIONS_FILE });
    world = sso.world;
    await world.signIn(ADA);
  });
  beforeEach(() => forgetAll(world));
  afterAll(() => world?.stop());

  const requested = async (person: Person, message = 'search lakers') => {
    // The last words of the search before may come meanwhile.
    const reply = (await tell(world, person, message)).find((each) => exchangeIn(each));
    expect(reply?.attachments?.map(({ contentType }) => contentType)).toEqual([CARD.oauth]);
    const { id = '', connectionName = '' } = exchangeIn(reply) ?? {};
    return { exchange: { id, connectionName }, ticket: [...ticketsIn(reply).values()][0] ?? '' };
  };
  const bring = async (person: Person, exchange: object, botUrl = world.botUrl) =>
    (await tokenExchange(world, person, { ...exchange, token: await sso.token(person) }, { botUrl })).status;
  const messages = (before: number) =>
    replies(world)
      .slice(before)
      .map(({ reply }) => reply);

  test('by what Teams brings: words, then the results; each once, however often it is brought', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    expect(await Promise.all([1, 2, 3].map(() => bring(ADA, exchange)))).toEqual([200, 200, 200]);
    await messageUntil(world, before, LAKERS);
    await tell(world, GRACE, 'help');
    const all = messages(before).map((reply) => JSON.stringify(reply));
    expect(all.filter((reply) => LAKERS.test(reply)).length).toBe(1);
    expect(all.filter((reply) => reply.includes('You are signed in')).length).toBe(1);
  });

  test('by the window: after 412 for who has not allowed it yet', async () => {
    const { exchange, ticket } = await requested(GRACE);
    expect(await bring(GRACE, exchange)).toBe(412);
    const before = replies(world).length;
    const state = await world.securityCode(GRACE, { connection: 'wiki', ticket });
    const { status } = await verifyState(world, GRACE, { state });
    expect(status).toBe(200);
    const all = await messageUntil(world, before, LAKERS);
    expect(textOf(all[0] ?? { type: '' })).toMatch(/^You are signed in to Contoso wiki as grace/);
  });

  test('T78: Teams is answered at once, however slow the wiki is', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    await wikiControl(world.wikiUrl).fault({ delay: 2_500 });
    const value = { ...exchange, token: await sso.token(ADA) };
    const { status, ms } = await tokenExchange(world, ADA, value);
    expect([status, ms < 2_000]).toEqual([200, true]);
    await messageUntil(world, before, LAKERS);
  });

  test('T83: SIGTERM lets the bot say what it has to, and ends with 0', async () => {
    const bot = await startAnotherBot(world);
    const message = world.connector.messageActivity(ADA, { text: 'search lakers' });
    await world.connector.post(bot.url, message, { timeout: patient(15_000) });
    const { id, connectionName } = exchangeIn(replies(world).at(-1)?.reply) ?? {};
    const before = replies(world).length;
    await wikiControl(world.wikiUrl).fault({ delay: 1_500 });
    expect(await bring(ADA, { id, connectionName }, bot.url)).toBe(200);
    expect(await bot.stop()).toBe(0);
    expect(JSON.stringify(replies(world).slice(before))).toMatch(LAKERS);
  });

  test('not by a window that was closed: it still waits', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    await verifyState(world, ADA, { state: 'CancelledByUser' });
    await tell(world, GRACE, 'help');
    expect(JSON.stringify(messages(before))).not.toMatch(LAKERS);
    expect(await bring(ADA, exchange)).toBe(200);
    await messageUntil(world, before, LAKERS);
  });

  test('the last one counts; who says “sign out” waits for none', async () => {
    await requested(ADA);
    const { exchange } = await requested(ADA, 'search iceland');
    const before = replies(world).length;
    await bring(ADA, exchange);
    expect(JSON.stringify(await messageUntil(world, before, /"Iceland/))).not.toMatch(LAKERS);
    await signOut(world.connector, world.botUrl, ADA);

    await requested(ADA);
    await tell(world, ADA, 'sign out');
    const [reply] = await tell(world, ADA, 'sign in');
    const again = replies(world).length;
    await bring(ADA, exchangeIn(reply) ?? {});
    await messageUntil(world, again, /You are signed in/);
    await tell(world, GRACE, 'help');
    expect(JSON.stringify(messages(again))).not.toMatch(LAKERS);
  });

  test('T56: in no other conversation, and for nobody else', async () => {
    await requested(ADA);
    const elsewhere = { id: 'a:another', conversationType: 'personal' };
    const [reply] = await tell(world, ADA, { text: 'sign in', conversation: elsewhere });
    const before = replies(world).length;
    const change = { conversation: { ...elsewhere, tenantId: ADA.tenantId } };
    const value = { ...exchangeIn(reply), token: await sso.token(ADA) };
    expect((await tokenExchange(world, ADA, value, { change })).status).toBe(200);
    await world.signIn(GRACE);
    const grace = await tell(world, GRACE, 'sign in');
    await messageUntil(world, before, /You are signed in/);
    expect(JSON.stringify([messages(before), grace])).not.toMatch(LAKERS);
  });

  test('what was searched for is in no row of the store', async () => {
    await requested(ADA, 'search xyzzyqwert');
    expect(JSON.stringify(allRows(world))).not.toContain('xyzzy');
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 0, attempts: 0 });
  });
});

describe('where the token service keeps the credentials', () => {
  let all: BotServiceWorld;
  let world: World;
  beforeAll(async () => {
    all = await startBotServiceWorld();
    world = all.world;
  });
  beforeEach(async () => {
    forgetAll(world);
    await signOut(world.connector, world.botUrl, ADA);
  });
  afterAll(() => all?.stop());

  test('by the six digits that are typed', async () => {
    const [reply] = await tell(world, ADA, 'search lakers');
    const cards = buttonsOf(reply ?? { type: '' });
    const link = cards.find(({ title }) => title === 'Sign in to Contoso handbook')?.value ?? '';
    const [text, found] = await tell(world, ADA, await all.codeAt(link, 'ada'));
    expect(textOf(text ?? { type: '' })).toMatch(/^You are signed in to Contoso handbook/);
    expect(JSON.stringify(found)).toMatch(LAKERS);
  });

  test('T67: by the token: the service exchanges it once, under the name that it knows', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const requested = exchangeIn(reply);
    expect(requested).toMatchObject({ connectionName: 'wiki', uri: 'api://latchkey', id: expect.any(String) });
    const { id = '', connectionName = '' } = requested ?? {};
    // What her Teams brings is of use when she has allowed it.
    await all.codeAt(buttonsOf(reply ?? { type: '' })[0]?.value ?? '', ADA.username);
    const [before, count] = [replies(world).length, await all.count('exchange')];
    const token = await all.ssoToken(ADA);
    const responses = await Promise.all([1, 2, 3].map(() => tokenExchange(world, ADA, { id, connectionName, token })));
    expect(responses.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, { id, connectionName }]));
    expect((await all.count('exchange')).ok).toBe(count.ok + 1);
    expect(textOf(await nextReply(world, before))).toMatch(/^You are signed in to Contoso wiki as /);
    await tell(world, GRACE, 'help');
    expect(
      replies(world)
        .slice(before)
        .filter(({ reply }) => textOf(reply).startsWith('You are')).length,
    ).toBe(1);
  });

  test('T67: another person’s token, and a connection without exchange: 412', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const { id = '' } = exchangeIn(reply) ?? {};
    const count = await all.count('exchange');
    const theirs = { id, connectionName: 'wiki', token: await all.ssoToken(GRACE) };
    expect((await tokenExchange(world, ADA, theirs)).status).toBe(412);
    expect(await all.count('exchange')).toEqual(count);
    const handbook = { id, connectionName: 'handbook', token: await all.ssoToken(ADA) };
    expect((await tokenExchange(world, ADA, handbook)).status).toBe(412);
    const guarded = { id, connectionName: 'guarded', token: await all.ssoToken(ADA) };
    expect((await tokenExchange(world, ADA, guarded)).status).toBe(400);
  });

  test('T66: who is paused is not signed in by a token either', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const { id = '', connectionName = '' } = exchangeIn(reply) ?? {};
    for (let at = 0; at < 5; at += 1) await verifyState(world, ADA, { state: `00000${at}` });
    const count = await all.count('exchange');
    const value = { id, connectionName, token: await all.ssoToken(ADA) };
    expect((await tokenExchange(world, ADA, value)).status).toBe(412);
    expect(await all.count('exchange')).toEqual(count);
  });
});
