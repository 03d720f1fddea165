import type { Spread } from '../harness/figures.ts';

/** The effect of a store's size. */
export interface StoreFigures {
  store: string;
  sizes: readonly number[];
  /** CPU microseconds of the bot per query, by size, over the rounds. */
  cpu: readonly (Spread | undefined)[];
  /** The largest size to the smallest, within a round. */
  ratio: Spread | undefined;
  /** Seconds to fill the largest store. */
  seeding: number;
}

/** The work of Redis for one query. */
export interface RedisPerQuery {
  /** By command. */
  calls: Record<string, number>;
  /** Redis' own time in commands. */
  microseconds: number;
  /** All CPU of the Redis process. */
  cpu: number | undefined;
}

/** Many instances, calculated from the cost of one. */
export interface Simulated {
  instances: number;
  /** Queries per second with a core for each instance: limited by the instances or by Redis. */
  perSecond: number;
  /** Share of the core of Redis. */
  redisBusy: number;
}

/** From the prompt to the first results. */
export interface SignInFigures {
  count: number;
  perSecond: number;
  /** CPU milliseconds of the bot per sign-in. */
  botCpu: number | undefined;
}

export interface GrowthFigures {
  stores: readonly StoreFigures[];
  redis?: RedisPerQuery;
  simulated: readonly Simulated[];
  /** The throughput of two processes as a ratio to one. */
  twoProcesses: Spread | undefined;
  /** Why it was not measured. */
  twoProcessesNote?: string;
  refreshes: Spread | undefined;
  /** Number of responses to the 200 queries, by kind. */
  stampede?: Record<string, number>;
  signIns?: SignInFigures;
}

export const NO_GROWTH: GrowthFigures = {
  stores: [],
  simulated: [],
  twoProcesses: undefined,
  twoProcessesNote: '`--growth` measures it',
  refreshes: undefined,
};
