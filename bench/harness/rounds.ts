import type { Bench } from './bench.ts';
import { load, type RequestSets, requestSets } from './case-load.ts';
import { type Case, casesHere, isLatencyCase, isWanted } from './cases.ts';
import { checkResponses } from './check.ts';
import { coldStart } from './cold-start.ts';
import type { Round, RoundOfOne } from './figures.ts';
import { measurePauses } from './pause.ts';
import { cpuSeconds, residentMemory } from './process.ts';
import { makeRequests } from './requests.ts';
import { type RunningServer, type Server, startServer, type Workload } from './servers.ts';
import { sustainedLoad } from './sustained-load.ts';

/** One round: each server in turn, restarted for each workload.
 * @param at the number of the round, which decides the first server */
export async function runRound(bench: Bench, at: number): Promise<Round> {
  const cases = casesHere(bench.options.quick, bench.options.cases);
  // Tokens expire after an hour, so each round needs new ones.
  const sets = await requestSets(bench, cases);
  const turn = [
    ...bench.servers.slice(at % bench.servers.length),
    ...bench.servers.slice(0, at % bench.servers.length),
  ];
  const round: Round = {};
  for (const server of turn) {
    const one: RoundOfOne = { perSecond: {}, p50: {}, p99: {}, cpu: {} };
    for (const workload of ['memory', 'http'] as const) {
      const mine = cases.filter((each) => each.workload === workload);
      if (mine.length > 0) await runCases(bench, server, workload, mine, sets, one);
    }
    const [first] = await makeRequests(bench.environment.connector, { signedIn: true, requests: 1, tokens: 1 });
    if (first) one.coldStart = await coldStart(server, bench.environment, first, bench.options.quick ? 1 : 3);
    bench.show(`  ${server.name.padEnd(16)} cold start ${one.coldStart?.toFixed(0)} ms`);
    if (at === 0 && isWanted('memory-60', bench.options.cases)) one.sustained = await sustainedLoad(bench, server);
    round[server.name] = one;
  }
  if (at === 0 && isWanted('pause-6', bench.options.cases)) await measurePauses(bench, round);
  return round;
}

async function runCases(
  bench: Bench,
  server: Server,
  workload: Workload,
  cases: readonly Case[],
  sets: RequestSets,
  one: RoundOfOne,
): Promise<void> {
  const running = await startServer(server, workload, bench.environment);
  try {
    const check = async ({ set }: Case) =>
      checkResponses(server, running, bench.environment, sets.get(set) ?? [], set.signedIn);
    const [first] = cases;
    if (first) await check(first);
    if (workload === 'memory') one.memoryReady = residentMemory(running.pid);
    if (first && !bench.options.quick) await load(bench, running, first, sets, one, bench.options.warmUpSeconds);
    for (const each of cases) {
      await check(each);
      await measure(bench, server, running, each, sets, one);
      await check(each);
    }
    if (workload === 'memory') one.memoryLoaded = residentMemory(running.pid);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe last of what it wrote:\n${running.output().slice(-3_000)}`);
  } finally {
    await running.stop();
  }
}

async function measure(
  bench: Bench,
  { name }: Server,
  running: RunningServer,
  each: Case,
  sets: RequestSets,
  one: RoundOfOne,
): Promise<void> {
  const before = cpuSeconds(running.pid);
  const measured = await load(bench, running, each, sets, one, bench.options.seconds);
  const after = cpuSeconds(running.pid);
  const { failed, requests, perSecond, p50, p99 } = measured;
  if (failed > 0 || requests === 0) throw new Error(`${name}, ${each.name}: ${failed} of ${requests} requests failed`);
  one.perSecond[each.name] = perSecond;
  if (isLatencyCase(each)) {
    one.p50[each.name] = p50;
    one.p99[each.name] = p99;
  }
  if (before !== undefined && after !== undefined) one.cpu[each.name] = ((after - before) * 1e6) / requests;
  const cpu = `  CPU ${one.cpu[each.name]?.toFixed(0) ?? '?'} µs`;
  const latency = isLatencyCase(each) ? `  p99 ${p99.toFixed(1)} ms` : '';
  bench.show(`  ${name.padEnd(16)} ${each.name.padEnd(10)} ${perSecond.toFixed(0).padStart(6)}/s${cpu}${latency}`);
}
