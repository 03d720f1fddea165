import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE } from '../../../local/people.ts';
import { repeat } from '../../support/network/crowd.ts';
import { startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { startAnotherBot } from '../../support/world/another-bot.ts';
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

/** Sends this many requests, some in parallel. @returns how many of them got 429 */
async function flood(count: number, one: (index: number) => Promise<{ status: number }>): Promise<number> {
  const calls = await repeat(count, 50, one);
  return calls.filter(({ status }) => status === 429).length;
}

describe('one remote address', () => {
  test('can send 3,000 requests within a minute, then gets a wait, whatever its headers; a neighbour is served', async () => {
    const flooder = '203.0.113.7';
    // Another port each time, or another first entry in the forwarding header.
    const disguise = (index: number) =>
      [flooder, `${flooder}:${1024 + index}`, `10.1.${index >> 8}.${index & 255}, ${flooder}`][index % 3] ?? '';
    expect(await flood(PER_ADDRESS, (index) => knock(world.botUrl, disguise(index)))).toBe(0);
    for (const index of [0, 1, 2]) {
      const late = await knock(world.botUrl, disguise(index));
      expect(late).toMatchObject({ status: 429, code: 'limit.exceeded' });
      expect(Number(late.retryAfter)).toBeGreaterThan(0);
      expect(Number(late.retryAfter)).toBeLessThanOrEqual(60);
    }
    expect((await knock(world.botUrl, '203.0.113.8')).status).toBe(400);
  });

  test('cannot pretend to be another address without a trusted proxy; the log says once what to set', async () => {
    const bare = await startAnotherBot(world, { TRUSTED_PROXIES: '' });
    const claim = (index: number) => knock(bare.url, `192.0.2.${index % 250}`, world.botUrl);
    expect(await flood(PER_ADDRESS + 10, claim)).toBe(10);
    await bare.stop();
    expect(bare.output().split('TRUSTED_PROXIES')).toHaveLength(2);
    expect(bare.output()).not.toContain('192.0.2.');
  });
});

describe('one asker', () => {
  test('can begin 120 sign-ins within ten minutes, then gets a wait; others are served', async () => {
    const page = new AuthClient(world.botUrl);
    const ticket = await world.ticket(ADA);
    const mark = await logMark(world);
    expect(await flood(PER_ASKER, () => page.post('start', { ticket }))).toBe(0);
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
    const env = { STORE_URL: redis.url };
    const [one, other] = await Promise.all([startAnotherBot(world, env), startAnotherBot(world, env)]);
    const urls = [one.url, other.url];
    const address = '203.0.113.20';
    const limited = await flood(PER_ADDRESS + 10, (index) => knock(urls[index % 2] ?? '', address, world.botUrl));
    expect(limited).toBe(10);
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  });
});
