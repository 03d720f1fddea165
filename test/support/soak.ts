/** 0 in `npm test`, 1 at the full sizes. */
const SOAK = Number(process.env.SOAK ?? 0);

/** The size of a test: small in `npm test`, full in `npm run test:soak`. In between, as with `SOAK=0.1`, a number is
 * that far from one to the other. `npm run test:soak` runs each file that imports this (scripts/soak.mjs). */
export function sized(small: number, full: number): number;
export function sized(small: boolean, full: boolean): boolean;
export function sized(small: number | boolean, full: number | boolean): number | boolean {
  if (SOAK >= 1) return full;
  if (typeof small === 'boolean' || typeof full === 'boolean') return small;
  return Math.round(small + SOAK * (full - small));
}
