import { parseUrl } from './safe-url.ts';

/** Readers of untrusted JSON. They do not throw: a value of a wrong type counts as missing. */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function asString(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Some APIs send a title as a number, such as 4711. */
export function labelOf(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : asString(value);
}

/** For the log: the type, never the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return value === '' ? 'an empty text' : `of the type ${typeof value}`;
}

const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s?(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d)?))?)?$/;
/** RFC 5322 and HTTP: `Wed, 21 Oct 2015 07:28:00 GMT`. */
const WITH_MONTH_NAME =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ -]\d{4}(?: \d{1,2}:\d\d(?::\d\d)?(?: (?:GMT|UTC|Z|[+-]\d{4}))?)?$/i;
const YEARS = { first: 1900, last: 9998 };
/** Slack: `1359414002.000003`. Whole numbers in a text may be anything. */
const DECIMAL_SECONDS = /^\d{9,11}\.\d{1,9}$/;
/** Smaller numbers are years or page numbers, not times. */
const FIRST_NUMBER = Date.UTC(1980);

/** Accepts ISO 8601, RFC 5322, or (milli-, micro-, nano-)seconds since 1970, also decimal seconds as text. The default
 * zone is UTC. A system's smallest and largest times mean "never" and return `undefined`. */
export function asDate(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? timeOf(value.trim()) : typeof value === 'number' ? fromNumber(value) : NaN;
  const year = new Date(time).getUTCFullYear();
  return time !== 0 && year >= YEARS.first && year <= YEARS.last ? new Date(time) : undefined;
}

function timeOf(text: string): number {
  const iso = ISO_8601.exec(text);
  if (iso) return fromIso(iso);
  if (DECIMAL_SECONDS.test(text)) return fromNumber(Number(text));
  if (!WITH_MONTH_NAME.test(text)) return NaN;
  return Date.parse(/(?:GMT|UTC|Z|[+-]\d{4})$/i.test(text) && text.includes(':') ? text : `${text} UTC`);
}

/** `Date.parse` accepts few of these forms, and reads 30 February as March. */
function fromIso(parts: RegExpExecArray): number {
  const at = (place: number) => Number(parts[place] ?? 0);
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)];
  const fraction = parts[7];
  const milliseconds = fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, milliseconds));
  // `Date.UTC` reads the year 1 as 1901.
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const offset = (at(9) * 60 + at(10)) * 60_000;
  return same ? date.getTime() - (parts[8] === '-' ? -offset : offset) : NaN;
}

/** The size shows the unit: 100 billion seconds is the year 5138. */
function fromNumber(time: number): number {
  const size = Math.abs(time);
  const milliseconds = size < 1e11 ? time * 1000 : size < 1e14 ? time : size < 1e17 ? time / 1000 : time / 1_000_000;
  return milliseconds >= FIRST_NUMBER ? Math.trunc(milliseconds) : NaN;
}

export function webAddress(value: unknown, base?: string): string | undefined {
  const parsed = typeof value === 'string' ? parseUrl(value, base) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  return base !== undefined || /^https?:\/\//i.test(value as string) ? parsed.href : undefined;
}

/** Teams clients differ in how they send an empty member: `null`, `""` or `{}`. */
export function present(value: unknown): unknown {
  const isEmpty = value === null || value === '' || (isObject(value) && Object.keys(value).length === 0);
  return isEmpty ? undefined : value;
}
