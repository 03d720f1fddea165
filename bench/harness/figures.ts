/** What one server came to in one round. */
export interface RoundOfOne {
  /** Answered queries a second, by case. */
  perSecond: Record<string, number>;
  /** Milliseconds, by case. */
  p50: Record<string, number>;
  p99: Record<string, number>;
  /** CPU of the server per query, in microseconds, by case. */
  cpu: Record<string, number>;
  /** Bytes: when it had answered its first queries, and after all cases of the search in the process. */
  memoryReady?: number;
  memoryLoaded?: number;
  /** Milliseconds from the process's start to its first answered query. */
  coldStart?: number;
}

/** By server. */
export type Round = Record<string, RoundOfOne>;

/** One number of a round's. */
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

/** A server's number, over the rounds. */
export function valuesOf(rounds: readonly Round[], server: string, pick: Pick): Spread | undefined {
  return spreadOf(rounds.map((round) => numberIn(round, server, pick)).filter((value) => value !== undefined));
}

/** A server's number as a ratio to another's of the same round: what slows the machine down for a while slows both. */
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
