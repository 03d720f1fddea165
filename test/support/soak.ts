/** The size of a test: the issue's own with `npm run test:soak`, a small one with `npm test`. A file that imports this is
 * one that the soak runs (scripts/soak.mjs). */
export function sized<T>(small: T, full: T): T {
  return process.env.SOAK === '1' ? full : small;
}
