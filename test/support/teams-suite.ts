import { afterAll, afterEach, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { patient } from './patience.ts';
import { startTeamsWorld, type TeamsWorld, type TeamsWorldOptions } from './teams-world.ts';
import { newVisitor, type Visitor } from './visitor.ts';

/** What a test in a browser has: one world for the file, and for each test nobody signed in and a new profile. */
interface TeamsSuite {
  world: TeamsWorld;
  browser: Browser;
  visitor: Visitor;
}

/** Sets all of it up around the tests of the suite that calls it. A test passes only where the browser had nothing to
 * complain of: no error on a console, no refusal by a policy, no request to another machine. */
export function useTeamsWorld(options: () => TeamsWorldOptions | Promise<TeamsWorldOptions> = () => ({})): TeamsSuite {
  jest.setTimeout(patient(60_000));
  const suite = {} as TeamsSuite;
  beforeAll(async () => {
    suite.browser = await launchChromium();
    suite.world = await startTeamsWorld(await options());
  });
  afterAll(async () => {
    await suite.browser?.close();
    await suite.world?.stop();
  });
  beforeEach(async () => {
    suite.world.forget();
    suite.visitor = await newVisitor(suite.browser);
  });
  afterEach(async () => {
    await suite.visitor.context.close();
    expect(suite.visitor.problems).toEqual([]);
  });
  return suite;
}
