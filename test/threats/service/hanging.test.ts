import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { orderProviderFault } from '../../support/provider/provider-view.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/provider/scripted-api.ts';
import { searchResponse, wikiControl } from '../../support/wiki/wiki-control.ts';
import { forgetAll } from '../../support/world/evidence.ts';
import { setTimeLeft } from '../../support/world/opened.ts';
import {
  type ConnectionId,
  eventually,
  type SearchResponse,
  startWorld,
  type World,
} from '../../support/world/world.ts';

/** Teams waits five seconds. */
const BOUND_MS = 4_500;

let world: World;
/** The system that the handbook searches. */
let handbook: ScriptedApi;
beforeAll(async () => {
  handbook = await startScriptedApi();
  world = await startWorld({ botEnv: { CONNECTIONS_FILE: handbook.connectionsFile, OTHER_URL: handbook.url } });
});
beforeEach(async () => {
  forgetAll(world);
  await world.signIn(ADA);
});
afterEach(heal);
afterAll(async () => {
  await world?.stop();
  await handbook?.close();
});

async function heal(): Promise<void> {
  await orderProviderFault(world, {});
  await wikiControl(world.wikiUrl).heal();
  handbook.respondWith(searchResponse([{ title: 'Elsewhere' }]));
}

/** A message with a reference, in time; the person stays signed in. */
async function expectMessage(person: Person, connection: ConnectionId): Promise<void> {
  const { status, body, ms } = await world.post(person, { connection, text: 'lakers' });
  const response = (body as { composeExtension: SearchResponse }).composeExtension;
  expect([status, response.type]).toEqual([200, 'message']);
  expect(response.text).toMatch(/ Reference: [a-z0-9]{8}$/);
  expect(ms).toBeLessThan(patient(BOUND_MS));
  expect(world.rows('links').map(({ object_id }) => object_id)).toContain(person.objectId);
}

/** A sign-in up to the exchange of its code. */
async function beginSignIn(person: Person): Promise<() => Promise<void>> {
  const { page, body } = await world.untilCallback(person, { connection: 'handbook' });
  return async () => {
    const { status, body: problem } = await page.post('complete', body);
    expect([status, problem.code]).toEqual([504, 'provider.timeout']);
  };
}

const untilResults = (person: Person, connection: ConnectionId) =>
  eventually(
    async () => (await world.search(person, { connection, text: 'lakers' })).type,
    (type) => type === 'result',
  );

// The bot has not cached the keys of the handbook's issuer yet.
test('T55, T78: the source and the provider’s keys hang: a search gets a message, a sign-in a problem; then both work', async () => {
  const completed = await beginSignIn(GRACE);
  await orderProviderFault(world, { endpoint: 'jwks', mode: 'hang', times: 9 });
  await wikiControl(world.wikiUrl).fault({ hang: true, times: 9 });
  await Promise.all([expectMessage(ADA, 'wiki'), completed()]);
  await heal();
  await untilResults(ADA, 'wiki');
  await world.signIn(GRACE, { connection: 'handbook' });
});

test('T55, T78: the provider’s token endpoint hangs, and a source within its answer: the same, and the bot ends the call', async () => {
  await world.signIn(LINUS, { connection: 'handbook' });
  const completed = await beginSignIn(GRACE);
  setTimeLeft(world, ADA, -1);
  await orderProviderFault(world, { endpoint: 'token', mode: 'hang', times: 9 });
  handbook.requests.length = 0;
  handbook.hang('{"query":{"search":[');
  await Promise.all([expectMessage(ADA, 'wiki'), expectMessage(LINUS, 'handbook'), completed()]);
  expect(handbook.requests).toHaveLength(1);
  await eventually(handbook.open, (open) => open === 0);
  await heal();
  await Promise.all([untilResults(ADA, 'wiki'), untilResults(LINUS, 'handbook')]);
  await world.signIn(GRACE, { connection: 'handbook' });
});
