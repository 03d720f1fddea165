import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE } from '../../../local/people.ts';
import { inParallel, repeat } from '../../support/network/crowd.ts';
import { bodiesIn, exchange } from '../../support/network/raw-socket.ts';
import { startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { withAnotherBot } from '../../support/world/another-bot.ts';
import { eventNamesSince, logMark } from '../../support/world/evidence.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** As documented in docs/CONFIGURATION.md. */
const PER_ADDRESS = 3_000;
const PER_ASKER = 120;

let world: World;
beforeAll(async () => {
  world = await startWorld({ botEnv: { TRUSTED_PROXIES: 'loopback' } });
});
afterAll(() => world.stop());

/** Posts a request that is refused unread, from an address behind the proxy. */
async function knock(botUrl: string, forwardedFor: string, origin = botUrl) {
  const headers = { 'Content-Type': 'application/json', Origin: origin, 'X-Forwarded-For': forwardedFor };
  const response = await fetch(`${botUrl}/auth/api/confirm`, { method: 'POST', headers, body: '{}' });
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), code };
}

/** The bot accepts 16 (T96). */
const ON_A_CONNECTION = 10;

/** Sends this many such requests, ten on each connection: they must fit into the minute of the limit, also on a busy
 * machine. @returns how many of them got 429 */
async function flood(botUrl: string, count: number, forwardedFor: (index: number) => string, origin = botUrl) {
  const requests = Array.from({ length: count }, (_, index) => rawKnock(botUrl, forwardedFor(index), origin));
  const connections = Array.from({ length: Math.ceil(count / ON_A_CONNECTION) }, (_, at) =>
    requests.slice(at * ON_A_CONNECTION, (at + 1) * ON_A_CONNECTION),
  );
  const bodies = await inParallel(connections, 5, async (batch) => {
    const last = String(batch.at(-1)).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    return bodiesIn(await exchange(botUrl, [...batch.slice(0, -1), last].join('')));
  });
  expect(bodies.flat()).toHaveLength(count);
  return bodies.flat().filter((body) => (body as { status: number }).status === 429).length;
}

function rawKnock(botUrl: string, forwardedFor: string, origin: string): string {
  const { host } = new URL(botUrl);
  const headers = { Host: host, 'Content-Type': 'application/json', Origin: origin, 'X-Forwarded-For': forwardedFor };
  const lines = Object.entries({ ...headers, 'Content-Length': 2 }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /auth/api/confirm HTTP/1.1\r\n${lines.join('')}\r\n{}`;
}

describe('one remote address', () => {
  test('can send 3,000 requests within a minute, then gets a wait, whatever its headers; a neighbour is served', async () => {
    const flooder = '203.0.113.7';
    // Another port each time, or another first entry in the forwarding header.
    const disguise = (index: number) =>
      [flooder, `${flooder}:${1024 + index}`, `10.1.${index >> 8}.${index & 255}, ${flooder}`][index % 3] ?? '';
    expect(await flood(world.botUrl, PER_ADDRESS, disguise)).toBe(0);
    for (const index of [0, 1, 2]) {
      const late = await knock(world.botUrl, disguise(index));
      expect(late).toMatchObject({ status: 429, code: 'limit.exceeded' });
      expect(Number(late.retryAfter)).toBeGreaterThan(0);
      expect(Number(late.retryAfter)).toBeLessThanOrEqual(60);
    }
    expect((await knock(world.botUrl, '203.0.113.8')).status).toBe(400);
  });

  test('cannot pretend to be another address without a trusted proxy; the log says once what to set', async () => {
    const claim = (index: number) => `192.0.2.${index % 250}`;
    const output = await withAnotherBot(world, { TRUSTED_PROXIES: '' }, async (bare) => {
      expect(await flood(bare.url, PER_ADDRESS + 10, claim, world.botUrl)).toBe(10);
      return bare.output;
    });
    expect(output().split('TRUSTED_PROXIES')).toHaveLength(2);
    expect(output()).not.toContain('192.0.2.');
  });
});

describe('one asker', () => {
  test('can begin 120 sign-ins within ten minutes, then gets a wait; others are served', async () => {
    const page = new AuthClient(world.botUrl);
    const ticket = await world.ticket(ADA);
    const mark = await logMark(world);
    const statuses = await repeat(PER_ASKER, 50, async () => (await page.post('start', { ticket })).status);
    expect(statuses).not.toContain(429);
    const rows = world.rows('transactions');
    const late = await page.post('start', { ticket });
    expect([late.status, late.body.code]).toEqual([429, 'limit.exceeded']);
    expect(world.rows('transactions')).toEqual(rows);
    expect((await eventNamesSince(world, mark)).at(-1)).toBe('signin.limited');
    const hers = await new AuthClient(world.botUrl).post('start', { ticket: await world.ticket(GRACE) });
    expect(hers.status).toBe(200);
  });
});

describeWithRedis('instances on one Redis', () => {
  test('count together', async () => {
    const redis = await startRedis();
    try {
      const env = { STORE_URL: redis.url };
      const limited = await withAnotherBot(world, env, (one) =>
        withAnotherBot(world, env, async (other) => {
          const half = (url: string) => flood(url, PER_ADDRESS / 2 + 5, () => '203.0.113.20', world.botUrl);
          return Promise.all([half(one.url), half(other.url)]);
        }),
      );
      expect(limited[0] + limited[1]).toBe(10);
    } finally {
      await redis.stop();
    }
  });
});
