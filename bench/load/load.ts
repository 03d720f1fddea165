/** What a run of load came to. Times in milliseconds. */
export interface Measured {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  /** Answers other than 2xx, and requests without an answer. Any is a failure of the run. */
  failed: number;
}

/** Where the load goes, and for how long: `seconds`, or a number of requests. */
export interface LoadOptions {
  url: string;
  connections: number;
  seconds: number;
  amount?: number;
}

/** The value below which `pageShares` of the sorted numbers are. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
