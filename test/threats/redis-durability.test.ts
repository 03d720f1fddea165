import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../local/people.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

describeWithRedis('T65: a Redis that loses sign-ins, or itself', () => {
  let world: World;
  let forgetful: RedisServer;

  beforeAll(async () => {
    world = await startWorld();
    forgetful = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
  });
  afterAll(async () => {
    await world.stop();
    await forgetful.stop();
  });

  test('is refused at start, and the message says what to set', async () => {
    const start = startAnotherBot(world, { STORE_URL: forgetful.url });
    await expect(start).rejects.toThrow(/appendonly is off: set .+ maxmemory-policy is allkeys-lru: set/);
  });

  test('is used where its operator says so, with a warning', async () => {
    const bot = await startAnotherBot(world, { STORE_URL: `${forgetful.url}/?durability=ignore` });
    expect(bot.output()).toMatch(/"level":40.+may lose sign-ins: appendonly is off/);
    const { status } = await world.connector.post(
      bot.url,
      world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }),
    );
    expect(status).toBe(200);
    expect(await bot.stop()).toBe(0);
  });

  test('T78, T79: one that is gone is said in words, and missed no longer than it is away', async () => {
    const durable = await startRedis();
    const bot = await startAnotherBot(world, { STORE_URL: durable.url });
    try {
      const ask = async () => {
        const activity = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
        return (await world.connector.post(bot.url, activity)).body as {
          composeExtension: { type: string; text?: string };
        };
      };
      expect((await ask()).composeExtension.type).toBe('auth');
      await durable.kill();
      const { composeExtension } = await ask();
      expect(composeExtension).toMatchObject({ type: 'message', text: expect.stringMatching(/Reference: \w{8}$/) });
      expect((await fetch(`${bot.url}/readyz`)).status).toBe(503);
      await durable.restart();
      await eventually(ask, (response) => response.composeExtension.type === 'auth');
    } finally {
      await bot.stop();
      await durable.stop();
    }
  });

  test('T79: one that lost everything: people are asked to sign in, and nobody gets what is not theirs', async () => {
    const empty = await startRedis();
    const other = await startWorld({ botEnv: { STORE_URL: empty.url } });
    try {
      for (const person of [ADA, GRACE]) await other.signIn(person);
      empty.command('flushall');
      for (const person of [ADA, GRACE]) expect((await other.search(person)).type).toBe('auth');
      await other.signIn(GRACE);
      expect((await other.search(GRACE)).type).toBe('result');
      expect((await other.search(ADA)).type).toBe('auth');
    } finally {
      await other.stop();
      await empty.stop();
    }
  });
});
