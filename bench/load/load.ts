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
function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** @param times milliseconds of each request; sorted in place @param seconds the whole measuring took */
export function summarize(times: Float64Array, seconds: number, failed: number): Measured {
  times.sort();
  const [p50, p99, max] = [percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)];
  return { requests: times.length, perSecond: times.length / seconds, p50, p99, max, failed };
}
