import type { Spread } from '../harness/figures.ts';

/** What a store does when it grows. */
export interface StoreFigures {
  store: string;
  sizes: readonly number[];
  /** CPU of the bot per query, in microseconds, by size, over the rounds. */
  cpu: readonly (Spread | undefined)[];
  /** Of the largest to the smallest, within a round. */
  ratio: Spread | undefined;
  /** How long it took to put the largest there. Seconds. */
  seeding: number;
}

/** What Redis does for one query. */
export interface RedisPerQuery {
  /** By command. */
  calls: Record<string, number>;
  /** Redis' own time in commands. */
  microseconds: number;
  /** All CPU of Redis' process. */
  cpu: number | undefined;
}

/** One service of many instances, worked out from what one costs. */
export interface Simulated {
  instances: number;
  /** Queries a second, a core for each instance: the lesser of what the instances and what one Redis can do. */
  perSecond: number;
  /** Share of one Redis' core. */
  redisBusy: number;
}

/** People who sign in, from the prompt to their first results. */
export interface SignInFigures {
  count: number;
  perSecond: number;
  /** CPU of the bot for each, in milliseconds. */
  botCpu: number | undefined;
}

export interface GrowthFigures {
  stores: readonly StoreFigures[];
  redis?: RedisPerQuery;
  simulated: readonly Simulated[];
  /** Throughput of two as a ratio to one. */
  twoProcesses: Spread | undefined;
  /** Why it was not measured. */
  twoProcessesNote?: string;
  refreshes: Spread | undefined;
  /** What the 200 queries were answered with. */
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
