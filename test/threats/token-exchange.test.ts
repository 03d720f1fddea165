import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../local/people.ts';
import { type AnotherBot, startAnotherBot } from '../support/another-bot.ts';
import {
  buttonsOf,
  CARD,
  exchangeIn,
  messageUntil,
  replies,
  repliesTo,
  tell,
  textOf,
  tokenExchange,
  verifyState,
} from '../support/chat.ts';
import { eventsSince, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { leaksIn } from '../support/log.ts';
import { failuresOf } from '../support/outcomes.ts';
import { orderProviderFault } from '../support/provider-view.ts';
import { type SsoWorld, startSsoWorld } from '../support/sso-world.ts';
import type { World } from '../support/world.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

/** Signing in in a chat in Teams, without a window: by what the Teams client brings for a card of the bot's. */
let sso: SsoWorld;
let world: World;
/** Everything secret that passed through this file's bot. */
const secrets = new Set<string>();

beforeAll(async () => {
  sso = await startSsoWorld({
    CONNECTIONS_FILE: fileOf('several-sso-connections.json'),
    // Web Chat's people may come in, too.
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

const NOTHING = { transactions: 0, parked: 0, links: 0, attempts: 0 };
const IS_ADA = 'You are signed in to Contoso wiki as ada@contoso.example.';

/** Asks to sign in: what the card asks for. */
async function askFor(
  person: Person,
  subject = 'sign in Contoso wiki',
): Promise<{ id: string; connectionName: string }> {
  const [reply] = await tell(world, person, subject);
  const { id, connectionName } = exchangeIn(reply) ?? { id: '', connectionName: '' };
  return { id, connectionName };
}

const tokenFor = async (...owner: Parameters<SsoWorld['token']>) => {
  const token = await sso.token(...owner);
  secrets.add(token);
  return token;
};
const refusals = async (mark: number) =>
  (await eventsSince(world, mark)).filter(({ event }) => event === 'sso.refused').map(({ reason }) => reason);
/** Whatever was to be said has been: what comes after it is answered. */
const settled = () => tell(world, LINUS, 'help');
const messageTo = async (before: number) => {
  await settled();
  return replies(world)
    .slice(before)
    .map(({ reply }) => textOf(reply))
    .filter((text) => !text.startsWith('I search'));
};

describe('the card', () => {
  test('for one connection Teams is asked for a token; its button opens our page all the same', async () => {
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
    expect(rowCounts(world)).toEqual(NOTHING);
  });

  test('for several, for another kind, and to choose another account there is the other card', async () => {
    const kinds = async (message: Parameters<typeof tell>[2]) => {
      const [reply] = await tell(world, ADA, message);
      return reply?.attachments?.map(({ contentType }) => contentType);
    };
    expect(await kinds('sign in')).toEqual([CARD.signIn]);
    expect(await kinds('search lakers')).toEqual([CARD.signIn]);
    expect(await kinds('sign in Contoso handbook')).toEqual([CARD.signIn]);
    expect(await kinds({ value: { switchAccount: 'wiki' } })).toEqual([CARD.signIn]);
    // The search waits no longer.
    await tell(world, ADA, 'sign out');
  });
});

describe('the token that comes', () => {
  test('is exchanged: 200 with the same id, words, a link, and the next search has results', async () => {
    const [requested, before] = [await askFor(ADA), replies(world).length];
    const { status, body } = await tokenExchange(world, ADA, { ...requested, token: await tokenFor(ADA) });
    expect([status, body]).toEqual([200, requested]);
    expect((await messageUntil(world, before, /signed in/)).map(textOf)).toEqual([IS_ADA]);
    expect(rowCounts(world)).toEqual({ ...NOTHING, links: 1 });
    const [found] = await tell(world, ADA, 'search lakers');
    expect(JSON.stringify(found)).toContain('Los Angeles Lakers');
  });

  test('of somebody who has not allowed it yet: 412 and why, no words, nothing linked', async () => {
    const [requested, before] = [await askFor(GRACE), replies(world).length];
    const { status, body } = await tokenExchange(world, GRACE, { ...requested, token: await tokenFor(GRACE) });
    expect([status, body]).toEqual([412, { ...requested, failureDetail: 'signin.required' }]);
    expect([await messageTo(before), rowCounts(world)]).toEqual([[], NOTHING]);
  });

  test('that does not do for a policy: 412, and once a card whose link takes along what is wanted', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    await sso.challenge(ADA, claims);
    const [requested, before] = [await askFor(ADA), replies(world).length];
    const token = await tokenFor(ADA, { claims: { nonce: 'challenged' } });
    for (const _ of [1, 2]) {
      expect((await tokenExchange(world, ADA, { ...requested, token })).status).toBe(412);
    }
    const cards = await messageUntil(world, before, /ticket=/);
    await settled();
    expect(
      replies(world)
        .slice(before)
        .filter(({ reply }) => JSON.stringify(reply).includes('ticket=')).length,
    ).toBe(1);
    const [button] = cards.flatMap(buttonsOf);
    const response = await fetch(`${world.botUrl}/auth/api/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.botUrl },
      body: JSON.stringify({ ticket: new URL(String(button?.value)).searchParams.get('ticket') }),
    });
    const { authorizationUrl } = (await response.json()) as { authorizationUrl: string };
    expect(new URL(authorizationUrl).searchParams.get('claims')).toBe(claims);
  });

  test.each([
    ['answers 503', { endpoint: 'token', mode: 'error' as const }],
    ['hangs', { endpoint: 'token', mode: 'hang' as const }],
  ])('T78: Entra %s: 412 in time, for the button; the next one works', async (_, fault) => {
    const requested = await askFor(ADA);
    await orderProviderFault(world, { ...fault, times: 1 });
    const failures = (await failuresOf(world)).length;
    const token = await tokenFor(ADA, { claims: { jti: String(Math.random()) } });
    const { status, ms } = await tokenExchange(world, ADA, { ...requested, token });
    expect([status, ms < 4500, rowCounts(world)]).toEqual([412, true, NOTHING]);
    expect((await failuresOf(world)).length).toBe(failures + 1);
    expect((await tokenExchange(world, ADA, { ...requested, token })).status).toBe(200);
  });

  test('T16: of somebody who is paused: 412, and nothing is exchanged', async () => {
    const requested = await askFor(ADA);
    for (let at = 0; at < 5; at += 1) await verifyState(world, ADA, { state: 'A'.repeat(42) + at });
    const before = await sso.exchanges(ADA);
    expect((await tokenExchange(world, ADA, { ...requested, token: await tokenFor(ADA) })).status).toBe(412);
    expect([await sso.exchanges(ADA), rowCounts(world).links]).toEqual([before, 0]);
  });
});

describe('T67, T12: a token that is not this asker’s, for us, from Teams', () => {
  const other = '99999999-9999-4999-8999-999999999999';
  const cases: [string, () => Promise<string>, string][] = [
    ['another person’s', () => tokenFor(GRACE), 'another person'],
    ['another tenant’s, by its own keys', () => tokenFor(LINUS), 'ERR_JWKS_NO_MATCHING_KEY'],
    ['with another issuer', () => tokenFor(ADA, { claims: { iss: 'https://login.example.com/v2.0' } }), 'claim iss'],
    ['for another app', () => tokenFor(ADA, { claims: { aud: 'api://another' } }), 'claim aud'],
    ['from another client than Teams', () => tokenFor(ADA, { claims: { azp: other } }), 'not from a Teams client'],
    ['that has ended', () => tokenFor(ADA, { claims: { exp: 1_700_000_000 } }), 'expired'],
    ['that is none', async () => 'nothing', 'ERR_JWS_INVALID'],
  ];

  test.each(cases)('T67: %s: 412, an event, nothing exchanged, linked or said', async (_, make, reason) => {
    const [requested, token] = [await askFor(ADA), await make()];
    const [mark, exchanges, before] = [await logMark(world), await sso.exchanges(ADA), replies(world).length];
    const { status, body } = await tokenExchange(world, ADA, { ...requested, token });
    expect([status, body]).toEqual([412, { ...requested, failureDetail: 'signin.required' }]);
    expect(await refusals(mark)).toEqual([reason]);
    expect([await sso.exchanges(ADA), rowCounts(world), await messageTo(before)]).toEqual([exchanges, NOTHING, []]);
  });

  test('T67: one that was got for another connection’s card is refused for this one, and this one’s for that', async () => {
    const [wiki, intranet] = [await askFor(ADA), await askFor(ADA, 'sign in Contoso intranet')];
    expect([wiki.connectionName, intranet.connectionName]).toEqual(['wiki', 'intranet']);
    const [mark, exchanges] = [await logMark(world), await sso.exchanges(ADA)];
    const forIntranet = await tokenFor(ADA, { claims: { aud: 'api://another' } });
    expect((await tokenExchange(world, ADA, { ...intranet, connectionName: 'wiki', token: forIntranet })).status).toBe(
      412,
    );
    const swapped = { ...wiki, connectionName: 'intranet', token: await tokenFor(ADA) };
    expect((await tokenExchange(world, ADA, swapped)).status).toBe(412);
    expect(await refusals(mark)).toEqual(['claim aud', 'claim aud']);
    expect([await sso.exchanges(ADA), rowCounts(world)]).toEqual([exchanges, NOTHING]);
  });

  test.each(['handbook', 'unknown', '__proto__', 'constructor', 'WIKI'])(
    'T67: for %j, which takes no tokens: 400, and it is not looked at',
    async (connectionName) => {
      const [{ id }, mark] = [await askFor(ADA), await logMark(world)];
      const { status, body } = await tokenExchange(world, ADA, { id, connectionName, token: await tokenFor(ADA) });
      expect([status, body]).toEqual([400, { id, connectionName, failureDetail: 'connection.unknown' }]);
      expect([await eventsSince(world, mark), rowCounts(world)]).toEqual([[], NOTHING]);
    },
  );

  test('T13: brought by a colleague, Ada’s is of no use: nothing is linked for either', async () => {
    const requested = await askFor(ADA);
    expect((await tokenExchange(world, GRACE, { ...requested, token: await tokenFor(ADA) })).status).toBe(412);
    expect(rowCounts(world)).toEqual(NOTHING);
  });

  test('T67: somebody who is signed in already stays who they are, whatever the token says', async () => {
    const requested = await askFor(ADA);
    await tokenExchange(world, ADA, { ...requested, token: await tokenFor(ADA) });
    const before = await sso.exchanges(ADA);
    expect((await tokenExchange(world, ADA, { ...requested, token: await tokenFor(GRACE) })).status).toBe(200);
    expect([await sso.exchanges(ADA), rowCounts(world).links]).toEqual([before, 1]);
    expect(JSON.stringify(await tell(world, ADA, 'who am i'))).toContain('Signed in as ada@contoso.example');
  });

  test('T56, T68: a group chat, and a channel where anybody says to be anybody: 403', async () => {
    const [requested, token] = [await askFor(ADA), await tokenFor(ADA)];
    const [mark, exchanges, before] = [await logMark(world), await sso.exchanges(ADA), replies(world).length];
    const personal = { id: 'a:1', conversationType: 'personal' };
    const dl = { id: 'dl_0123456789abcdef0123456789abcdef', aadObjectId: ADA.objectId, name: 'x' };
    // They are let in elsewhere.
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
      NOTHING,
    ]);
    expect(await messageTo(before)).toEqual([]);
  });

  test('T10: whatever has not the form of one: 400, without a body or a word', async () => {
    const { id, connectionName } = await askFor(ADA);
    const token = await tokenFor(ADA);
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
    expect([await messageTo(before), rowCounts(world)]).toEqual([[], NOTHING]);
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

  test('T67: twelve deliveries at once, on two instances: each 200, one exchange, one link, said once', async () => {
    await sso.searchWith(ADA, await sso.token(ADA), second.url);
    forgetAll(world);
    const [requested, token] = [await askFor(ADA), await tokenFor(ADA, { claims: { jti: 'devices' } })];
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

  test('T67: one that comes again later, on the other instance: 200, and not a word', async () => {
    const [requested, token] = [await askFor(ADA), await tokenFor(ADA)];
    const before = replies(world).length;
    await tokenExchange(world, ADA, { ...requested, token });
    await messageUntil(world, before, /signed in/);
    expect((await tokenExchange(world, ADA, { ...requested, token }, { botUrl: second.url })).status).toBe(200);
    expect(await messageTo(before)).toEqual([IS_ADA]);
  });
});

describe('signin/failure', () => {
  test('a card that needs no token follows, once for all devices', async () => {
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
    expect(buttonsOf(card ?? { type: '' }).map(({ title }) => title)).toEqual([
      'Sign in to Contoso wiki',
      'Sign in to Contoso intranet',
    ]);
    expect((await messageTo(before)).length).toBe(1);
  });

  test('T56: in a group chat nothing follows', async () => {
    const before = replies(world).length;
    const activity = world.connector.invokeActivity(ADA, { name: 'signin/failure', value: {} });
    const conversation = { id: '19:x@thread.v2', conversationType: 'groupChat', tenantId: ADA.tenantId };
    expect((await world.connector.post(world.botUrl, { ...activity, conversation })).status).toBe(200);
    expect(await messageTo(before)).toEqual([]);
  });
});

test('T72: of all that passed, the log has nothing', async () => {
  await logMark(world);
  expect(leaksIn(world.bot.output(), [...secrets])).toEqual([]);
});
