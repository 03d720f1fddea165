import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import { patient } from '../patience.ts';
import { startTeamsWorld, type TeamsWorld, type TeamsWorldOptions } from '../world/teams-world.ts';
import { useVisitor, type VisitorSuite } from './visitor.ts';

export interface TeamsSuite extends VisitorSuite {
  world: TeamsWorld;
}

/** One world and one visitor for the tests of the calling suite. Before each test, all are signed out everywhere. */
export function useTeamsWorld(options: () => TeamsWorldOptions | Promise<TeamsWorldOptions> = () => ({})): TeamsSuite {
  jest.setTimeout(patient(60_000));
  const suite = useVisitor() as TeamsSuite;
  beforeAll(async () => {
    suite.world = await startTeamsWorld(await options());
  });
  afterAll(() => suite.world?.stop());
  beforeEach(() => suite.world.forget());
  return suite;
}
