export interface RoundOfOne {
  /** By case. */
  perSecond: Record<string, number>;
  /** Milliseconds by case. Only for cases that measure latency. */
  p50: Record<string, number>;
  p99: Record<string, number>;
  /** CPU microseconds of the server per query, by case. */
  cpu: Record<string, number>;
  /** Bytes after the first queries, and after all in-process cases. */
  memoryReady?: number;
  memoryLoaded?: number;
  /** Only in the first round. */
  sustained?: SustainedLoad;
  pause?: PauseFigures;
  /** Milliseconds from process start to the first answered query. */
  coldStart?: number;
}

/** One server under load for long. */
export interface SustainedLoad {
  /** Seconds of load. */
  seconds: number;
  /** Resident bytes right after it. */
  memory: number;
}

/** Searches with pauses, by https. */
interface PauseFigures {
  searches: number;
  pauseSeconds: number;
  /** TLS handshakes with the wiki for all of the searches. */
  handshakes: number;
  /** Median milliseconds of a search after a pause. */
  median: number;
}

/** By server. */
export type Round = Record<string, RoundOfOne>;

export type Pick = (one: RoundOfOne) => number | undefined;

export interface Spread {
  median: number;
  least: number;
  most: number;
}

export function spreadOf(numbers: readonly number[]): Spread | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(sorted.length - 1) };
}

/** The median and range of a number over the rounds. */
export function valuesOf(rounds: readonly Round[], server: string, pick: Pick): Spread | undefined {
  return spreadOf(rounds.map((round) => numberIn(round, server, pick)).filter((value) => value !== undefined));
}

/** The ratio to another server within each round, so that a slow phase of the machine cancels out. */
export function ratiosOf(rounds: readonly Round[], server: string, to: string, pick: Pick): Spread | undefined {
  const ratios = rounds.map((round) => {
    const [ours, theirs] = [numberIn(round, server, pick), numberIn(round, to, pick)];
    return ours !== undefined && theirs ? ours / theirs : undefined;
  });
  return spreadOf(ratios.filter((ratio) => ratio !== undefined));
}

function numberIn(round: Round, server: string, pick: Pick): number | undefined {
  const one = round[server];
  return one && pick(one);
}
