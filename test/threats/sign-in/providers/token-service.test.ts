import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BOT_PASSWORD, GRACE, type Person, TENANTS } from '../../../../local/people.ts';
import { leaksIn } from '../../../support/process/log.ts';
import { signOut } from '../../../support/teams/actions.ts';
import {
  buttonsOf,
  type ChatReply,
  exchangeIn,
  messageUntil,
  replies,
  repliesSince,
  tell,
  textOf,
  tokenExchange,
  verifyState,
} from '../../../support/teams/chat.ts';
import { openSettings } from '../../../support/teams/settings-page.ts';
import { wikiControl } from '../../../support/wiki/wiki-control.ts';
import { withAnotherBot, withChangedConnections, withChangedFile } from '../../../support/world/another-bot.ts';
import { type BotServiceWorld, linkOf, startBotServiceWorld } from '../../../support/world/bot-service-world.ts';
import { eventNamesUntil, forgetAll, logMark, NO_ROWS, rowCounts } from '../../../support/world/evidence.ts';
import { outcomeOf } from '../../../support/world/outcomes.ts';
import { searchWithToken } from '../../../support/world/sso-world.ts';
import { type ConnectionId, type SearchResponse, titlesOf, type World } from '../../../support/world/world.ts';

let all: BotServiceWorld;
let world: World;
/** All secrets that passed through this file's bot. */
const secrets = new Set<string>([BOT_PASSWORD]);

beforeAll(async () => {
  all = await startBotServiceWorld();
  world = all.world;
});
beforeEach(async () => {
  forgetAll(world);
  for (const person of [ADA, GRACE]) await signOut(world.connector, world.botUrl, person);
});
afterEach(async () => {
  await all.fault({});
});
afterAll(() => all?.stop());

const search = (person: Person, connection: ConnectionId, state?: unknown): Promise<SearchResponse> =>
  world.search(person, { connection, text: 'lakers', ...(state !== undefined && { state: state as string }) });
const prompt = async (person: Person, connection: ConnectionId = 'handbook') =>
  linkOf(await search(person, connection));
const codeOf = async (person: Person, as = person) => {
  const code = await all.codeAt(await prompt(person), String(as.username.split('@')[0]));
  secrets.add(code);
  return code;
};
const signIn = async (person: Person) => {
  const response = await search(person, 'handbook', await codeOf(person));
  expect(response.type).toBe('result');
};
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('a connection whose credentials Azure Bot Service keeps', () => {
  test('the whole way: the prompt leads to the service, its code is redeemed, and our store contains nothing of it', async () => {
    const first = await search(ADA, 'handbook');
    expect(first.type).toBe('auth');
    expect(linkOf(first)).toMatch(new RegExp(`^${all.tokenService.url}/api/oauth/signin\\?signin=`));
    const log = await logMark(world);
    const response = await search(ADA, 'handbook', await codeOf(ADA));
    expect(titlesOf(response).length).toBeGreaterThan(0);
    expect((await search(ADA, 'handbook')).type).toBe('result');
    expect(rowCounts(world)).toEqual(NO_ROWS);
    expect(await eventNamesUntil(world, log, 'signin.completed')).toContain('signin.completed');
  });

  test('the bot requests its own token once, and the person’s with every search', async () => {
    await signIn(ADA);
    const before = { user: await all.count('GetToken'), bot: await all.count('bot token') };
    await search(ADA, 'handbook');
    expect((await all.count('GetToken')).ok).toBe(before.user.ok + 1);
    expect(before.bot.ok).toBeGreaterThan(0);
    expect(await all.count('bot token')).toEqual(before.bot);
  });

  test('for a connection with a token exchange resource the bot first asks silently', async () => {
    expect((await search(ADA, 'wiki')).type).toBe('silentAuth');
  });

  // Teams answers `silentAuth` with "no matches" if the app package names no resource for a token.
  test('if the app package does not name the resource, the bot asks with a window', async () => {
    const unnamed = (signIns: Record<string, unknown>[]) => delete signIns[0]?.singleSignOn;
    await withChangedConnections(world, unnamed, async ({ url }) => {
      const query = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
      expect(outcomeOf(await world.connector.post(url, query))).toBe('200 auth');
    });
  });

  test('a sign-out signs out at the service', async () => {
    await signIn(ADA);
    expect(await signOut(world.connector, world.botUrl, ADA)).toContain('Contoso handbook');
    expect((await search(ADA, 'handbook')).type).toBe('auth');
    expect(await signOut(world.connector, world.botUrl, ADA)).toBe('You are not signed in to any connection.');
  });

  test('a token that the source refuses is signed out at the service, and the flow begins again', async () => {
    await signIn(ADA);
    await wikiControl(world.wikiUrl).fault({ status: 401 });
    const signedOut = await all.count('SignOut');
    expect((await search(ADA, 'handbook')).type).toBe('auth');
    expect((await all.count('SignOut')).ok).toBe(signedOut.ok + 1);
    expect((await search(ADA, 'handbook')).type).toBe('auth');
  });

  test.each([
    ['answers 503', { endpoint: 'GetToken', mode: 'error', times: 9 }],
    ['answers 401', { endpoint: 'GetToken', mode: 'error', status: 401, times: 9 }],
    ['hangs', { endpoint: 'GetToken', mode: 'hang', times: 9 }],
    ['has no sign-in link', { endpoint: 'GetSignInResource', mode: 'error', times: 9 }],
    ['redirects', { endpoint: 'GetToken', mode: 'error', status: 302, times: 9 }],
  ])('T78: a token service that %s: a message with a reference, one call, and it recovers', async (_, fault) => {
    const before = await all.count(fault.endpoint);
    await all.fault(fault);
    const { type, text } = await search(ADA, 'handbook');
    expect([type, text]).toEqual(['message', expect.stringMatching(/Reference: [a-z0-9]{8}$/)]);
    const requested = await all.count(fault.endpoint);
    expect(requested.ok + requested.refused - before.ok - before.refused).toBe(1);
    await all.fault({});
    expect((await search(ADA, 'handbook')).type).toBe('auth');
  });

  test('T62: “sign out” in a chat while the service is down: ends the sign-ins in our store, and says that one failed', async () => {
    await world.signIn(ADA, { connection: 'guarded' });
    await all.fault({ endpoint: 'GetToken', mode: 'error', times: 99 });
    const [reply] = await tell(world, ADA, 'sign out');
    expect(reply?.text).toMatch(/Reference: [a-z0-9]{8}$/);
    expect(rowCounts(world).links).toBe(0);
  });

  test('while the service is down, the sign-ins in our store are still shown', async () => {
    await world.signIn(ADA, { connection: 'guarded' });
    await all.fault({ endpoint: 'GetToken', mode: 'error', times: 99 });
    const invoke = { name: 'composeExtension/fetchTask', value: { commandId: 'connections' } };
    const shown = await world.connector.post(world.botUrl, world.connector.invokeActivity(ADA, invoke));
    expect(JSON.stringify(shown.body)).toContain('Signed in as ada');
    await signOut(world.connector, world.botUrl, ADA);
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('the settings page', () => {
  test('shows, begins and ends sign-ins at the service, too', async () => {
    const page = await openSettings(world, ADA);
    expect((await page.post('settings', {})).body.connections).toContainEqual({
      id: 'handbook',
      title: 'Contoso handbook',
    });
    const { status, body } = await page.post('settings/connect', { connection: 'handbook' });
    expect([status, body.proven]).toEqual([200, false]);
    const state = await all.codeAt(String(body.authorizationUrl), 'ada');
    const invoke = { name: 'composeExtension/setting', value: { state } };
    await world.connector.post(world.botUrl, world.connector.invokeActivity(ADA, invoke));
    const shown = (await page.post('settings', {})).body.connections;
    expect(shown).toContainEqual({ id: 'handbook', title: 'Contoso handbook', account: { name: 'ada' } });
    const left = (await page.post('settings/sign-out', { connection: 'handbook' })).body.connections;
    expect(left).toContainEqual({ id: 'handbook', title: 'Contoso handbook' });
    expect((await search(ADA, 'handbook')).type).toBe('auth');
  });

  test('T78: while the service is down, it says so, and the rest works', async () => {
    await world.signIn(ADA, { connection: 'guarded' });
    await all.fault({ endpoint: 'GetToken', mode: 'error', times: 99 });
    const page = await openSettings(world, ADA);
    expect((await page.post('settings/sign-out', {})).status).toBe(502);
    expect(rowCounts(world).links).toBe(0);
  });
});

describe('T66: six digits, as text, five tries', () => {
  const odd = ['1e5', '0x10', '12345', '1234567', ' 12345', '12345\n', '１２３４５６', '+12345'];
  const NOT_CODES = [...odd, [], ['123456'], 123456, {}, true];

  test('T66: any other text that looks like a number is no code: no request, no attempt', async () => {
    for (const value of NOT_CODES) {
      const before = await all.count('GetToken');
      expect([value, (await search(ADA, 'handbook', value)).type]).toEqual([value, 'auth']);
      expect([value, (await all.count('GetToken')).refused]).toEqual([value, before.refused + 1]);
    }
    expect(rowCounts(world).attempts).toBe(0);
  });

  test('T66: leading zeros are kept', async () => {
    for (;;) {
      const code = await codeOf(ADA);
      if (!code.startsWith('0')) continue;
      expect((await search(ADA, 'handbook', String(Number(code)))).type).toBe('auth');
      expect((await search(ADA, 'handbook', code)).type).toBe('result');
      return;
    }
  });

  test('T66: after five wrong codes this asker alone is paused, and their parked credentials are discarded', async () => {
    const [code, other] = [await codeOf(ADA), await codeOf(GRACE)];
    for (let tries = 0; tries < 4; tries += 1) expect((await search(ADA, 'handbook', wrong(code))).type).toBe('auth');
    const fifth = await search(ADA, 'handbook', wrong(code));
    expect([fifth.type, fifth.text]).toEqual(['message', expect.stringContaining('10 minutes')]);
    expect((await search(ADA, 'handbook', code)).type).toBe('message');
    world.sql('DELETE FROM attempts');
    expect((await search(ADA, 'handbook', code)).type).toBe('auth');
    expect((await search(GRACE, 'handbook', other)).type).toBe('result');
  });

  test('T66: thirty at once, on two instances, are five tries', async () => {
    await withAnotherBot(world, {}, async (second) => {
      const code = await codeOf(ADA);
      const before = await all.count('GetToken');
      await Promise.all(
        Array.from({ length: 30 }, (_, at) => {
          const query = { commandId: 'insertHandbook', text: 'lakers', state: wrong(code, at + 1) };
          const activity = world.connector.queryActivity(ADA, query);
          return world.connector.post(at % 2 ? world.botUrl : second.url, activity);
        }),
      );
      // The bot also asks once for each of them without the code. The tries are in addition.
      const requested = (await all.count('GetToken')).refused - before.refused;
      expect(requested).toBeLessThanOrEqual(30 + 5);
      expect((await search(ADA, 'handbook', code)).type).toBe('message');
    });
  });

  test('T66: a code works once, and a replay is answered as from a signed-in person', async () => {
    const code = await codeOf(ADA);
    expect((await search(ADA, 'handbook', code)).type).toBe('result');
    expect((await search(ADA, 'handbook', code)).type).toBe('result');
    await signOut(world.connector, world.botUrl, ADA);
    expect((await search(ADA, 'handbook', code)).type).toBe('auth');
  });
});

describe('T12, T13: the owner of a sign-in', () => {
  test('T12: a victim who signs in by the asker’s link sees a code, and without it the asker gets no access', async () => {
    await all.codeAt(await prompt(ADA), 'grace');
    expect((await search(ADA, 'handbook')).type).toBe('auth');
    expect((await search(GRACE, 'handbook')).type).toBe('auth');
  });

  test('T13: a code from another person’s sign-in does not work', async () => {
    const code = await codeOf(ADA);
    expect((await search(GRACE, 'handbook', code)).type).toBe('auth');
    expect((await search(ADA, 'handbook', code)).type).toBe('result');
  });

  test('T13: with a command of several connections, a code goes only to those that have such codes, and our own does not', async () => {
    const everywhere = (state: string) => {
      const activity = world.connector.queryActivity(ADA, { commandId: 'searchEverywhere', text: 'lakers', state });
      return world.connector.post(world.botUrl, activity);
    };
    const { body } = await everywhere(await codeOf(ADA));
    expect((body as { composeExtension: SearchResponse }).composeExtension.type).toBe('result');
    const requested = await all.count('GetToken');
    await everywhere(await world.securityCode(ADA, { connection: 'guarded' }));
    expect((await all.count('GetToken')).ok).toBe(requested.ok + 1);
  });
});

describe('T67: a token from the Teams client', () => {
  const searchWith = async (person: Person, token: string) => outcomeOf(await searchWithToken(world, person, token));
  const consent = async (person: Person) => {
    await all.codeAt(linkOf(await search(person, 'wiki')), person.username);
  };

  test('T67: is exchanged by the service; without consent the answer is 412, and then the page', async () => {
    const token = await all.ssoToken(ADA);
    expect(await searchWith(ADA, token)).toBe('412');
    await consent(ADA);
    expect(await searchWith(ADA, token)).toBe('200 result');
    expect((await search(ADA, 'wiki')).type).toBe('result');
    expect(rowCounts(world).links).toBe(0);
  });

  test('T67: six deliveries at once are exchanged once', async () => {
    await consent(ADA);
    const [token, before] = [await all.ssoToken(ADA), await all.count('exchange')];
    const responses = await Promise.all(Array.from({ length: 6 }, () => searchWith(ADA, token)));
    expect(responses).toEqual(Array(6).fill('200 result'));
    expect((await all.count('exchange')).ok).toBe(before.ok + 1);
  });

  test('T67: a token of another person is not passed on; the bot asks with a window', async () => {
    await consent(GRACE);
    const before = await all.count('exchange');
    expect(await searchWith(ADA, await all.ssoToken(GRACE))).toBe('200 auth');
    expect(await searchWith(ADA, 'x.e30.x')).toBe('200 auth');
    expect(await all.count('exchange')).toEqual(before);
    expect((await search(ADA, 'wiki')).type).toBe('silentAuth');
  });

  test('T67: the service refuses one for another app, or with an invalid signature', async () => {
    for (const token of [
      await all.ssoToken(ADA, { claims: { aud: 'api://another' } }),
      `${await all.ssoToken(ADA)}x`,
    ]) {
      expect(await searchWith(ADA, token)).toBe('412');
    }
    expect((await search(ADA, 'wiki')).type).toBe('silentAuth');
  });

  test('T67: in a chat the service exchanges it once, under the user id that it knows', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const requested = exchangeIn(reply);
    expect(requested).toMatchObject({ connectionName: 'wiki', uri: 'api://latchkey', id: expect.any(String) });
    const { id = '', connectionName = '' } = requested ?? {};
    // The token from her Teams works once she has consented.
    await all.codeAt(buttonsOf(reply)[0]?.value ?? '', ADA.username);
    const [before, count] = [replies(world).length, await all.count('exchange')];
    const token = await all.ssoToken(ADA);
    const responses = await Promise.all([1, 2, 3].map(() => tokenExchange(world, ADA, { id, connectionName, token })));
    expect(responses.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, { id, connectionName }]));
    expect((await all.count('exchange')).ok).toBe(count.ok + 1);
    await messageUntil(world, before, /You are signed in to Contoso wiki as /);
    await tell(world, GRACE, 'help');
    expect(repliesSince(world, before).filter((reply) => textOf(reply).startsWith('You are'))).toHaveLength(1);
  });

  test('T67: in a chat, another person’s token, and a connection without exchange: 412', async () => {
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

  test('T67: connections of several tenants may share a connection name at the service', async () => {
    const entry = (id: string, tenant: string) => ({
      id,
      title: id,
      commands: ['insertWiki'],
      tenants: [tenant],
      signIn: { type: 'tokenService', connectionName: 'wiki' },
      source: { type: 'mediawiki', url: '${WIKI_URL}' },
    });
    const connections = [entry('theirs', TENANTS.fabrikam), entry('ours', TENANTS.contoso)];
    await withChangedFile(world, { connections }, async ({ url }) => {
      await consent(ADA);
      const value = { id: randomUUID(), connectionName: 'wiki', token: await all.ssoToken(ADA) };
      expect((await tokenExchange(world, ADA, value, { botUrl: url })).status).toBe(200);
    });
  });

  test('T66: a paused person is not signed in by a token either', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const { id = '', connectionName = '' } = exchangeIn(reply) ?? {};
    for (let at = 0; at < 5; at += 1) await verifyState(world, ADA, { state: `00000${at}` });
    const count = await all.count('exchange');
    const value = { id, connectionName, token: await all.ssoToken(ADA) };
    expect((await tokenExchange(world, ADA, value)).status).toBe(412);
    expect(await all.count('exchange')).toEqual(count);
  });
});

describe('T66: the six digits in a chat', () => {
  const message = (replies: readonly ChatReply[]) => replies.map(textOf).join('\n');
  /** Requests a sign-in in the chat, and uses the service's pages: the digits on the last one. */
  async function codeFor(person: Person, words = 'sign in Contoso handbook'): Promise<string> {
    const buttons = (await tell(world, person, words)).flatMap(buttonsOf);
    const link = buttons.find(({ title }) => title === 'Sign in to Contoso handbook')?.value ?? '';
    return all.codeAt(link, String(person.username.split('@')[0]));
  }

  test('typed in the conversation of the prompt: signed in, and the bot shows the results of the earlier search', async () => {
    const code = await codeFor(ADA, 'search lakers');
    const [text, found] = await tell(world, ADA, ` ${code} `);
    expect(textOf(text)).toMatch(/^You are signed in to Contoso handbook as /);
    expect(JSON.stringify(found)).toContain('Los Angeles Lakers');
  });

  test('sent by Teams in signin/verifyState: 200', async () => {
    const { status, message: text } = await verifyState(world, ADA, { state: await codeFor(ADA) });
    expect([status, message(text)]).toEqual([200, expect.stringMatching(/^You are signed in to Contoso handbook/)]);
  });

  test('typed in a chat without a prompt, they are six digits: no redemption, no attempt', async () => {
    const code = await codeFor(ADA);
    const before = await all.count('GetToken');
    const elsewhere = { id: 'a:another', conversationType: 'personal' };
    expect(message(await tell(world, ADA, { text: code, conversation: elsewhere }))).toContain('I did not understand');
    expect(message(await tell(world, GRACE, code))).toContain('I did not understand');
    expect((await verifyState(world, GRACE, { state: code })).status).toBe(404);
    const group = { id: '19:x@thread.v2', conversationType: 'groupChat' };
    expect(message(await tell(world, ADA, { text: code, conversation: group }))).toContain('personal chat');
    expect(await all.count('GetToken')).toEqual(before);
    expect(rowCounts(world).attempts).toBe(0);
    expect(message(await tell(world, ADA, code))).toMatch(/^You are signed in to Contoso handbook/);
  });

  test('exactly six, as text: any other text that looks like a number is no code', async () => {
    const code = await codeFor(ADA);
    for (const text of ['1e5', '0x1000', code.slice(1), `${code}0`, `+${code}`, `${code}.0`, '१२३४५६', '１２３４५６']) {
      const [reply] = await tell(world, ADA, text);
      expect([text, reply && textOf(reply)]).toEqual([text, expect.stringContaining('I did not understand')]);
    }
    expect(rowCounts(world).attempts).toBe(0);
    for (const state of [Number(code), [code], { state: code }, `${code} `, `0${code}`]) {
      expect([state, (await verifyState(world, ADA, { state })).status]).toEqual([state, 404]);
    }
    expect(message(await tell(world, ADA, code))).toMatch(/^You are signed in/);
  });

  test('five tries: then a pause, and the right code does not work any more', async () => {
    const code = await codeFor(ADA);
    for (let at = 1; at <= 4; at += 1) {
      expect(message(await tell(world, ADA, wrong(code, at)))).toMatch(
        /^That sign-in expired or belongs to another person/,
      );
    }
    expect(message(await tell(world, ADA, wrong(code, 5)))).toMatch(/10 minutes/);
    expect(message(await tell(world, ADA, code))).not.toMatch(/signed in/);
    expect((await verifyState(world, ADA, { state: code })).status).toBe(412);
    expect(message(await tell(world, GRACE, await codeFor(GRACE)))).toMatch(/^You are signed in/);
  });
});

test('T72: neither the log nor the store contains a secret of this file', async () => {
  await signIn(ADA);
  await logMark(world);
  expect(leaksIn(world.bot.output(), [...secrets])).toEqual([]);
  expect(world.bot.output()).not.toMatch(/29:1[\w-]{20}/);
});
