/** For a bot's NODE_OPTIONS: what waits for its next sweep, as a revocation that is tried again, does not wait long. */
export const QUICK_SWEEP = `--import=${new URL('./quick-sweep-preload.mjs', import.meta.url).href}`;
