import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../local/people.ts';
import { createConnector } from '../../local/teams/connector.ts';
import type { Claims } from '../../local/teams/connector-token.ts';
import type { SigningKey } from '../../local/teams/signing-keys.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { logMark } from '../support/evidence.ts';
import { logLines } from '../support/log.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../support/outcomes.ts';
import { startWorld, type World } from '../support/world.ts';

// Every request here is a search by somebody who is signed in: what got past the gate would reach the wiki.
let world: World;
let clock: Clock;
let endorsedFor: Record<'nobody' | 'noMember' | 'webchat', SigningKey>;
const REFUSED = '403 connector.refused';

beforeAll(async () => {
  const connector = await createConnector({ botId: BOT_ID });
  endorsedFor = {
    nobody: await connector.keys.add({ endorsements: [] }),
    noMember: await connector.keys.add({ endorsements: null }),
    webchat: await connector.keys.add({ endorsements: ['webchat'] }),
  };
  clock = createClock();
  world = await startWorld({ connector, botEnv: clock.env });
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  clock?.close();
});
beforeEach(() => clock.release());

const search = (token: string | null, change?: (activity: Record<string, unknown>) => void, headers = {}) =>
  world.post(ADA, { text: 'lakers' }, change, { token, headers });
const withClaims = async (claims: Claims) => search(await world.connector.token(claims));
/** Runs the requests, and holds that none of them did anything but be refused. */
async function withoutEffect(act: () => Promise<void>): Promise<void> {
  const before = await sideEffects(world);
  await act();
  expect(await sideEffects(world)).toEqual(before);
  expect(await failuresOf(world)).toEqual([]);
}

test('T1: the honest token is let in, also a second time and with another key that may speak for Teams', async () => {
  const token = await world.connector.token();
  expect(outcomeOf(await search(token))).toBe('200 result');
  expect(outcomeOf(await search(token))).toBe('200 result');
});

test('T1, T2: a token whose claims are not the Connector’s is refused, though a published key signed it', async () => {
  const { serviceUrl } = world.connector;
  const seconds = Math.floor(Date.now() / 1000);
  const tenant = ADA.tenantId;
  const vectors: Record<string, Claims> = {
    'no exp': { exp: undefined },
    'exp null': { exp: null },
    'exp a text': { exp: String(seconds + 3600) },
    'exp an array': { exp: [seconds + 3600] },
    'exp long past': { exp: seconds - 3600 },
    'no nbf': { nbf: undefined },
    'nbf null': { nbf: null },
    'nbf a text': { nbf: String(seconds) },
    'nbf far ahead': { nbf: seconds + 3600 },
    'no serviceurl': { serviceurl: undefined },
    'serviceurl null': { serviceurl: null },
    'serviceurl empty': { serviceurl: '' },
    'serviceurl an array': { serviceurl: [serviceUrl] },
    'serviceurl in other letters': { serviceurl: undefined, serviceUrl },
    'serviceurl of another service': { serviceurl: 'https://smba.example/emea/' },
    'serviceurl longer': { serviceurl: `${serviceUrl}x` },
    'serviceurl shorter': { serviceurl: serviceUrl.slice(0, -1) },
    'no aud': { aud: undefined },
    'aud null': { aud: null },
    'aud another bot': { aud: ADA.objectId },
    'aud an array that holds ours': { aud: [BOT_ID] },
    'aud an array of ours and another': { aud: [BOT_ID, ADA.objectId] },
    'aud empty': { aud: '' },
    'aud with a blank': { aud: `${BOT_ID} ` },
    'no iss': { iss: undefined },
    'iss another cloud': { iss: 'https://api.botframework.us' },
    'iss with a slash': { iss: 'https://api.botframework.com/' },
    'iss an array': { iss: ['https://api.botframework.com'] },
    'emulator, Entra v1': { iss: `https://sts.windows.net/${tenant}/`, appid: BOT_ID, ver: '1.0', tid: tenant },
    'emulator, Entra v2': {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      azp: BOT_ID,
      ver: '2.0',
      tid: tenant,
    },
    'emulator, the botframework.com tenant': {
      iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/',
      appid: BOT_ID,
      ver: '1.0',
    },
    'a skill': {
      iss: 'https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0',
      azp: ADA.objectId,
      ver: '2.0',
    },
    'Teams SSO': {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      aud: `api://botid-${BOT_ID}`,
      oid: ADA.objectId,
      tid: tenant,
      scp: 'access_as_user',
      serviceurl: undefined,
    },
    'Teams SSO with all that the Connector says beside its iss': {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      oid: ADA.objectId,
      tid: tenant,
    },
  };
  await withoutEffect(async () => expect(await outcomesOf(vectors, withClaims)).toEqual(all(vectors, REFUSED)));
});

test('T1: a token that says nothing of serviceurl does not fit an activity that says nothing of it either', async () => {
  const tokens = {
    'no claim': await world.connector.token({ serviceurl: undefined }),
    'empty claim': await world.connector.token({ serviceurl: '' }),
    'null claim': await world.connector.token({ serviceurl: null }),
  };
  for (const serviceUrl of [undefined, null, '']) {
    const post = (token: string) => search(token, (activity) => Object.assign(activity, { serviceUrl }));
    await withoutEffect(async () => expect(await outcomesOf(tokens, post)).toEqual(all(tokens, REFUSED)));
  }
});

test('T1, T7: an activity that the honest token does not cover is refused', async () => {
  const { serviceUrl } = world.connector;
  const vectors: Record<string, Record<string, unknown>> = {
    'no serviceUrl': { serviceUrl: undefined },
    'serviceUrl null': { serviceUrl: null },
    'serviceUrl empty': { serviceUrl: '' },
    'serviceUrl an array': { serviceUrl: [serviceUrl] },
    'serviceUrl an object': { serviceUrl: { toString: serviceUrl } },
    'serviceUrl of another service': { serviceUrl: 'https://attacker.example/' },
    'serviceUrl in capitals': { serviceUrl: serviceUrl.toUpperCase() },
    'no channelId': { channelId: undefined },
    'channelId null': { channelId: null },
    'channelId empty': { channelId: '' },
    'channelId unknown': { channelId: 'carrierpigeon' },
    'channelId an array': { channelId: ['msteams'] },
    'channelId an object': { channelId: { msteams: true } },
    'channelId in capitals': { channelId: 'MSTEAMS' },
    'channelId a member of Set': { channelId: 'has' },
    'channelId __proto__': { channelId: '__proto__' },
    'another recipient': { recipient: { id: `28:${ADA.objectId}` } },
    'another recipient, another channel': { channelId: 'webchat', recipient: { id: `28:${ADA.objectId}` } },
    'a person as recipient': { recipient: { id: '29:1abc' } },
    'no recipient': { recipient: undefined },
    'recipient null': { recipient: null },
    'recipient a text': { recipient: `28:${BOT_ID}` },
    'recipient an array': { recipient: [{ id: `28:${BOT_ID}` }] },
    'recipient without id': { recipient: {} },
    'recipient id an array': { recipient: { id: [`28:${BOT_ID}`] } },
    'recipient id longer': { recipient: { id: `28:${BOT_ID}0` } },
    'recipient id without prefix': { recipient: { id: BOT_ID } },
  };
  const post = async (change: Record<string, unknown>) =>
    search(await world.connector.token(), (activity) => Object.assign(activity, change));
  await withoutEffect(async () => expect(await outcomesOf(vectors, post)).toEqual(all(vectors, REFUSED)));
});

test('T7: the recipient’s id may come in capitals', async () => {
  const recipient = { id: `28:${BOT_ID.toUpperCase()}` };
  const post = await search(await world.connector.token(), (activity) => Object.assign(activity, { recipient }));
  expect(outcomeOf(post)).toBe('200 result');
});

test('T1: a key speaks only for the channels that it is endorsed for', async () => {
  const channel = (key: SigningKey, channelId: unknown) => async () =>
    search(await world.connector.token({}, { key }), (activity) => Object.assign(activity, { channelId }));
  const vectors = {
    'no endorsements, Teams': channel(endorsedFor.nobody, 'msteams'),
    'endorsements absent, Teams': channel(endorsedFor.noMember, 'msteams'),
    'endorsements absent, empty channel': channel(endorsedFor.noMember, ''),
    'endorsements absent, no channel': channel(endorsedFor.noMember, undefined),
    'for webchat, Teams': channel(endorsedFor.webchat, 'msteams'),
  };
  await withoutEffect(async () => expect(await outcomesOf(vectors, (act) => act())).toEqual(all(vectors, REFUSED)));
  // Let in; but on that channel an object id is nobody's (T8).
  expect(outcomeOf(await channel(endorsedFor.webchat, 'webchat')())).toBe('200 message');
});

test('T1: a remembered token is held against every activity anew', async () => {
  const token = await world.connector.token({}, { key: endorsedFor.webchat });
  const webchat = (activity: Record<string, unknown>) => Object.assign(activity, { channelId: 'webchat' });
  expect(outcomeOf(await search(token, webchat))).toBe('200 message');
  const vectors = {
    'another channel': {},
    'another service': { channelId: 'webchat', serviceUrl: 'https://attacker.example/' },
    'another recipient': { channelId: 'webchat', recipient: { id: `28:${ADA.objectId}` } },
  };
  const post = (change: object) => search(token, (activity) => Object.assign(activity, change));
  await withoutEffect(async () => expect(await outcomesOf(vectors, post)).toEqual(all(vectors, REFUSED)));
});

describe('T1: clocks may differ by 300 seconds, no more', () => {
  const NOW = Math.floor(Date.now() / 1000);
  const at = async (claims: Claims, milliseconds = 0) => {
    clock.set(NOW * 1000 + milliseconds);
    return withClaims({ nbf: NOW, exp: NOW + 3600, ...claims });
  };

  test('a token just inside is let in', async () => {
    const vectors: Record<string, Claims> = {
      'ended 299 s ago': { nbf: NOW - 3600, exp: NOW - 299 },
      'begins in 300 s': { nbf: NOW + 300 },
    };
    expect(await outcomesOf(vectors, at)).toEqual(all(vectors, '200 result'));
  });

  test('a token just outside is refused', async () => {
    const vectors: Record<string, Claims> = {
      'ended 300 s ago': { nbf: NOW - 3600, exp: NOW - 300 },
      'ended 301 s ago': { nbf: NOW - 3600, exp: NOW - 301 },
      'begins in 301 s': { nbf: NOW + 301 },
    };
    await withoutEffect(async () => expect(await outcomesOf(vectors, at)).toEqual(all(vectors, REFUSED)));
  });

  test('a remembered token is refused from the same second on, and before its beginning', async () => {
    const token = await world.connector.token({ nbf: NOW, exp: NOW + 60 });
    const outcomes: Record<number, string> = {};
    for (const second of [0, 359, 360, 361, 359, -300, -301, 0]) {
      clock.set((NOW + second) * 1000);
      outcomes[second] = outcomeOf(await search(token));
    }
    const [let_in, kept_out] = ['200 result', REFUSED];
    expect(outcomes).toEqual({
      0: let_in,
      359: let_in,
      360: kept_out,
      361: kept_out,
      [-300]: let_in,
      [-301]: kept_out,
    });
  });
});

test('T1, T4: what is no bearer token gets 401 when there is none, 403 otherwise', async () => {
  const honest = await world.connector.token();
  const [header, payload, signature] = honest.split('.') as [string, string, string];
  const authorization = (value: string) => ({ authorization: value });
  const vectors: Record<string, { authorization: string }> = {
    Basic: authorization('Basic bGF0Y2hrZXk6bGF0Y2hrZXk='),
    'no scheme': authorization(honest),
    'no token': authorization('Bearer'),
    'two tokens': authorization(`Bearer ${honest}, Bearer ${honest}`),
    'two parts': authorization(`Bearer ${header}.${payload}`),
    'four parts': authorization(`Bearer ${honest}.${signature}`),
    'five parts': authorization(`Bearer ${honest}.${signature}.${signature}`),
    'no signature': authorization(`Bearer ${header}.${payload}.`),
    'no header': authorization(`Bearer .${payload}.${signature}`),
    'a header that is not JSON': authorization(`Bearer AAAA.${payload}.${signature}`),
    'a header that is JSON but no object': authorization(`Bearer ${base64('[]')}.${payload}.${signature}`),
    'a header that is null': authorization(`Bearer ${base64('null')}.${payload}.${signature}`),
    'a payload that is not JSON': authorization(`Bearer ${header}.AAAA.${signature}`),
    dots: authorization('Bearer ..'),
    text: authorization('Bearer x'),
    'a very long one': authorization(`Bearer ${'A'.repeat(9000)}`),
    'the honest one with its last bytes cut': authorization(`Bearer ${honest.slice(0, -4)}`),
  };
  await withoutEffect(async () => {
    expect(await outcomesOf(vectors, (headers) => search(null, undefined, headers))).toEqual(all(vectors, REFUSED));
    expect(outcomeOf(await search(null))).toBe('401 connector.unauthenticated');
    expect(outcomeOf(await search(null, undefined, authorization('')))).toBe('401 connector.unauthenticated');
  });
});

test('who sends no token is told how to authenticate, and nothing else', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${world.botUrl}/api/messages`, { method: 'POST', headers, body: '{}' });
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

test('T1: a token of more than 8 KB is not looked at, though all in it is right', async () => {
  const padded = (length: number) => world.connector.token({ padding: 'x'.repeat(length) });
  const [short, long] = [await padded(5_400), await padded(6_000)];
  expect([short.length <= 8192, long.length > 8192]).toEqual([true, true]);
  expect(outcomeOf(await search(short))).toBe('200 result');
  await withoutEffect(async () => expect(outcomeOf(await search(long))).toBe(REFUSED));
});

test('T1: a token altered in any byte is refused', async () => {
  const honest = await world.connector.token();
  const places = Array.from({ length: 60 }, (_, step) => Math.floor((step * honest.length) / 60));
  const vectors = Object.fromEntries(
    places.filter((at) => honest[at] !== '.').map((at) => [`byte ${at}`, flip(honest, at)]),
  );
  await withoutEffect(async () =>
    expect(await outcomesOf(vectors, (token) => search(token))).toEqual(all(vectors, REFUSED)),
  );
});

test('T7: no log holds a token, a part of one, or what a refused request said', async () => {
  await search(await world.connector.token({ iss: 'https://sentinel-issuer.example', sub: 'sentinel-subject' }), (a) =>
    Object.assign(a, { text: 'sentinel-text' }),
  );
  await search(null, undefined, { authorization: 'Basic sentinel-basic' });
  const honest = await world.connector.token();
  const parts = [...honest.split('.').slice(1), 'sentinel', 'Bearer', 'lakers', ADA.name, ADA.objectId, ADA.tenantId];
  await logMark(world);
  const output = world.bot.output();
  expect(parts.filter((part) => output.includes(part))).toEqual([]);
  const refusals = logLines(output).filter(({ msg }) => msg === 'request refused at the gate');
  expect(refusals.length).toBeGreaterThan(100);
  expect(new Set(refusals.flatMap((record) => Object.keys(record)))).toEqual(
    new Set(['level', 'time', 'status', 'reason', 'msg']),
  );
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Another character at that place: one that changes a bit that counts, whatever the place. */
function flip(token: string, at: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const other = alphabet[alphabet.indexOf(token[at] ?? '') ^ 32] ?? '';
  return token.slice(0, at) + other + token.slice(at + 1);
}
