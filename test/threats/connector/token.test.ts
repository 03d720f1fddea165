import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../../local/people.ts';
import { createConnector } from '../../../local/teams/connector/connector.ts';
import { createSigningKey, type SigningKey } from '../../../local/teams/connector/signing-keys.ts';
import type { Claims, Signing } from '../../../local/teams/connector/token.ts';
import { type RogueServer, sendJson, startRogueServer } from '../../support/network/rogue-server.ts';
import { type Clock, createClock } from '../../support/process/clock.ts';
import { logLines } from '../../support/process/log.ts';
import { logMark } from '../../support/world/evidence.ts';
import { all, failuresOf, outcomeOf, outcomesOf, sideEffects } from '../../support/world/outcomes.ts';
import { startWorld, type World } from '../../support/world/world.ts';

// Each request here is a search of a signed-in person. A request that passed the gate would reach the wiki.
let world: World;
let clock: Clock;
let endorsedFor: Record<'nobody' | 'noMember' | 'webchat', SigningKey>;
/** Publishes the attacker's key under every id, as a key set and as OpenID metadata. */
let rogue: RogueServer;
let published: SigningKey;
let attackers: SigningKey;
const REFUSED = '403 connector.refused';

beforeAll(async () => {
  const connector = await createConnector({ botId: BOT_ID });
  endorsedFor = {
    nobody: await connector.keys.add({ endorsements: [] }),
    noMember: await connector.keys.add({ endorsements: null }),
    webchat: await connector.keys.add({ endorsements: ['webchat'] }),
  };
  published = connector.keys.current;
  attackers = await createSigningKey({ kid: published.kid });
  rogue = await startRogueServer((_, response) =>
    sendJson(response, { keys: [attackers.jwk], jwks_uri: `${rogue.origin}/keys`, issuer: rogue.origin }),
  );
  clock = createClock();
  world = await startWorld({ connector, botEnv: clock.env });
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  await rogue?.close();
  clock?.close();
});
beforeEach(() => clock.release());

const search = (token: string | null, change?: (activity: Record<string, unknown>) => void, headers = {}) =>
  world.post(ADA, { text: 'lakers' }, change, { token, headers });
const withChange = async (change: object) =>
  search(await world.connector.token(), (activity) => Object.assign(activity, change));
const withClaims = async (claims: Claims) => search(await world.connector.token(claims));
/** Posts a request for each vector. All are refused without side effects, and the bot requests no address of the
 * attacker. */
async function expectRefused<T>(vectors: Record<string, T>, act: (vector: T) => ReturnType<typeof search>) {
  const before = await sideEffects(world);
  expect(await outcomesOf(vectors, act)).toEqual(all(vectors, REFUSED));
  expect(await sideEffects(world)).toEqual(before);
  expect(await failuresOf(world)).toEqual([]);
  expect(rogue.requests).toEqual([]);
}

test('T1: the valid token is accepted, also a second time and with another key that is endorsed for Teams', async () => {
  const token = await world.connector.token();
  expect(outcomeOf(await search(token))).toBe('200 result');
  expect(outcomeOf(await search(token))).toBe('200 result');
});

test('T1, T2: a token with other claims than the Connector’s is refused, even with the signature of a published key', async () => {
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
  await expectRefused(vectors, withClaims);
});

test('T1: a token without serviceurl does not match an activity without one either', async () => {
  const tokens = {
    'no claim': await world.connector.token({ serviceurl: undefined }),
    'empty claim': await world.connector.token({ serviceurl: '' }),
    'null claim': await world.connector.token({ serviceurl: null }),
  };
  for (const serviceUrl of [undefined, null, '']) {
    await expectRefused(tokens, (token) => search(token, (activity) => Object.assign(activity, { serviceUrl })));
  }
});

test('T1, T7: an activity that does not match the valid token is refused', async () => {
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
  await expectRefused(vectors, withChange);
});

test('T7: the recipient’s id may be in capitals', async () => {
  expect(outcomeOf(await withChange({ recipient: { id: `28:${BOT_ID.toUpperCase()}` } }))).toBe('200 result');
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
  await expectRefused(vectors, (act) => act());
  // Accepted, but on that channel an object id identifies no person (T8).
  expect(outcomeOf(await channel(endorsedFor.webchat, 'webchat')())).toBe('200 message');
});

test('T1: a remembered token is compared with every new activity', async () => {
  const token = await world.connector.token({}, { key: endorsedFor.webchat });
  const webchat = (activity: Record<string, unknown>) => Object.assign(activity, { channelId: 'webchat' });
  expect(outcomeOf(await search(token, webchat))).toBe('200 message');
  const vectors = {
    'another channel': {},
    'another service': { channelId: 'webchat', serviceUrl: 'https://attacker.example/' },
    'another recipient': { channelId: 'webchat', recipient: { id: `28:${ADA.objectId}` } },
  };
  await expectRefused(vectors, (change) => search(token, (activity) => Object.assign(activity, change)));
});

describe('T1: clocks may differ by 300 seconds, no more', () => {
  const NOW = Math.floor(Date.now() / 1000);
  const at = async (claims: Claims, milliseconds = 0) => {
    clock.set(NOW * 1000 + milliseconds);
    return withClaims({ nbf: NOW, exp: NOW + 3600, ...claims });
  };

  test('a token just within the limit is accepted', async () => {
    const vectors: Record<string, Claims> = {
      'ended 299 s ago': { nbf: NOW - 3600, exp: NOW - 299 },
      'begins in 300 s': { nbf: NOW + 300 },
    };
    expect(await outcomesOf(vectors, at)).toEqual(all(vectors, '200 result'));
  });

  test('a token just beyond the limit is refused', async () => {
    const vectors: Record<string, Claims> = {
      'ended 300 s ago': { nbf: NOW - 3600, exp: NOW - 300 },
      'ended 301 s ago': { nbf: NOW - 3600, exp: NOW - 301 },
      'begins in 301 s': { nbf: NOW + 301 },
    };
    await expectRefused(vectors, at);
  });

  test('a remembered token is refused from the same second on, and before its start', async () => {
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

async function signed(vectors: Record<string, Signing>, claims = {}): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const [name, signing] of Object.entries(vectors)) tokens[name] = await world.connector.token(claims, signing);
  return tokens;
}

test('T4: only RS256 with a published key is accepted, whatever the header says', async () => {
  const { n = '', e = '' } = published.jwk;
  const spki = published.publicKey.export({ type: 'spki', format: 'der' });
  const confused = (secret: string | Uint8Array): Signing => ({ signature: 'HS256', secret });
  const tokens = await signed({
    'alg none, no signature': { signature: 'none' },
    'alg None': { signature: 'none', header: { alg: 'None' } },
    'alg NONE': { signature: 'none', header: { alg: 'NONE' } },
    'alg none, signed all the same': { header: { alg: 'none' } },
    'alg none without kid': { signature: 'none', header: { kid: undefined } },
    'RS256 in the header, no signature': { signature: 'none', header: { alg: 'RS256' } },
    'no alg': { header: { alg: undefined } },
    'alg an array': { header: { alg: ['RS256'] } },
    'alg in small letters': { header: { alg: 'rs256' } },
    'HS256 with the public key as PEM': { signature: 'HS256' },
    'HS256 with the public key as DER': confused(spki),
    'HS256 with the JWK': confused(JSON.stringify(published.jwk)),
    'HS256 with the modulus': confused(Buffer.from(n, 'base64url')),
    'HS256 with n and e as text': confused(n + e),
    'HS256 with an empty secret': confused(''),
    'HS256 bytes under an RS256 header': { signature: 'HS256', header: { alg: 'RS256' } },
    'PS256 by the published key': { signature: 'PS256' },
    'RS512 by the published key': { signature: 'RS512' },
    'RS512 bytes under an RS256 header': { signature: 'RS512', header: { alg: 'RS256' } },
    'a critical extension': { header: { crit: ['exp'], exp: 1 } },
    'an unencoded payload': { header: { b64: false, crit: ['b64'] } },
    'an encrypted token’s header': { header: { alg: 'RSA-OAEP', enc: 'A256GCM' } },
  });
  await expectRefused(tokens, search);
});

test('T4: a key that the Connector does not publish is accepted under no id', async () => {
  const odd = (kid: unknown): Signing => ({ key: attackers, header: { kid } });
  const tokens = await signed({
    'the published id': { key: attackers },
    'an unknown id': odd('unknown'),
    'no id': odd(undefined),
    'an empty id': odd(''),
    null: odd(null),
    'a number': odd(1),
    'an array with the published id': odd([published.kid]),
    'an object': odd({ kid: published.kid }),
    __proto__: odd('__proto__'),
    'a member of Map': odd('get'),
    'a path': odd('../../dev/null'),
    'an address': odd(`${rogue.origin}/keys`),
    SQL: odd("' OR 1=1 --"),
    'the published key without its id': { header: { kid: undefined } },
    'the published key under x5t alone': { header: { kid: undefined, x5t: published.kid } },
  });
  await expectRefused(tokens, search);
});

test('T4: a token that names or contains its own key is refused, and the bot does not request the named address', async () => {
  const address = `${rogue.origin}/keys`;
  const headers: Record<string, Record<string, unknown>> = {
    jku: { jku: address },
    x5u: { x5u: address },
    jwk: { jwk: attackers.jwk },
    x5c: { x5c: [attackers.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    'all of them': { jku: address, x5u: address, jwk: attackers.jwk },
    'jku null': { jku: null },
  };
  const by = (key: SigningKey, kid?: string) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        `${name}, ${key === attackers ? 'the attacker’s key' : 'the published key'}, ${kid ? 'unknown' : 'known'} id`,
        { key, header: { ...header, ...(kid && { kid }) } },
      ]),
    );
  await expectRefused(await signed({ ...by(attackers), ...by(attackers, 'unknown'), ...by(published) }), search);
});

test('T4: the bot does not request an issuer, audience or service that is an address either', async () => {
  const vectors = { 'the published key': {}, 'the attacker’s': { key: attackers } };
  for (const claim of ['iss', 'aud', 'serviceurl']) {
    await expectRefused(await signed(vectors, { [claim]: `${rogue.origin}/` }), search);
  }
  for (const claim of ['jwks_uri', 'appid']) {
    await expectRefused(await signed({ attackers: { key: attackers } }, { [claim]: `${rogue.origin}/` }), search);
  }
});

test('T1, T4: without a bearer token the answer is 401; with an invalid one, 403', async () => {
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
  await expectRefused(vectors, (headers) => search(null, undefined, headers));
  const before = await sideEffects(world);
  expect(outcomeOf(await search(null))).toBe('401 connector.unauthenticated');
  expect(outcomeOf(await search(null, undefined, authorization('')))).toBe('401 connector.unauthenticated');
  expect(await sideEffects(world)).toEqual(before);
});

test('a request without a token gets the authentication scheme, and no other information', async () => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${world.botUrl}/api/messages`, { method: 'POST', headers, body: '{}' });
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

test('T1: a token of more than 8 KB is refused unread, even if it is valid', async () => {
  const padded = (length: number) => world.connector.token({ padding: 'x'.repeat(length) });
  const [short, long] = [await padded(5_400), await padded(6_000)];
  expect([short.length <= 8192, long.length > 8192]).toEqual([true, true]);
  expect(outcomeOf(await search(short))).toBe('200 result');
  await expectRefused({ long }, search);
});

test('T1: a token altered in any byte is refused', async () => {
  const honest = await world.connector.token();
  const places = Array.from({ length: 60 }, (_, step) => Math.floor((step * honest.length) / 60));
  const vectors = Object.fromEntries(
    places.filter((at) => honest[at] !== '.').map((at) => [`byte ${at}`, flip(honest, at)]),
  );
  await expectRefused(vectors, search);
});

test('T7: no log contains a token, a part of one, or the content of a refused request', async () => {
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

/** Another character at that place, which changes a significant bit. */
function flip(token: string, at: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const other = alphabet[alphabet.indexOf(token[at] ?? '') ^ 32] ?? '';
  return token.slice(0, at) + other + token.slice(at + 1);
}
