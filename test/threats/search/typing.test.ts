import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { parametersOf, type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { eventually, type SearchResponse, startWorld, titlesOf, type World } from '../../support/world/world.ts';

let world: World;
let wiki: WikiControl;
beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
  await world.signIn(GRACE);
});
beforeEach(() => wiki.takeCalls());
afterAll(() => world.stop());

const TYPED_ON = 'Replaced by a newer search.';
const searched = async () => (await wiki.takeCalls()).map((call) => parametersOf(call).get('srsearch'));

/** Types a word letter by letter, as Teams sends it, and waits for all answers. */
async function typed(word: string, pause: number): Promise<SearchResponse[]> {
  const responses: Promise<SearchResponse>[] = [];
  for (let letters = 2; letters <= word.length; letters++) {
    responses.push(world.search(ADA, { text: word.slice(0, letters) }));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return Promise.all(responses);
}

test('fast typing makes two calls of the wiki instead of one for each letter, and the last answer is for the whole word', async () => {
  const responses = await typed('brazil', 40);
  expect(titlesOf(responses.at(-1) as SearchResponse)).toContain('Brazil');
  expect(responses.slice(1, -1).map(({ text }) => text)).toEqual(Array(3).fill(TYPED_ON));
  expect((await searched()).sort()).toEqual(['br', 'brazil']);
});

test('another letter ends the earlier call at once: no search waits for a slow wiki twice', async () => {
  await wiki.fault({ delay: patient(3_000), times: 1 });
  const older = world.search(ADA, { text: 'icel' });
  await eventually(searched, (calls) => calls.length > 0);
  const newer = world.search(ADA, { text: 'iceland' });
  expect((await older).text).toBe(TYPED_ON);
  expect(titlesOf(await newer)).toContain('Iceland');
});

test('a deleted letter shows the earlier results, without a call of the wiki', async () => {
  for (const text of ['germ', 'german', 'germany']) await world.search(ADA, { text });
  await wiki.takeCalls();
  expect(titlesOf(await world.search(ADA, { text: 'german' }))).toContain('Germany');
  expect(await searched()).toEqual([]);
  // A repeated search makes a new call.
  await world.search(ADA, { text: 'german' });
  expect(await searched()).toEqual(['german']);
});

test('T56: a text that Ada typed a moment ago makes a new call for Grace, with her token', async () => {
  for (const text of ['trade pl', 'trade plan', 'trade plans']) await world.search(ADA, { text });
  await wiki.takeCalls();
  // Ada herself would get the cached results.
  await world.search(GRACE, { text: 'trade plan' });
  expect(await searched()).toEqual(['trade plan']);
});
