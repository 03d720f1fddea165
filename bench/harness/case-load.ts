import { runAutocannon } from '../load/autocannon.ts';
import { runClosedLoop } from '../load/closed-loop.ts';
import type { Measured } from '../load/load.ts';
import { runOpenLoop } from '../load/open-loop.ts';
import { runWrk } from '../load/wrk.ts';
import type { Bench } from './bench.ts';
import type { Case } from './cases.ts';
import type { RoundOfOne } from './figures.ts';
import { makeRequests, type Request, type RequestSet } from './requests.ts';
import type { RunningServer } from './servers.ts';

/** Requests of a case in a quick run. */
const FEW = 60;

export type RequestSets = ReadonlyMap<RequestSet, readonly Request[]>;

export async function requestSets({ environment }: Bench, cases: readonly Case[]): Promise<RequestSets> {
  const sets = new Map<RequestSet, readonly Request[]>();
  for (const { set } of cases) if (!sets.has(set)) sets.set(set, await makeRequests(environment.connector, set));
  return sets;
}

/** The load of one case: wrk for throughput, loaders of our own for latency.
 * @param one the figures of the round so far */
export function load(
  { options, load }: Bench,
  { url }: RunningServer,
  { name, set, connections, rate, latency }: Case,
  sets: RequestSets,
  one: RoundOfOne,
  seconds: number,
): Promise<Measured> {
  const requests = sets.get(set) ?? [];
  const how = { url, connections, seconds, ...(options.quick && { amount: FEW }) };
  if (rate !== undefined)
    return runOpenLoop(requests, how, rate === 'half' ? (one.perSecond['in-16'] ?? 1_200) / 2 : rate);
  if (latency) return runClosedLoop(requests, how);
  // autocannon runs for at least a second, so a quick run uses it once per server.
  if (options.quick && name !== 'in-16') return runOpenLoop(requests, how, FEW * 4);
  return load === 'wrk' ? runWrk(requests, how) : runAutocannon(requests, how);
}
