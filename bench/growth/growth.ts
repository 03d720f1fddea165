import type { Bench } from '../harness/bench.ts';
import { one } from '../harness/targets.ts';
import type { GrowthFigures } from './figures.ts';
import { measureRedis, simulate } from './instances.ts';
import { measureSignIns } from './sign-ins.ts';
import { measureStampede } from './stampede.ts';
import { measureStores } from './stores.ts';
import { measureTwoProcesses } from './two-processes.ts';

/** The rest of the table: how Latchkey behaves as it grows. */
export async function measureGrowth(bench: Bench): Promise<GrowthFigures> {
  const { quick } = bench.options;
  bench.show('Refresh stampede');
  const stampede = await measureStampede();
  bench.show(`  ${stampede.refreshes} refresh for ${JSON.stringify(stampede.responses)}`);
  bench.show('Sign-ins');
  const signIns = await measureSignIns(quick ? 3 : 300);
  bench.show(`  ${signIns.perSecond.toFixed(1)}/s`);
  bench.show('Stores of many sizes');
  const stores = await measureStores(bench, quick ? [10, 200] : [1_000, 100_000, 1_000_000]);
  bench.show('Many instances');
  const redis = await measureRedis(bench);
  const two = await measureTwoProcesses(bench);
  const cpu = stores.find(({ store }) => store === 'Redis')?.cpu[0]?.median;
  return {
    stores,
    ...(redis && { redis }),
    simulated: redis && cpu !== undefined ? simulate(cpu, redis) : [],
    ...two,
    refreshes: one(stampede.refreshes),
    stampede: stampede.responses,
    signIns,
  };
}
