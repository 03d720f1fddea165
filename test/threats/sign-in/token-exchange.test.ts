import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { leaksIn } from '../../support/process/log.ts';
import { orderProviderFault } from '../../support/provider/provider-view.ts';
import { signOut } from '../../support/teams/actions.ts';
import {
  buttonsOf,
  CARD,
  exchangeIn,
  messageUntil,
  replies,
  repliesSince,
  repliesTo,
  tell,
  textOf,
  ticketsIn,
  tokenExchange,
  verifyState,
} from '../../support/teams/chat.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { type AnotherBot, startAnotherBot, withAnotherBot, worldAt } from '../../support/world/another-bot.ts';
import { allRows, eventsSince, forgetAll, logMark, NO_ROWS, rowCounts } from '../../support/world/evidence.ts';
import { failuresOf } from '../../support/world/outcomes.ts';
import { type SsoWorld, startSsoWorld } from '../../support/world/sso-world.ts';
import type { World } from '../../support/world/world.ts';

const ONE_CONNECTION = fileURLToPath(new URL('../../support/world/connections/one-sso.json', import.meta.url));

/** Signing in in a chat in Teams without a window: with the token of the Teams client for a card of the bot. */
let sso: SsoWorld;
let world: World;

beforeAll(async () => {
  sso = await startSsoWorld({
    // So that Web Chat's people can sign in, too.
    DIRECT_LINE_SECRET: 'local-direct-line-secret.4711',
    DIRECT_LINE_TENANT: TENANTS.contoso,
  });
  world = sso.world;
  await world.signIn(ADA);
});
beforeEach(() => forgetAll(world));
afterEach(async () => {
  await orderProviderFault(world, {});
  for (const person of [ADA, GRACE]) await sso.challenge(person);
});
afterAll(() => world?.stop());

const IS_ADA = 'You are signed in to Contoso wiki as ada@contoso.example.';

/** Requests a sign-in: the token request on the card. */
async function askFor(
  person: Person,
  subject = 'sign in Contoso wiki',
): Promise<{ id: string; connectionName: string }> {
  const [reply] = await tell(world, person, subject);
  const { id, connectionName } = exchangeIn(reply) ?? { id: '', connectionName: '' };
  return { id, connectionName };
}

/** All messages have been sent: the next activity is answered. */
const settled = () => tell(world, LINUS, 'help');
const messageTo = async (before: number) => {
  await settled();
  return repliesSince(world, before)
    .map(textOf)
    .filter((text) => !text.startsWith('I search'));
};

describe('the card', () => {
  test('for one connection the card asks Teams for a token; its button opens our page as well', async () => {
    const [reply] = await tell(world, ADA, 'sign in Contoso wiki');
    const [card, ...others] = reply?.attachments ?? [];
    expect([card?.contentType, others]).toEqual([CARD.oauth, []]);
    expect(card?.content).toEqual({
      text: 'Sign in to Contoso wiki',
      connectionName: 'wiki',
      tokenExchangeResource: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), uri: 'api://latchkey' },
      buttons: [
        {
          type: 'signin',
          title: 'Sign in to Contoso wiki',
          value: expect.stringContaining(`${world.botUrl}/auth/start?ticket=`),
        },
      ],
    });
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('for several, for another type, and for another account the bot sends the other card', async () => {
    const kinds = async (message: Parameters<typeof tell>[2]) => {
      const [reply] = await tell(world, ADA, message);
      return reply?.attachments?.map(({ contentType }) => contentType);
    };
    expect(await kinds('sign in')).toEqual([CARD.signIn]);
    expect(await kinds('search lakers')).toEqual([CARD.signIn]);
    expect(await kinds('sign in Contoso handbook')).toEqual([CARD.signIn]);
    expect(await kinds({ value: { switchAccount: 'wiki' } })).toEqual([CARD.signIn]);
    // The search no longer waits.
    await tell(world, ADA, 'sign out');
  });
});

describe('the token from Teams', () => {
  test('is exchanged: 200 with the same id, a message, a link, and the next search has results', async () => {
    const [requested, before] = [await askFor(ADA), replies(world).length];
    const { status, body } = await tokenExchange(world, ADA, { ...requested, token: await sso.token(ADA) });
    expect([status, body]).toEqual([200, requested]);
    expect((await messageUntil(world, before, /signed in/)).map(textOf)).toEqual([IS_ADA]);
    expect(rowCounts(world)).toEqual({ ...NO_ROWS, links: 1 });
    const [found] = await tell(world, ADA, 'search lakers');
    expect(JSON.stringify(found)).toContain('Los Angeles Lakers');
  });

  test('of a person without consent: 412 with the reason, no message, no link', async () => {
    const [requested, before] = [await askFor(GRACE), replies(world).length];
    const { status, body } = await tokenExchange(world, GRACE, { ...requested, token: await sso.token(GRACE) });
    expect([status, body]).toEqual([412, { ...requested, failureDetail: 'signin.required' }]);
    expect([await messageTo(before), rowCounts(world)]).toEqual([[], NO_ROWS]);
  });

  test('that does not meet a policy: 412, and one card whose link carries the required claims', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    await sso.challenge(ADA, claims);
    const [requested, before] = [await askFor(ADA), replies(world).length];
    const token = await sso.token(ADA, { claims: { nonce: 'challenged' } });
    for (const _ of [1, 2]) {
      expect((await tokenExchange(world, ADA, { ...requested, token })).status).toBe(412);
    }
    const cards = await messageUntil(world, before, /ticket=/);
    await settled();
    expect(repliesSince(world, before).filter((reply) => JSON.stringify(reply).includes('ticket='))).toHaveLength(1);
    const [button] = cards.flatMap(buttonsOf);
    const ticket = new URL(String(button?.value)).searchParams.get('ticket');
    const { body: started } = await new AuthClient(world.botUrl).post('start', { ticket });
    expect(new URL(String(started.authorizationUrl)).searchParams.get('claims')).toBe(claims);
  });

  test('T78: while Entra fails: 412, for the button; the next one works', async () => {
    const requested = await askFor(ADA);
    await orderProviderFault(world, { endpoint: 'token', mode: 'error', times: 1 });
    const failures = (await failuresOf(world)).length;
    const token = await sso.token(ADA, { claims: { jti: 'failing' } });
    expect((await tokenExchange(world, ADA, { ...requested, token })).status).toBe(412);
    expect([(await failuresOf(world)).length, rowCounts(world)]).toEqual([failures + 1, NO_ROWS]);
    const before = replies(world).length;
    expect((await tokenExchange(world, ADA, { ...requested, token })).status).toBe(200);
    await messageUntil(world, before, /signed in/);
  });

  test('T16: of a paused person: 412, without an exchange', async () => {
    const requested = await askFor(ADA);
    for (let at = 0; at < 5; at += 1) await verifyState(world, ADA, { state: 'A'.repeat(42) + at });
    const before = await sso.exchanges(ADA);
    expect((await tokenExchange(world, ADA, { ...requested, token: await sso.token(ADA) })).status).toBe(412);
    expect([await sso.exchanges(ADA), rowCounts(world).links]).toEqual([before, 0]);
  });
});

describe('T67, T12: a token that is not this asker’s, for us, from Teams', () => {
  // teams-sso.test.ts has the other tokens: one function verifies them all.
  const cases: [string, () => Promise<string>, string][] = [
    ['another person’s', () => sso.token(GRACE), 'another person'],
    [
      'from another client than Teams',
      () => sso.token(ADA, { claims: { azp: LINUS.objectId } }),
      'not from a Teams client',
    ],
    ['that is none', async () => 'nothing', 'ERR_JWS_INVALID'],
  ];

  test.each(cases)('T67: %s: 412, an event, no exchange, no link and no message', async (_, make, reason) => {
    const [requested, token] = [await askFor(ADA), await make()];
    const [mark, exchanges, before] = [await logMark(world), await sso.exchanges(ADA), replies(world).length];
    const { status, body } = await tokenExchange(world, ADA, { ...requested, token });
    expect([status, body]).toEqual([412, { ...requested, failureDetail: 'signin.required' }]);
    expect(await sso.refusals(mark)).toEqual([reason]);
    expect([await sso.exchanges(ADA), rowCounts(world), await messageTo(before)]).toEqual([exchanges, NO_ROWS, []]);
  });

  test('T67: a token for another connection’s card is refused for this one, and the other way round', async () => {
    const [wiki, intranet] = [await askFor(ADA), await askFor(ADA, 'sign in Contoso intranet')];
    expect([wiki.connectionName, intranet.connectionName]).toEqual(['wiki', 'intranet']);
    const [mark, exchanges] = [await logMark(world), await sso.exchanges(ADA)];
    const forIntranet = await sso.token(ADA, { claims: { aud: 'api://another' } });
    expect((await tokenExchange(world, ADA, { ...intranet, connectionName: 'wiki', token: forIntranet })).status).toBe(
      412,
    );
    const swapped = { ...wiki, connectionName: 'intranet', token: await sso.token(ADA) };
    expect((await tokenExchange(world, ADA, swapped)).status).toBe(412);
    expect(await sso.refusals(mark)).toEqual(['claim aud', 'claim aud']);
    expect([await sso.exchanges(ADA), rowCounts(world)]).toEqual([exchanges, NO_ROWS]);
  });

  test.each(['handbook', 'unknown', '__proto__', 'constructor', 'WIKI'])(
    'T67: for %j, which accepts no tokens: 400, and the token is not read',
    async (connectionName) => {
      const [{ id }, mark] = [await askFor(ADA), await logMark(world)];
      const { status, body } = await tokenExchange(world, ADA, { id, connectionName, token: await sso.token(ADA) });
      expect([status, body]).toEqual([400, { id, connectionName, failureDetail: 'connection.unknown' }]);
      expect([await eventsSince(world, mark), rowCounts(world)]).toEqual([[], NO_ROWS]);
    },
  );

  test('T13: Ada’s token from a colleague’s Teams is refused: neither person is linked', async () => {
    const requested = await askFor(ADA);
    expect((await tokenExchange(world, GRACE, { ...requested, token: await sso.token(ADA) })).status).toBe(412);
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });

  test('T67: a person who is signed in already keeps their account, whatever the token says', async () => {
    const [requested, before] = [await askFor(ADA), replies(world).length];
    await tokenExchange(world, ADA, { ...requested, token: await sso.token(ADA) });
    await messageUntil(world, before, /signed in/);
    const exchanges = await sso.exchanges(ADA);
    expect((await tokenExchange(world, ADA, { ...requested, token: await sso.token(GRACE) })).status).toBe(200);
    expect([await sso.exchanges(ADA), rowCounts(world).links]).toEqual([exchanges, 1]);
    expect(JSON.stringify(await tell(world, ADA, 'who am i'))).toContain('Signed in as ada@contoso.example');
  });

  test('T56, T68: a group chat, and a channel where users choose their own identity: 403', async () => {
    const [requested, token] = [await askFor(ADA), await sso.token(ADA)];
    const [mark, exchanges, before] = [await logMark(world), await sso.exchanges(ADA), replies(world).length];
    const personal = { id: 'a:1', conversationType: 'personal' };
    const dl = { id: 'dl_0123456789abcdef0123456789abcdef', aadObjectId: ADA.objectId, name: 'x' };
    // The same people are accepted elsewhere.
    const hello = world.connector.messageActivity(ADA, { text: 'help' });
    const chat = { ...hello, from: dl, channelId: 'directline', conversation: { id: 'a:1' } };
    expect(JSON.stringify(await repliesTo(world, chat))).toContain('I search Contoso wiki');
    const changes = [
      { conversation: { id: '19:x@thread.v2', conversationType: 'groupChat', tenantId: ADA.tenantId } },
      { conversation: { id: '19:x@thread.tacv2', conversationType: 'channel', tenantId: ADA.tenantId } },
      { conversation: { ...personal, isGroup: true, tenantId: ADA.tenantId } },
      { conversation: { id: 'a:1', tenantId: ADA.tenantId } },
      { from: dl, channelId: 'directline', conversation: personal },
      { from: dl, channelId: 'webchat', conversation: personal },
      { channelId: 'directline' },
      { channelId: 'emulator' },
      { channelId: 'm365extensions' },
      { from: { id: '29:x' } },
    ];
    for (const change of changes) {
      expect([change, (await tokenExchange(world, ADA, { ...requested, token }, { change })).status]).toEqual([
        change,
        403,
      ]);
    }
    expect([await eventsSince(world, mark), await sso.exchanges(ADA), rowCounts(world)]).toEqual([
      [],
      exchanges,
      NO_ROWS,
    ]);
    expect(await messageTo(before)).toEqual([]);
  });

  test('T10: an invalid value: 400, without a body or a message', async () => {
    const { id, connectionName } = await askFor(ADA);
    const token = await sso.token(ADA);
    const before = replies(world).length;
    const odd = [undefined, null, 'x', 1, [], true, {}, [{ id, connectionName, token }]];
    const without = [
      { connectionName, token },
      { id, token },
      { id, connectionName },
    ];
    const wrong = ['', 7, null, [token], {}, true].flatMap((bad) => [
      { id: bad, connectionName, token },
      { id, connectionName: bad, token },
      { id, connectionName, token: bad },
    ]);
    const long = { id: 'x'.repeat(301), connectionName, token };
    for (const value of [...odd, ...without, ...wrong, long]) {
      const { status, body } = await tokenExchange(world, ADA, value);
      expect([value, status, body]).toEqual([value, 400, undefined]);
    }
    expect([await messageTo(before), rowCounts(world)]).toEqual([[], NO_ROWS]);
  });
});

describe('T67: several devices', () => {
  let second: AnotherBot;
  beforeAll(async () => {
    second = await startAnotherBot(world);
  });
  afterAll(async () => {
    await second?.stop();
  });

  test('T67: twelve deliveries at once, on two instances: each 200, one exchange, one link, one message', async () => {
    await sso.searchWith(ADA, await sso.token(ADA), second.url);
    forgetAll(world);
    const [requested, token] = [await askFor(ADA), await sso.token(ADA, { claims: { jti: 'devices' } })];
    await orderProviderFault(world, { endpoint: 'token', mode: 'slow', times: 12 });
    const [exchanges, before] = [await sso.exchanges(ADA), replies(world).length];
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        tokenExchange(world, ADA, { ...requested, token }, { botUrl: at % 2 ? world.botUrl : second.url }),
      ),
    );
    expect(responses.map(({ status, body }) => [status, body])).toEqual(Array(12).fill([200, requested]));
    expect([(await sso.exchanges(ADA)).ok, rowCounts(world).links]).toEqual([exchanges.ok + 1, 1]);
    await messageUntil(world, before, /signed in/);
    expect(await messageTo(before)).toEqual([IS_ADA]);
  });

  test('T67: one that arrives again later, on the other instance: 200, without a message', async () => {
    const [requested, token] = [await askFor(ADA), await sso.token(ADA)];
    const before = replies(world).length;
    await tokenExchange(world, ADA, { ...requested, token });
    await messageUntil(world, before, /signed in/);
    expect((await tokenExchange(world, ADA, { ...requested, token }, { botUrl: second.url })).status).toBe(200);
    expect(await messageTo(before)).toEqual([IS_ADA]);
  });
});

// A person searches in a chat, signs in, and then gets the results.
describe('a search that waits, where one connection is searched', () => {
  const LAKERS = /Los Angeles Lakers/;
  let bot: AnotherBot;
  let chat: World;
  beforeAll(async () => {
    bot = await startAnotherBot(world, { CONNECTIONS_FILE: ONE_CONNECTION });
    chat = worldAt(world, bot);
  });
  afterAll(async () => {
    await bot?.stop();
  });

  const requested = async (person: Person, message = 'search lakers') => {
    const [reply] = await tell(chat, person, message);
    expect(reply?.attachments?.map(({ contentType }) => contentType)).toEqual([CARD.oauth]);
    const { id = '', connectionName = '' } = exchangeIn(reply) ?? {};
    return { exchange: { id, connectionName }, ticket: [...ticketsIn(reply).values()][0] ?? '' };
  };
  const bring = async (person: Person, exchange: object, botUrl = chat.botUrl) =>
    (await tokenExchange(chat, person, { ...exchange, token: await sso.token(person) }, { botUrl })).status;
  const messages = (before: number) => repliesSince(world, before);

  test('with the token of Teams: a message, then the results, each once, however often the token arrives', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    expect(await Promise.all([1, 2, 3].map(() => bring(ADA, exchange)))).toEqual([200, 200, 200]);
    await messageUntil(world, before, LAKERS);
    await tell(chat, GRACE, 'help');
    const all = messages(before).map((reply) => JSON.stringify(reply));
    expect(all.filter((reply) => LAKERS.test(reply)).length).toBe(1);
    expect(all.filter((reply) => reply.includes('You are signed in')).length).toBe(1);
  });

  test('with the window: after 412, for a person without consent', async () => {
    const { exchange, ticket } = await requested(GRACE);
    expect(await bring(GRACE, exchange)).toBe(412);
    const before = replies(world).length;
    const state = await world.securityCode(GRACE, { connection: 'wiki', ticket });
    const { status } = await verifyState(chat, GRACE, { state });
    expect(status).toBe(200);
    const all = await messageUntil(world, before, LAKERS);
    expect(textOf(all[0])).toMatch(/^You are signed in to Contoso wiki as grace/);
  });

  test('T78: Teams gets its answer before a slow wiki answers', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    await wikiControl(world.wikiUrl).fault({ delay: 1_500 });
    expect(await bring(ADA, exchange)).toBe(200);
    expect(JSON.stringify(messages(before))).not.toMatch(LAKERS);
    await messageUntil(world, before, LAKERS);
  });

  test('T83: at SIGTERM the bot still sends its messages, and ends with 0', async () => {
    await withAnotherBot(chat, { CONNECTIONS_FILE: ONE_CONNECTION }, async (other) => {
      const message = world.connector.messageActivity(ADA, { text: 'search lakers' });
      await world.connector.post(other.url, message, { timeout: patient(15_000) });
      const { id, connectionName } = exchangeIn(replies(world).at(-1)?.reply) ?? {};
      const before = replies(world).length;
      await wikiControl(world.wikiUrl).fault({ delay: 1_500 });
      expect(await bring(ADA, { id, connectionName }, other.url)).toBe(200);
      expect(await other.stop()).toBe(0);
      expect(JSON.stringify(replies(world).slice(before))).toMatch(LAKERS);
    });
  });

  test('a closed window does not end the wait', async () => {
    const { exchange } = await requested(ADA);
    const before = replies(world).length;
    await verifyState(chat, ADA, { state: 'CancelledByUser' });
    await tell(chat, GRACE, 'help');
    expect(JSON.stringify(messages(before))).not.toMatch(LAKERS);
    expect(await bring(ADA, exchange)).toBe(200);
    await messageUntil(world, before, LAKERS);
  });

  test('the last search counts; “sign out” ends the wait', async () => {
    await requested(ADA);
    const { exchange } = await requested(ADA, 'search iceland');
    const before = replies(world).length;
    await bring(ADA, exchange);
    expect(JSON.stringify(await messageUntil(world, before, /"Iceland/))).not.toMatch(LAKERS);
    await signOut(chat.connector, chat.botUrl, ADA);

    await requested(ADA);
    await tell(chat, ADA, 'sign out');
    const [reply] = await tell(chat, ADA, 'sign in');
    const again = replies(world).length;
    await bring(ADA, exchangeIn(reply) ?? {});
    await messageUntil(world, again, /You are signed in/);
    await tell(chat, GRACE, 'help');
    expect(JSON.stringify(messages(again))).not.toMatch(LAKERS);
  });

  test('T56: in no other conversation, and for no other person', async () => {
    await requested(ADA);
    const elsewhere = { id: 'a:another', conversationType: 'personal' };
    const [reply] = await tell(chat, ADA, { text: 'sign in', conversation: elsewhere });
    const before = replies(world).length;
    const change = { conversation: { ...elsewhere, tenantId: ADA.tenantId } };
    const value = { ...exchangeIn(reply), token: await sso.token(ADA) };
    expect((await tokenExchange(chat, ADA, value, { change })).status).toBe(200);
    await world.signIn(GRACE);
    const grace = await tell(chat, GRACE, 'sign in');
    await messageUntil(world, before, /You are signed in/);
    expect(JSON.stringify([messages(before), grace])).not.toMatch(LAKERS);
  });

  test('no row of the store contains the search', async () => {
    await requested(ADA, 'search xyzzyqwert');
    expect(JSON.stringify(allRows(world))).not.toContain('xyzzy');
    expect(rowCounts(world)).toEqual(NO_ROWS);
  });
});

describe('signin/failure', () => {
  test('the bot sends a card that needs no token, once for all devices', async () => {
    await askFor(GRACE);
    const before = replies(world).length;
    const fail = () =>
      world.connector.post(
        world.botUrl,
        world.connector.invokeActivity(GRACE, { name: 'signin/failure', value: { code: 'resourcematchfailed' } }),
      );
    for (const _ of [1, 2]) expect((await fail()).status).toBe(200);
    const [card] = await messageUntil(world, before, /card/);
    expect(card?.attachments?.map(({ contentType }) => contentType)).toEqual([CARD.signIn]);
    expect(buttonsOf(card).map(({ title }) => title)).toEqual([
      'Sign in to Contoso wiki',
      'Sign in to Contoso intranet',
    ]);
    expect((await messageTo(before)).length).toBe(1);
  });

  test('T56: in a group chat the bot sends no card', async () => {
    const before = replies(world).length;
    const activity = world.connector.invokeActivity(ADA, { name: 'signin/failure', value: {} });
    const conversation = { id: '19:x@thread.v2', conversationType: 'groupChat', tenantId: ADA.tenantId };
    expect((await world.connector.post(world.botUrl, { ...activity, conversation })).status).toBe(200);
    expect(await messageTo(before)).toEqual([]);
  });
});

test('T72: the log contains no secret of this file', async () => {
  await logMark(world);
  expect(leaksIn(world.bot.output(), [...sso.tokens])).toEqual([]);
});
