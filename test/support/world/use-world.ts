import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { forgetAll } from './evidence.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

/** One world for the file that calls it. For each test nobody is signed in, and nothing is under way. */
export function useWorld(options: WorldOptions = {}): World {
  const world = {} as World;
  beforeAll(async () => void Object.assign(world, await startWorld(options)));
  beforeEach(() => forgetAll(world));
  afterAll(() => world.stop?.());
  return world;
}
