import { afterAll, beforeAll, beforeEach } from '@jest/globals';
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
