import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import type { Mode } from '../../local/teams/connector-endpoints.ts';
import { createSigningKey, type SigningKey } from '../../local/teams/signing-keys.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { type Clock, createClock } from '../support/clock.ts';
import { failuresOf, outcomeOf } from '../support/outcomes.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

// The bot's clock is the test's: cooldowns and days pass in no time. Whoever searches is not signed in.
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
const search = async (bearer: string, bot = world.botUrl) => {
  const activity = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
  return outcomeOf(await world.connector.post(bot, activity, { token: bearer }));
};
const flood = (tokens: string[]) => Promise.all(tokens.map((bearer) => search(bearer)));
async function unknownKeys(count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) => token({ key: stranger, header: { kid: `unknown-${now}-${i}` } })),
  );
}

describe('T5: a flood of unknown key ids', () => {
  test('asks for the keys once, and not again before the cooldown ends', async () => {
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

  test('has one fetch in flight while the Connector hangs, and holds up nobody with a known key', async () => {
    connectorIs('hang');
    const before = fetches();
    const floods = flood(await unknownKeys(20));
    await eventually(fetches, ({ metadata }) => metadata > before.metadata);
    // The fetch that hangs is given up after 3 s.
    const first = await Promise.race([floods, token().then(search)]);
    expect(first).toBe(LET_IN);
    expect(new Set(await floods)).toEqual(new Set([REFUSED]));
    expect(fetches()).toEqual({ metadata: before.metadata + 1, keys: before.keys });
  });

  test('does not keep a truly rotated key out for 30 seconds; the withdrawn one is out, even where it is remembered', async () => {
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
  test.each<Mode>(['error', 'hang'])('warm: what is cached serves, also after a day (%s)', async (mode) => {
    const known = await token();
    expect(await search(known)).toBe(LET_IN);
    connectorIs(mode);
    expect([await search(known), await search(await token())]).toEqual([LET_IN, LET_IN]);
    later(DAY + 60_000);
    expect([await search(await token()), await search(await token())]).toEqual([LET_IN, LET_IN]);
    expect(await failuresOf(world)).toEqual([]);
  });

  test.each<Mode>(['error', 'hang'])('cold: 503 and never 200, in time; heals without a restart (%s)', async (mode) => {
    connectorIs(mode);
    const bot = await startAnotherBot(world);
    try {
      const tokens = [await token(), await token(), ...(await unknownKeys(1))];
      later(2_000);
      const responses = await Promise.all(tokens.map((bearer) => search(bearer, bot.url)));
      expect(responses).toEqual(tokens.map(() => UNAVAILABLE));
      expect(await search(await token(), bot.url)).toBe(UNAVAILABLE);
      connectorIs('ok');
      later(2_000);
      expect(await search(await token(), bot.url)).toBe(LET_IN);
    } finally {
      await bot.stop();
    }
  });

  test('once a day the keys are asked for beside a request: a withdrawn key is out without anybody’s unknown id', async () => {
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
