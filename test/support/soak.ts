/** 0 in `npm test`, 1 at the full sizes. */
const SOAK = Number(process.env.SOAK ?? 0);

/** The size of a test: small in `npm test`, full in `npm run test:soak`. A number such as `SOAK=0.1` is that part of
 * the way from small to full. `npm run test:soak` runs each file that imports this (scripts/soak.mjs). */
export function sized(small: number, full: number): number;
export function sized(small: boolean, full: boolean): boolean;
export function sized(small: number | boolean, full: number | boolean): number | boolean {
  if (SOAK >= 1) return full;
  if (typeof small === 'boolean' || typeof full === 'boolean') return small;
  return Math.round(small + SOAK * (full - small));
}
