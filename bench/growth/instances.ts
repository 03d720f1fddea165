import type { Bench } from '../harness/bench.ts';
import { SERVER_CORE } from '../harness/cores.ts';
import { cpuSeconds } from '../harness/process.ts';
import { withRedis } from '../harness/redis.ts';
import { makeRequests } from '../harness/requests.ts';
import { SIGNED_IN } from '../workload/people.ts';
import { loadOf, withLatchkey } from './bot.ts';
import type { RedisPerQuery, Simulated } from './figures.ts';

const INSTANCES = [1, 2, 10, 100];

/** From Redis' own counters (INFO commandstats). */
export async function measureRedis(bench: Bench): Promise<RedisPerQuery | undefined> {
  const { environment, options } = bench;
  const { redis, connector } = environment;
  if (!redis) return undefined;
  const set = { signedIn: true, requests: options.quick ? 60 : SIGNED_IN, tokens: 1 };
  const requests = await makeRequests(connector, set);
  return withLatchkey(redis.url, environment, SERVER_CORE, async (_, { url }) => {
    await withRedis(redis.url, (client) => client.config('RESETSTAT'));
    const before = cpuSeconds(redis.program.pid);
    const measured = await loadOf(bench, requests, url);
    const after = cpuSeconds(redis.program.pid);
    const info = await withRedis(redis.url, (client) => client.info('commandstats'));
    const cpu = before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / measured.requests;
    return { ...readStats(info, measured.requests), cpu };
  });
}

/** Parses `cmdstat_hget:calls=1000,usec=2000,…`. */
function readStats(info: string, queries: number): Pick<RedisPerQuery, 'calls' | 'microseconds'> {
  const lines = [...info.matchAll(/^cmdstat_(\S+):calls=(\d+),usec=(\d+)/gm)];
  const own = lines.filter(([, name]) => !['info', 'config|resetstat'].includes(name ?? ''));
  return {
    calls: Object.fromEntries(own.map(([, name, calls]) => [name, Number(calls) / queries])),
    microseconds: own.reduce((sum, [, , , usec]) => sum + Number(usec), 0) / queries,
  };
}

/** Calculates only: each instance has a core, and all share one Redis. The sign-in state is the only shared part.
 * @param cpu microseconds of an instance per query */
export function simulate(cpu: number, { cpu: redisCpu, microseconds }: RedisPerQuery): Simulated[] {
  const redisLimit = 1e6 / (redisCpu ?? microseconds);
  return INSTANCES.map((instances) => {
    const perSecond = Math.min((instances * 1e6) / cpu, redisLimit);
    return { instances, perSecond, redisBusy: perSecond / redisLimit };
  });
}
