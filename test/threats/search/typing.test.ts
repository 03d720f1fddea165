import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { bodiesIn, exchange } from '../../support/network/raw-socket.ts';
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

/** Types a word letter by letter. All requests leave in one piece on one connection, so that they arrive in this order,
 * and faster than a pause in typing. */
async function typedFast(word: string): Promise<SearchResponse[]> {
  const token = await world.connector.token();
  await world.post(ADA, { text: 'iceland' }, undefined, { token }); // Now the bot knows the token.
  await wiki.takeCalls();
  const texts = Array.from(word).map((_, at) => word.slice(0, at + 1));
  const requests = texts.slice(1).map((text, at, { length }) => {
    const body = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text }));
    const connection = at === length - 1 ? 'close' : 'keep-alive';
    const headers = `Host: ${new URL(world.botUrl).host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json`;
    const framing = `Connection: ${connection}\r\nContent-Length: ${Buffer.byteLength(body)}`;
    return `POST /api/messages HTTP/1.1\r\n${headers}\r\n${framing}\r\n\r\n${body}`;
  });
  const responses = await exchange(world.botUrl, requests.join(''));
  return bodiesIn(responses).map((body) => (body as { composeExtension: SearchResponse }).composeExtension);
}

test('fast typing makes two calls of the wiki instead of one for each letter, and the last answer is for the whole word', async () => {
  const responses = await typedFast('brazil');
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
