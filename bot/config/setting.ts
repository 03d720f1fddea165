/** What every reader of a setting works with. */
export type Env = Record<string, string | undefined>;

/** Notes what is wrong with a setting, and how to mend it; the value itself is never in it. */
export type ReportProblem = (problem: string) => undefined;

export const HTTPS_OR_LOOPBACK =
  'must be an https URL (loopback, plain http included, only where BASE_URL is loopback too)';

/** A whole number within bounds, in decimal digits. */
export function readInteger(
  env: Env,
  name: string,
  fallback: number,
  least: number,
  most: number,
  bad: ReportProblem,
): number {
  const value = env[name];
  if (!value) return fallback;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) bad(`${name} must be a whole number from ${least} to ${most}`);
  return number;
}
