/** Times in milliseconds. */
export interface Measured {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  /** Responses other than 2xx, and requests without a response. Any of them fails the run. */
  failed: number;
}

/** Runs for `seconds`, or for a number of requests. */
export interface LoadOptions {
  url: string;
  connections: number;
  seconds: number;
  amount?: number;
}

/** Returns the value below which this share of the sorted numbers lies. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
