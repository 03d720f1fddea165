import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { crowd, newPerson } from '../../support/network/crowd.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { searchAt, startAnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { eventNamesSince, logMark } from '../../support/world/evidence.ts';
import { liveSignIns, onceIssued } from '../../support/world/issued-tokens.ts';
import { useRedisWorld } from '../../support/world/use-world.ts';
import { type ConnectionId, eventually, readiness, untilReadiness } from '../../support/world/world.ts';

/** Enough that commands of many people are in one turn of the bot's event loop. */
const AT_ONCE = 50;

describeWithRedis('a Redis that loses sign-ins, scripts, or itself', () => {
  const { redis, world } = useRedisWorld();

  describe('T65: because of its settings', () => {
    let forgetful: RedisServer;
    beforeAll(async () => {
      forgetful = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
    });
    afterAll(() => forgetful?.stop());

    test('T65: the bot refuses it at the start, and the message says what to set', async () => {
      const start = startAnotherBot(world, { STORE_URL: forgetful.url });
      await expect(start).rejects.toThrow(/appendonly is off: set .+ maxmemory-policy is allkeys-lru: set/);
    });

    test('T65: the bot uses it if its operator allows that, with a warning', async () => {
      await withAnotherBot(world, { STORE_URL: `${forgetful.url}/?durability=ignore` }, async (bot) => {
        expect(bot.output()).toMatch(/"level":40.+may lose sign-ins: appendonly is off/);
        expect(await searchAt(world, bot.url, ADA)).toBe('auth');
        expect(await bot.stop()).toBe(0);
      });
    });
  });

  test('T78, T79: while Redis is down, the bot says so; it recovers when Redis is back', async () => {
    expect((await world.search(ADA)).type).toBe('auth');
    await redis.kill();
    expect(await world.search(ADA)).toMatchObject({
      type: 'message',
      text: expect.stringMatching(/Reference: \w{8}$/),
    });
    expect(await readiness(world)).toBe(503);
    await redis.restart();
    await eventually(
      () => world.search(ADA),
      ({ type }) => type === 'auth',
    );
  });

  test('T79: a Redis that lost everything: people are asked to sign in, and get no other person’s data', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    redis.command('flushall');
    for (const person of [ADA, GRACE]) expect((await world.search(person)).type).toBe('auth');
    await world.signIn(GRACE);
    expect((await world.search(GRACE)).type).toBe('result');
    expect((await world.search(ADA)).type).toBe('auth');
  });

  test.each<ConnectionId>(['wiki', 'handbook'])(
    'T92: down right after the provider issued tokens at %s: they no longer work, and the next sign-in does',
    async (connection) => {
      const before = await liveSignIns(world);
      const mark = await logMark(world);
      const { page, body } = await world.untilCallback(ADA, { connection });
      const complete = () => page.post('complete', body);
      const response = await onceIssued(world, 'authorization_code', complete, () => redis.kill());
      expect(response.status).toBe(503);
      expect(await liveSignIns(world)).toEqual(before);
      expect(await eventNamesSince(world, mark)).toContain('credential.not_stored');
      await redis.restart();
      await untilReadiness(world);
      await world.signIn(ADA, { connection });
      await signOut(world.connector, world.botUrl, ADA);
      await eventually(
        () => liveSignIns(world),
        (live) => live.length === before.length,
      );
    },
  );

  describe('T79: its scripts alone', () => {
    const ask = (person: Person) =>
      world.search(person, { text: 'lakers', state: randomBytes(32).toString('base64url') });
    const begin = async (person: Person) =>
      new AuthClient(world.botUrl).post('start', { ticket: await world.ticket(person) });
    /** So that the bot believes that Redis has its scripts, which it does not. */
    async function loseScripts(warmUp: (person: Person) => Promise<unknown>): Promise<void> {
      await Promise.all(crowd(3).map(warmUp));
      expect(redis.command('script', 'flush')).toBe('OK');
    }

    test('T79: each of many queries with wrong codes is answered, and the bot stays up', async () => {
      await loseScripts(ask);
      const responses = await Promise.all(crowd(AT_ONCE).map(ask));
      expect(responses.map(({ type }) => type)).toEqual(Array(AT_ONCE).fill('auth'));
      expect(await readiness(world)).toBe(200);
    });

    test('T79: each of many sign-ins begins, and the bot stays up', async () => {
      await loseScripts(begin);
      const begun = await Promise.all(crowd(AT_ONCE).map(begin));
      expect(begun.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(200));
      expect(new Set(begun.map(({ body }) => body.authorizationUrl)).size).toBe(AT_ONCE);
      expect(await readiness(world)).toBe(200);
    });

    test('T79: a sign-in finishes: the bot loads the lost scripts again', async () => {
      const person = newPerson();
      const state = await world.securityCode(person, { connection: 'handbook', as: ADA });
      redis.command('script', 'flush');
      expect((await world.search(person, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
    });
  });
});
