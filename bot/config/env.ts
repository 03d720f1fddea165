import { parseEnv } from 'node:util';

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

/** Reads a `.env` file as F5's scripts and the Toolkit do: `NAME=value` a line, `#` comments, quotes around a value. */
export function parseEnvFile(text: string): Record<string, string> {
  // Where nothing but spaces follows a `=`, Node takes the next line for the value.
  const plain = text.replace(/^\uFEFF/, '').replaceAll(/^([ \t]*[\w.-]+[ \t]*=)[ \t]+$/gm, '$1');
  const entries = Object.entries(parseEnv(plain));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
