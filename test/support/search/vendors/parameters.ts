import { must } from '../server.ts';

/** The parameters of a query, each known to the vendor and given once. */
export function readParameters(url: string, known: readonly string[]): URLSearchParams {
  const { searchParams } = new URL(url, 'http://stand-in');
  const names = [...searchParams.keys()];
  for (const name of names) must(known.includes(name), `not known: ${name}`);
  must(new Set(names).size === names.length, 'a parameter twice');
  return searchParams;
}

/** A whole number, as text in an address or as a number in a body. */
export function readInteger(value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  must(Number.isInteger(number), `not a whole number: ${String(value)}`);
  must(Number(number) >= least && Number(number) <= most, `must be ${least} to ${most}: ${String(value)}`);
  return Number(number);
}

export function pathOf(url: string): string {
  return new URL(url, 'http://stand-in').pathname;
}
