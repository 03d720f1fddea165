import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { leaksIn } from '../../support/process/log.ts';
import { wikiControl } from '../../support/wiki/wiki-control.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let metricsUrl: string;

beforeAll(async () => {
  const [port] = await freePorts(1);
  world = await startWorld({ botEnv: { METRICS_PORT: String(port) } });
  metricsUrl = `http://localhost:${port}/metrics`;
});
afterAll(() => world?.stop());

async function read(): Promise<string> {
  const response = await fetch(metricsUrl);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  return response.text();
}

/** The value of a series, as Prometheus reads it; 0 where there is none. */
function readingOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

const SEARCHES = 'latchkey_activity_seconds_count{kind="composeExtension/query",status="200"}';
const calls = (outcome: string) => `latchkey_source_call_seconds_count{connection="wiki",outcome="${outcome}"}`;

test('counts searches, the answers of the source, sign-ins and refusals', async () => {
  const before = await read();
  await world.signIn(ADA);
  await world.search(ADA, { text: 'celtics' });
  await wikiControl(world.wikiUrl).fault({ status: 503 });
  await world.search(ADA, { text: 'hornets' });
  const { status } = await world.post(ADA, { text: 'x' }, undefined, {
    headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  });
  const after = await read();
  const rise = (series: string) => readingOf(after, series) - readingOf(before, series);
  expect(status).toBe(403);
  expect(rise('latchkey_refused_total{status="403"}')).toBe(1);
  expect(rise(SEARCHES)).toBe(4); // The prompt, the query with the code, and two more.
  expect(rise(calls('answered'))).toBe(2);
  expect(rise(calls('unavailable'))).toBe(1);
  expect(rise('latchkey_failures_total{part="source",connection="wiki"}')).toBe(1);
  expect(rise('latchkey_security_events_total{event="signin.started",connection="wiki"}')).toBe(1);
  expect(rise('latchkey_security_events_total{event="signin.completed",connection="wiki"}')).toBe(1);
  expect(readingOf(after, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('T72: no request creates a new series, and no series contains personal data', async () => {
  await world.signIn(GRACE);
  await world.search(GRACE, { text: 'lakers trade plan' });
  const series = async () => (await read()).split('\n').filter((line) => /^latchkey_activity.*_count/.test(line));
  const named = (name: unknown, type = 'invoke') =>
    world.post(GRACE, { text: 'lakers' }, (activity) => Object.assign(activity, { name, type }));
  await named('made/up');
  await named('made up in a message', 'typing');
  const before = await series();
  for (const name of ['x'.repeat(5000), '__proto__', 'a"} 1\nforged 1', 'constructor', GRACE.objectId]) {
    await named(name);
    await named(name, name);
  }
  const after = await series();
  expect(after.map((line) => line.split('} ')[0])).toEqual(before.map((line) => line.split('} ')[0]));
  const text = await read();
  expect(text).not.toMatch(/forged|made/);
  expect(leaksIn(text, ['lakers', 'trade plan'])).toEqual([]);
});

test('the public port does not serve the metrics, and their port serves nothing else', async () => {
  expect((await fetch(`${world.botUrl}/metrics`)).status).toBe(404);
  for (const [path, method] of [
    ['/', 'GET'],
    ['/healthz', 'GET'],
    ['/api/messages', 'POST'],
    ['/metrics', 'POST'],
  ] as const) {
    expect((await fetch(new URL(path, metricsUrl), { method })).status).toBe(404);
  }
});
