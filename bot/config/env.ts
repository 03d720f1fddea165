import { parseEnv } from 'node:util';

export type Env = Record<string, string | undefined>;

/** States a problem and its fix, never the value. */
export type ReportProblem = (problem: string) => undefined;

/** @returns whether a problem of the configuration is one of this variable */
export function isProblemOf(problem: string, variable: string): boolean {
  return problem.startsWith(variable) && !/^\w/.test(problem.slice(variable.length));
}

export const HTTPS_OR_LOOPBACK =
  'must be an https URL (loopback, plain http included, only where BASE_URL is loopback too)';

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

/** Reads the Toolkit's format: `NAME=value` lines, `#` comments, quotes around a value. */
export function parseEnvFile(text: string): Record<string, string> {
  // Node takes the next line as the value if only spaces follow a `=`.
  const plain = text.replace(/^\uFEFF/, '').replaceAll(/^([ \t]*[\w.-]+[ \t]*=)[ \t]+$/gm, '$1');
  const entries = Object.entries(parseEnv(plain));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
