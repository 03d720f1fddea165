/** For a bot's NODE_OPTIONS: work for the next sweep, such as another try of a revocation, starts soon. */
export const QUICK_SWEEP = `--import=${new URL('./quick-sweep-preload.mjs', import.meta.url).href}`;
