import type { RequestSet } from './requests.ts';
import type { Workload } from './servers.ts';

export interface Case {
  name: string;
  workload: Workload;
  set: RequestSet;
  connections: number;
  /** Requests per second for an open loop, or half of the throughput with 16 connections. Absent: as many as
   * possible. */
  rate?: number | 'half';
  /** Measures latency with connections that are open before the measuring begins. Absent: throughput. */
  latency?: true;
  /** Part of a quick run. */
  quick?: true;
}

const IN: RequestSet = { signedIn: true, requests: 3_000, tokens: 1 };
const OUT: RequestSet = { signedIn: false, requests: 3_000, tokens: 1 };
/** More tokens than any server caches, so each token is new. */
const NEW: RequestSet = { signedIn: true, requests: 6_000, tokens: 6_000 };
const MANY: RequestSet = { signedIn: true, requests: 3_000, tokens: 500 };

/** The number of concurrent requests in an open loop. */
const OPEN = 256;

/** The order matters: `memory after all cases` is read after those in the process. */
export const CASES: readonly Case[] = [
  { name: 'in-1', workload: 'memory', set: IN, connections: 1 },
  { name: 'in-16', workload: 'memory', set: IN, connections: 16, quick: true },
  { name: 'in-64', workload: 'memory', set: IN, connections: 64 },
  { name: 'out-1', workload: 'memory', set: OUT, connections: 1 },
  { name: 'out-16', workload: 'memory', set: OUT, connections: 16, quick: true },
  { name: 'out-64', workload: 'memory', set: OUT, connections: 64 },
  { name: 'many-16', workload: 'memory', set: MANY, connections: 16 },
  { name: 'new-16', workload: 'memory', set: NEW, connections: 16, quick: true },
  { name: 'p99-16', workload: 'memory', set: IN, connections: 16, latency: true, quick: true },
  { name: 'p99-64', workload: 'memory', set: IN, connections: 64, latency: true },
  { name: 'open-600', workload: 'memory', set: IN, connections: OPEN, rate: 600, quick: true },
  { name: 'open-half', workload: 'memory', set: IN, connections: OPEN, rate: 'half' },
  { name: 'http-16', workload: 'http', set: IN, connections: 16, quick: true },
  { name: 'http-64', workload: 'http', set: IN, connections: 64 },
];

/** Measured once in a run, in its first round. `--cases` knows them too. */
type Step = 'memory-60' | 'pause-6';

export function isWanted(step: Step, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes(step);
}

/** The cases whose p99 counts. */
export function isLatencyCase({ latency, rate }: Case): boolean {
  return latency !== undefined || rate !== undefined;
}

/** Requests and tokens of each case in a quick run. */
const FEW = 60;

export function casesHere(quick: boolean, wanted: readonly string[]): readonly Case[] {
  const chosen = CASES.filter((each) => (wanted.length > 0 ? wanted.includes(each.name) : !quick || each.quick));
  if (!quick) return chosen;
  return chosen.map((each) => ({
    ...each,
    set: { ...each.set, requests: FEW, tokens: Math.min(each.set.tokens, FEW) },
  }));
}
