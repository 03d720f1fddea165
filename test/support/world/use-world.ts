import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type RedisServer, startRedis } from '../redis/server.ts';
import { forgetAll } from './evidence.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** One world for the calling file. Before each test, all people are signed out, and no sign-in is under way. */
export function useWorld(options: WorldOptions = {}): World {
  const world = {} as World;
  beforeAll(async () => void Object.assign(world, await startWorld(options)));
  beforeEach(() => forgetAll(world));
  afterAll(() => world.stop?.());
  return world;
}

/** One world on its own Redis for the calling suite. Before each test, the Redis is empty. */
export function useRedisWorld({ botEnv, ...options }: WorldOptions = {}): { redis: RedisServer; world: World } {
  const redis = {} as RedisServer;
  const world = {} as World;
  beforeAll(async () => {
    Object.assign(redis, await startRedis());
    Object.assign(world, await startWorld({ ...options, botEnv: { ...botEnv, STORE_URL: redis.url } }));
  });
  beforeEach(() => void redis.command('flushall'));
  afterAll(async () => {
    await world.stop?.();
    await redis.stop?.();
  });
  return { redis, world };
}
