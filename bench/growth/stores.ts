import type { Bench } from '../harness/bench.ts';
import { checkResponses } from '../harness/check.ts';
import { LOAD_CORE, moveTo, SERVER_CORE } from '../harness/cores.ts';
import { spreadOf } from '../harness/figures.ts';
import { withRedis } from '../harness/redis.ts';
import { makeRequests } from '../harness/requests.ts';
import { cpuPerRequest, loadOf, withLatchkey } from './bot.ts';
import type { StoreFigures } from './figures.ts';
import { seed } from './seed.ts';

/** How many people send queries, spread over the whole store so that its pages are not all cached. */
const ASKING = 6_000;

/** CPU per query for several sizes, each in its own store. The sizes take turns, so that a slow phase of the machine
 * affects all. */
export async function measureStores(bench: Bench, sizes: readonly number[]): Promise<StoreFigures[]> {
  const { folder, redis } = bench.environment;
  const sqlite = await measureStore(bench, 'SQLite', sizes, (size) => `sqlite:${folder}/size-${size}.db`);
  if (!redis) return [sqlite];
  // Databases of one server, so that one process serves every size.
  const inRedis = await measureStore(bench, 'Redis', sizes, (_, at) => `${redis.url}/${at + 1}`);
  await withRedis(redis.url, async (client) => {
    for (const at of sizes.keys()) {
      await client.select(at + 1);
      await client.flushdb('ASYNC');
    }
  });
  return [sqlite, inRedis];
}

async function measureStore(
  bench: Bench,
  store: string,
  sizes: readonly number[],
  urlOf: (size: number, at: number) => string,
): Promise<StoreFigures> {
  let seeding = 0;
  moveTo('any');
  for (const [at, size] of sizes.entries()) {
    const began = performance.now();
    await seed(bench.environment, urlOf(size, at), 0, size);
    seeding = (performance.now() - began) / 1000;
    bench.show(`  ${store}: ${size} credentials, made in ${seeding.toFixed(1)} s`);
  }
  moveTo(LOAD_CORE);
  const rounds: number[][] = [];
  for (let round = 0; round < bench.options.rounds; round++) {
    const costs: number[] = [];
    for (const [at, size] of sizes.entries()) costs.push(await costAt(bench, urlOf(size, at), size));
    rounds.push(costs);
    bench.show(`  ${store}: ${costs.map((cost) => `${cost.toFixed(0)} µs`).join(', ')} a query`);
  }
  const cpu = sizes.map((_, at) => spreadOf(rounds.map((costs) => costs[at] ?? 0)));
  const ratio = spreadOf(rounds.map((costs) => (costs.at(-1) ?? 0) / (costs[0] ?? 0)).filter(Number.isFinite));
  return { store, sizes, cpu, ratio, seeding };
}

async function costAt(bench: Bench, storeUrl: string, size: number): Promise<number> {
  const { environment, options } = bench;
  const set = { signedIn: true, requests: options.quick ? 60 : ASKING, tokens: 1, people: size };
  const requests = await makeRequests(environment.connector, set);
  return withLatchkey(storeUrl, environment, SERVER_CORE, async (server, running) => {
    await checkResponses(server, running, environment, requests, true);
    if (!options.quick) await loadOf(bench, requests, running.url, options.warmUpSeconds);
    const cost = await cpuPerRequest(running.pid, () => loadOf(bench, requests, running.url));
    return cost ?? 0;
  });
}
