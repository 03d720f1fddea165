import { RequestError } from './http.ts';

// Members of the page's requests. @throws {RequestError} 400 for a wrong type

export function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new RequestError(400, 'An object is missing.');
}

export function textOf(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RequestError(400, `“${name}” must be a text.`);
}

export function numberOf(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  if (Number.isSafeInteger(value)) return Number(value);
  throw new RequestError(400, `“${name}” must be a whole number.`);
}

/** Returns a canonical tag. */
export function localeOf(fields: Record<string, unknown>): string {
  const [locale] = canonical(textOf(fields, 'locale'));
  if (locale) return locale;
  throw new RequestError(400, '“locale” must be a language tag.');
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch (cause) {
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}
