import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import type { Mode } from '../../../local/teams/connector/endpoints.ts';
import { createSigningKey, type SigningKey } from '../../../local/teams/connector/signing-keys.ts';
import { type RogueServer, sendJson, startRogueServer } from '../../support/network/rogue-server.ts';
import { type Clock, createClock } from '../../support/process/clock.ts';
import { type AnotherBot, startAnotherBot, withAnotherBot, worldAt } from '../../support/world/another-bot.ts';
import { all, failuresOf, outcomeOf, outcomesOf } from '../../support/world/outcomes.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

// The test controls the bot's clock, so that cooldowns and days pass at once. The people who search are not signed in.
const [LET_IN, REFUSED, UNAVAILABLE] = ['200 auth', '403 connector.refused', '503 connector.unavailable'];
const DAY = 86_400_000;
let world: World;
let clock: Clock;
let stranger: SigningKey;
let now = Date.now();

beforeAll(async () => {
  stranger = await createSigningKey();
  clock = createClock();
  later(0);
  world = await startWorld({ botEnv: clock.env });
});
afterAll(async () => {
  await world?.stop();
  clock?.close();
});
beforeEach(() => {
  connectorIs('ok');
  later(11_000);
});

/** Moves the bot's clock on, by milliseconds. */
function later(milliseconds: number): void {
  now += milliseconds;
  clock.set(now);
}
function connectorIs(mode: Mode): void {
  world.connector.endpoints.mode = { metadata: mode, keys: mode };
}
const fetches = () => ({ ...world.connector.endpoints.fetches });
/** A new token, of the bot's own time. */
const token = (signing = {}) => {
  const seconds = Math.floor(now / 1000);
  return world.connector.token({ nbf: seconds, exp: seconds + 3600 }, signing);
};
const post = (token: string, botUrl?: string) => world.post(ADA, { text: 'lakers' }, undefined, { token, botUrl });
const search = async (bearer: string, bot?: string) => outcomeOf(await post(bearer, bot));
const flood = (tokens: string[]) => Promise.all(tokens.map((bearer) => search(bearer)));
async function unknownKeys(count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) => token({ key: stranger, header: { kid: `unknown-${now}-${i}` } })),
  );
}

describe('T5: a flood of unknown key ids', () => {
  test('the bot requests the keys once, and not again before the cooldown ends', async () => {
    const before = fetches();
    const responses = [...(await flood(await unknownKeys(60))), ...(await flood(await unknownKeys(60)))];
    expect(new Set(responses)).toEqual(new Set([REFUSED]));
    expect(fetches()).toEqual({ metadata: before.metadata + 1, keys: before.keys + 1 });
    later(9_999);
    expect(await flood(await unknownKeys(5))).toEqual(Array(5).fill(REFUSED));
    expect(fetches()).toEqual({ metadata: before.metadata + 1, keys: before.keys + 1 });
    later(2);
    expect(await flood(await unknownKeys(5))).toEqual(Array(5).fill(REFUSED));
    expect(fetches()).toEqual({ metadata: before.metadata + 2, keys: before.keys + 2 });
  });

  test('while the Connector hangs, one request for keys is in flight, and requests with a known key do not wait', async () => {
    connectorIs('hang');
    const before = fetches();
    const floods = flood(await unknownKeys(20));
    await eventually(fetches, ({ metadata }) => metadata > before.metadata);
    // The hanging request ends after 3 s.
    const first = await Promise.race([floods, token().then(search)]);
    expect(first).toBe(LET_IN);
    expect(new Set(await floods)).toEqual(new Set([REFUSED]));
    expect(fetches()).toEqual({ metadata: before.metadata + 1, keys: before.keys });
  });

  test('a rotated key is accepted within 30 seconds; the withdrawn one is refused, even for a remembered token', async () => {
    const old = world.connector.keys.current;
    const remembered = await token({ key: old });
    expect(await search(remembered)).toBe(LET_IN);
    await flood(await unknownKeys(5));
    await world.connector.keys.rotate();
    later(29_000);
    expect(await search(await token())).toBe(LET_IN);
    expect(await search(remembered)).toBe(REFUSED);
    expect(await search(await token({ key: old }))).toBe(REFUSED);
  });
});

describe('T6, T78: the Connector’s keys are out of reach', () => {
  test.each<Mode>(['error', 'hang'])('warm: the bot uses its cached keys, also after a day (%s)', async (mode) => {
    const known = await token();
    expect(await search(known)).toBe(LET_IN);
    connectorIs(mode);
    expect([await search(known), await search(await token())]).toEqual([LET_IN, LET_IN]);
    later(DAY + 60_000);
    expect([await search(await token()), await search(await token())]).toEqual([LET_IN, LET_IN]);
    expect(await failuresOf(world)).toEqual([]);
  });

  test('cold: 503 and never 200, in time, after errors and while it hangs; heals without a restart', async () => {
    connectorIs('error');
    await withAnotherBot(world, {}, async (bot) => {
      for (const mode of ['error', 'hang'] as const) {
        connectorIs(mode);
        const tokens = [await token(), await token(), ...(await unknownKeys(1))];
        later(2_000);
        const responses = await Promise.all(tokens.map((bearer) => search(bearer, bot.url)));
        expect([mode, responses]).toEqual([mode, tokens.map(() => UNAVAILABLE)]);
        expect(await search(await token(), bot.url)).toBe(UNAVAILABLE);
      }
      connectorIs('ok');
      later(2_000);
      expect(await search(await token(), bot.url)).toBe(LET_IN);
    });
  });

  test('once a day a request also makes the bot fetch the keys: a withdrawn key is refused without any unknown key id', async () => {
    const withdrawn = await world.connector.keys.add();
    await flood(await unknownKeys(1));
    expect(await search(await token({ key: withdrawn }))).toBe(LET_IN);
    world.connector.keys.remove(withdrawn);
    later(DAY - 20_000);
    expect(await search(await token({ key: withdrawn }))).toBe(LET_IN);
    later(20_001);
    await eventually(
      async () => search(await token({ key: withdrawn })),
      (response) => response === REFUSED,
    );
  });
});

// The server that plays the Connector's metadata is broken in one way after another, and correct only at the end.
describe('broken metadata or keys', () => {
  let source: RogueServer;
  let elsewhere: RogueServer;
  let bot: AnotherBot;
  beforeAll(async () => {
    elsewhere = await startRogueServer((_, response) => sendJson(response, keySet()));
    source = await startRogueServer((_, response) => response.writeHead(404).end());
    bot = await startAnotherBot(world, { BOT_OPENID_METADATA: `${source.origin}/metadata` });
  });
  afterAll(async () => {
    await bot?.stop();
    await Promise.all([source?.close(), elsewhere?.close()]);
  });

  type Reply = (response: ServerResponse) => void;
  const json = (body: unknown) => (response: ServerResponse) => sendJson(response, body);
  const raw =
    (body: string | Buffer, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
  const keySet = () => ({ keys: [world.connector.keys.current.jwk] });
  const metadata = (jwks_uri: unknown) => json({ issuer: 'https://api.botframework.com', jwks_uri });
  const redirect = (response: ServerResponse) =>
    response.writeHead(302, { location: `${elsewhere.origin}/keys` }).end();

  /** A search with these metadata and keys. The clock has moved on, so that the bot requests them. */
  async function searchWith({ meta, keys, key }: { meta?: Reply; keys?: Reply; key?: SigningKey }) {
    source.response = ({ url }, response) => {
      if (url === '/metadata') (meta ?? metadata(`${source.origin}/keys`))(response);
      else (keys ?? json(keySet()))(response);
    };
    later(11_000);
    return post(await token(key ? { key } : {}), bot.url);
  }

  test('T6: invalid metadata or keys count as none: 503, and the bot asks no other server', async () => {
    const honest = world.connector.keys.current.jwk;
    const padding = (megabytes: number) => ' '.repeat(megabytes * 1024 * 1024);
    const vectors: Record<string, Parameters<typeof searchWith>[0]> = {
      'metadata redirects': { meta: redirect },
      'metadata is HTML': { meta: raw('<html>') },
      'metadata is huge': { meta: raw(padding(1) + JSON.stringify({ jwks_uri: `${source.origin}/keys` })) },
      'metadata names no keys': { meta: json({}) },
      'metadata is null': { meta: json(null) },
      'metadata names an odd address': { meta: metadata('keys') },
      'the keys are in the metadata': {
        meta: metadata(`data:application/json,${encodeURIComponent(JSON.stringify(keySet()))}`),
      },
      'the keys are a file': { meta: metadata('file:///etc/hosts') },
      'the keys redirect': { keys: redirect },
      'the keys are huge': { keys: raw(padding(4) + JSON.stringify(keySet())) },
      'the keys are no list': { keys: json({ keys: honest }) },
      'the keys are empty': { keys: json({ keys: [] }) },
      'the keys are null': { keys: json({ keys: [null] }) },
      'the keys are cut off': { keys: raw(JSON.stringify(keySet()).slice(0, -2)) },
      'the answer is an error': { keys: (response) => response.writeHead(500).end(JSON.stringify(keySet())) },
      'the only key is for encryption': { keys: json({ keys: [{ ...honest, use: 'enc' }] }) },
      'the only key is symmetric': { keys: json({ keys: [{ kty: 'oct', kid: honest.kid, k: 'AAAA' }] }) },
      'the only key has no id': { keys: json({ keys: [{ ...honest, kid: undefined }] }) },
      'the only key has no modulus': { keys: json({ keys: [{ ...honest, n: undefined }] }) },
    };
    expect(await outcomesOf(vectors, searchWith)).toEqual(all(vectors, UNAVAILABLE));
    expect(elsewhere.requests).toEqual([]);
    expect(await failuresOf(worldAt(world, bot))).toEqual([]);
  });

  test('the log names the document that is too large, its size and the limit', async () => {
    const mark = bot.output().length;
    const body = `${' '.repeat(5 * 1024 * 1024)}${JSON.stringify(keySet())}`;
    expect(outcomeOf(await searchWith({ keys: raw(body, { 'content-length': Buffer.byteLength(body) }) }))).toMatch(
      /^503/,
    );
    const message = await eventually(
      () => bot.output().slice(mark),
      (output) => output.includes('the keys of the Connector cannot be fetched'),
    );
    expect(message).toContain('the Connector’s key set is larger than 4 MB: 5.1 MB');
  });

  test('the log names the origin that the metadata were moved to', async () => {
    const mark = bot.output().length;
    expect(outcomeOf(await searchWith({ meta: redirect }))).toMatch(/^503/);
    const moved = `the Connector’s metadata: a redirect to another origin, ${elsewhere.origin}`;
    await eventually(
      () => bot.output().slice(mark),
      (output) => output.includes(moved),
    );
    expect(elsewhere.requests).toEqual([]);
  });

  test('T6: one invalid key among the others does not disable the valid one', async () => {
    const { jwk } = await createSigningKey({ kid: 'odd' });
    const odd = [
      null,
      {},
      { ...jwk, n: 5 },
      { ...jwk, kty: 'EC' },
      { ...jwk, n: '!' },
      { ...jwk, endorsements: 'msteams' },
    ];
    const keys = json({ keys: [...odd, world.connector.keys.current.jwk] });
    expect(outcomeOf(await searchWith({ keys }))).toBe(LET_IN);
  });

  test('a key set of nearly 4 MB is read', async () => {
    const key = await createSigningKey({ kid: 'in-a-large-set' });
    const keys = raw(' '.repeat(4_000_000) + JSON.stringify({ keys: [key.jwk] }));
    expect(outcomeOf(await searchWith({ keys, key }))).toBe(LET_IN);
  });

  test('the bot finds a document that moved within its origin', async () => {
    const key = await createSigningKey({ kid: 'moved' });
    const meta: Reply = (response) => response.writeHead(302, { location: '/moved' }).end();
    const keys: Reply = (response) => {
      if (response.req.url === '/moved') metadata(`${source.origin}/keys`)(response);
      else json({ keys: [key.jwk] })(response);
    };
    expect(outcomeOf(await searchWith({ meta, keys, key }))).toBe(LET_IN);
  });
});
