import type { Bench } from '../harness/bench.ts';
import { arePinned, CORES } from '../harness/cores.ts';
import { spreadOf } from '../harness/figures.ts';
import { makeRequests } from '../harness/requests.ts';
import { SIGNED_IN } from '../workload/people.ts';
import { loadOf, withLatchkey } from './bot.ts';
import type { GrowthFigures } from './figures.ts';

/** One per process, one for load and Redis, one to spare. */
const CORES_NEEDED = 4;

export async function measureTwoProcesses(
  bench: Bench,
): Promise<Pick<GrowthFigures, 'twoProcesses' | 'twoProcessesNote'>> {
  const { environment, options } = bench;
  const { redis, connector } = environment;
  if (!redis) return { twoProcesses: undefined, twoProcessesNote: 'there is no redis-server' };
  if (CORES < CORES_NEEDED || !arePinned) {
    const twoProcessesNote = `needs ${CORES_NEEDED} cores that processes can be put on; here are ${CORES}`;
    return { twoProcesses: undefined, twoProcessesNote };
  }
  const set = { signedIn: true, requests: options.quick ? 60 : SIGNED_IN, tokens: 1 };
  const requests = await makeRequests(connector, set);
  // Each process gets other people, so that they never share a query.
  const [ones, others] = [
    requests,
    [...requests.slice(requests.length / 2), ...requests.slice(0, requests.length / 2)],
  ];
  const ratios: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    ratios.push(
      await withLatchkey(redis.url, environment, 2, (_, first) =>
        withLatchkey(redis.url, environment, 3, async (_, second) => {
          const alone = await loadOf(bench, ones, first.url);
          const both = await Promise.all([loadOf(bench, ones, first.url), loadOf(bench, others, second.url)]);
          return both.reduce((sum, { perSecond }) => sum + perSecond, 0) / alone.perSecond;
        }),
      ),
    );
  }
  return { twoProcesses: spreadOf(ratios) };
}
