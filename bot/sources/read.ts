/** Readers of what an API says, none of which throws: what has the wrong form is not there. */

export type Values = Record<string, unknown>;

export function valuesOf(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

export function listOf(value: unknown): Values[] {
  return Array.isArray(value) ? value.map(valuesOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A time in words (ISO 8601, say), or in seconds or milliseconds since 1970. */
export function dateOf(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? millisecondsOf(value) : NaN;
  return Number.isNaN(new Date(time).getTime()) ? undefined : new Date(time);
}

/** As seconds, a number this large would be a time in the year 5138. */
function millisecondsOf(time: number): number {
  return Math.abs(time) < 100_000_000_000 ? time * 1000 : time;
}

/** @param base what an address without an origin is relative to */
export function webAddress(value: unknown, base?: string): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value, base)) return undefined;
  const { protocol, href } = new URL(value, base);
  return /^https?:$/.test(protocol) && (base !== undefined || /^https?:\/\//i.test(value)) ? href : undefined;
}
