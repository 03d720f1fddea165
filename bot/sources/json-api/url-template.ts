import { percentEncode } from '../percent-encode.ts';

export interface UrlTemplate<Name extends string> {
  has(name: Name): boolean;
  fill(values: Record<Name, string | number>): string;
}

/** The places of a search. */
export const SEARCH_PLACES = ['query', 'skip', 'count', 'page'] as const;
export type SearchTemplate = UrlTemplate<(typeof SEARCH_PLACES)[number]>;
const ORIGIN = /^https?:\/\/[^/?#{}@\\\s]+(?=[/?]|$)/i;
/** A parameter's value; its name is the template's own. */
const PARAMETER = /^[^{}=]*(?:=.*)?$/s;

/** Reads an address with places to fill: `https://api.example.com/search?q={query}&limit={count}`. Places stand in
 * segments of the path and in values of the query alone, and what fills them is percent-encoded: no value can change
 * where a request goes or what else it asks (T53).
 * @throws {TypeError} for a template that can't be used */
export function readUrlTemplate<Name extends string>(template: string, places: readonly Name[]): UrlTemplate<Name> {
  const place = new RegExp(`\\{(${places.join('|')})\\}`, 'g');
  const [origin] = ORIGIN.exec(template) ?? [];
  if (origin === undefined || !URL.canParse(template)) throw new TypeError('must be an address with a plain origin');
  const rest = template.slice(origin.length);
  if (rest.includes('#')) throw new TypeError('must have no fragment');
  if (/[{}]/.test(rest.replace(place, ''))) throw new TypeError(`has places other than ${asObjects(places)}`);
  const [, search = ''] = /\?(.*)$/s.exec(rest) ?? [];
  if (!search.split('&').every((parameter) => PARAMETER.test(parameter))) {
    throw new TypeError('has a place in a parameter’s name');
  }
  return {
    has: (name) => rest.includes(`{${name}}`),
    fill: (values) => origin + rest.replace(place, (_, name: Name) => percentEncode(String(values[name]))),
  };
}

function asObjects(places: readonly string[]): string {
  return places.map((name) => `{${name}}`).join(', ');
}
