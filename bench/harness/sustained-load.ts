import type { Bench } from './bench.ts';
import { load, requestSets } from './case-load.ts';
import { CASES } from './cases.ts';
import { checkResponses } from './check.ts';
import type { SustainedLoad } from './figures.ts';
import { residentMemory } from './process.ts';
import { type Server, startServer } from './servers.ts';

/** An old generation grows for about a minute under load: after less, the order of the servers is another. */
export const SUSTAINED_SECONDS = 60;
/** Load for each second of `--seconds`, so that a short run stays short. */
const SECONDS_FOR_EACH = 12;

/** The case `in-16` for long, on a server of its own, once in a run: a minute for each server in each round would be half
 * of the run. The memory is read right after the last response. */
export async function sustainedLoad(bench: Bench, server: Server): Promise<SustainedLoad> {
  const { environment, options } = bench;
  const wanted = CASES.find(({ name }) => name === 'in-16');
  if (!wanted) throw new Error('There is no case in-16');
  const sets = await requestSets(bench, [wanted]);
  const requests = sets.get(wanted.set) ?? [];
  const running = await startServer(server, 'memory', environment);
  try {
    await checkResponses(server, running, environment, requests, true);
    const most = Math.min(SUSTAINED_SECONDS, options.seconds * SECONDS_FOR_EACH);
    const began = performance.now();
    const one = { perSecond: {}, p50: {}, p99: {}, cpu: {} };
    const { failed } = await load(bench, running, wanted, sets, one, most);
    const memory = residentMemory(running.pid);
    if (failed > 0) throw new Error(`${server.name}, memory: ${failed} requests failed`);
    // A quick run ends after some requests.
    const seconds = options.quick ? (performance.now() - began) / 1_000 : most;
    await checkResponses(server, running, environment, requests, true);
    bench.show(
      `  ${server.name.padEnd(16)} memory-60  ${(memory / 1e6).toFixed(0).padStart(6)} MB after ${seconds.toFixed(0)} s`,
    );
    return { seconds, memory };
  } finally {
    await running.stop();
  }
}
