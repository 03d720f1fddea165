import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../local/people.ts';
import { forgetAll } from '../support/evidence.ts';
import { setTimeLeft } from '../support/opened.ts';
import { patient } from '../support/patience.ts';
import { orderProviderFault } from '../support/provider-view.ts';
import { wikiControl } from '../support/wiki-control.ts';
import { eventually, type SearchResponse, startWorld, type World } from '../support/world.ts';

/** Teams waits five seconds. */
const BOUND_MS = 4_500;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  forgetAll(world);
  await world.signIn(ADA);
});
afterEach(async () => {
  await orderProviderFault(world, {});
  await wikiControl(world.wikiUrl).heal();
});
afterAll(() => world?.stop());

/** Words with a reference, in time; then results again, by the same credential. */
async function messageInTime(heal: () => Promise<void>): Promise<void> {
  const { status, body, ms } = await world.post(ADA, { text: 'lakers' });
  const response = (body as { composeExtension: SearchResponse }).composeExtension;
  expect([status, response.type]).toEqual([200, 'message']);
  expect(response.text).toMatch(/ Reference: [a-z0-9]{8}$/);
  expect(ms).toBeLessThan(patient(BOUND_MS));
  expect(world.rows('links')).toHaveLength(1);
  await heal();
  await eventually(
    async () => (await world.search(ADA, { text: 'lakers' })).type,
    (type) => type === 'result',
  );
}

describe('T78: a search is answered in words, in time, and people stay signed in', () => {
  test('the provider’s token endpoint hangs while a token is renewed', async () => {
    setTimeLeft(world, ADA, -1);
    await orderProviderFault(world, { endpoint: 'token', mode: 'hang', times: 9 });
    await messageInTime(() => orderProviderFault(world, {}));
  });

  test('the source hangs', async () => {
    await wikiControl(world.wikiUrl).fault({ hang: true, times: 9 });
    await messageInTime(() => wikiControl(world.wikiUrl).heal());
  });
});

describe('T78: a sign-in ends with a problem that can be read, and the next one works', () => {
  // The keys of this issuer are not in memory yet when the first of them hangs.
  test.each(['jwks', 'token'])('%s hangs', async (endpoint) => {
    const { page, body } = await world.untilCallback(GRACE, { connection: 'handbook' });
    await orderProviderFault(world, { endpoint, mode: 'hang', times: 9 });
    const { status, body: problem } = await page.post('complete', body);
    expect([status, problem.code]).toEqual([504, 'provider.timeout']);
    await orderProviderFault(world, {});
    await world.signIn(GRACE, { connection: 'handbook' });
  });
});
