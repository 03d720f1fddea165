import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { percentile } from '../../support/network/latency.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/provider/scripted-api.ts';
import { sized } from '../../support/soak.ts';
import { searchResponse } from '../../support/wiki/wiki-control.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** Queries of one person that are under way at any moment. */
const FLOOD = 64;
/** How long the searched API takes, in milliseconds, and how many requests it handles at once. */
const [TOIL, AT_ONCE] = [200, 16];
const SAMPLES = sized(20, 60);

let world: World;
let api: ScriptedApi;
beforeAll(async () => {
  api = await startScriptedApi();
  world = await startWorld({ botEnv: { CONNECTIONS_FILE: api.connectionsFile, OTHER_URL: api.url } });
  for (const person of [ADA, GRACE]) await world.signIn(person, { connection: 'handbook' });
  api.toil(searchResponse([{ title: 'Elsewhere' }]), TOIL, AT_ONCE);
});
afterAll(async () => {
  await world?.stop();
  await api?.close();
});

const search = async (person: Person) => {
  const { status, body, ms } = await world.post(person, { connection: 'handbook', text: 'lakers' });
  const { type } = (body as { composeExtension: { type: string } }).composeExtension;
  return { outcome: `${status} ${type}`, ms };
};

/** One search after the other. */
async function latencies(person: Person): Promise<number[]> {
  const durations: number[] = [];
  while (durations.length < SAMPLES) {
    const { outcome, ms } = await search(person);
    expect(outcome).toBe('200 result');
    durations.push(ms);
  }
  return durations;
}

test(
  `T46: one person keeps ${FLOOD} queries under way without a pause: queries of another person are not slower`,
  async () => {
    const alone = percentile(await latencies(GRACE), 95);
    let flooding = true;
    const flood = Promise.all(
      Array.from({ length: FLOOD }, async () => {
        const outcomes: string[] = [];
        while (flooding) outcomes.push((await search(ADA)).outcome);
        return outcomes;
      }),
    );
    const beside = percentile(await latencies(GRACE), 95);
    flooding = false;
    // The flood waits behind itself, and is answered.
    const answered = (await flood).flat();
    expect(answered.length).toBeGreaterThan(FLOOD);
    expect([...new Set(answered)]).toEqual(['200 result']);
    // Without turns, they would wait in the API's own queue, behind three rounds of the flood: more than four times as
    // long.
    expect(beside).toBeLessThan(3 * alone);
  },
  sized(90_000, 180_000),
);
