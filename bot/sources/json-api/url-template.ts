import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { percentEncode } from '../urls.ts';

/** Reads out of a link what it names; `undefined` for a link of another form. */
type IdReader = (link: URL) => string | undefined;

/** Stands where an id does while the address is taken apart. */
const PLACE = 'latchkey0id0place';
/** One name, not a way to somewhere else: no segment of dots, no slash, nothing invisible; at most 200 characters. */
const ID = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

/** Reads `https://docs.example.com/pages/{id}`, or `…/page?doc={id}`: its links may have a slash at the end, more
 * parameters, and a fragment.
 * @param template an address with `{id}` in its path or in a parameter's value */
export function readLinkTemplate(template: string): IdReader {
  const { origin, pathname, searchParams } = new URL(template.replace('{id}', PLACE));
  const path = patternOf(pathname.replace(/\/$/, ''), '[^/]+', '/?');
  const parameters = [...searchParams].map(([name, value]) => [name, patternOf(value, '.+')] as const);
  return (link) => {
    if (link.origin !== origin) return undefined;
    const found = [
      path.exec(link.pathname),
      ...parameters.map(([name, pattern]) => pattern.exec(link.searchParams.get(name) ?? '')),
    ];
    if (found.includes(null)) return undefined;
    const [inPath, ...inParameters] = found.map((match) => match?.[1]);
    const id =
      inPath === undefined ? inParameters.find((value) => value !== undefined) : safeDecodeUriComponent(inPath);
    return id !== undefined && ID.test(id) ? id : undefined;
  };
}

function patternOf(text: string, place: string, end = ''): RegExp {
  const literal = text.split(PLACE).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${literal.join(`(${place})`)}${end}$`, 's');
}

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
  if (/[{}]/.test(rest.replace(place, '')))
    throw new TypeError(`has places other than ${places.map((name) => `{${name}}`).join(', ')}`);
  const [, search = ''] = /\?(.*)$/s.exec(rest) ?? [];
  if (!search.split('&').every((parameter) => PARAMETER.test(parameter))) {
    throw new TypeError('has a place in a parameter’s name');
  }
  return {
    has: (name) => rest.includes(`{${name}}`),
    fill: (values) => origin + rest.replace(place, (_, name: Name) => percentEncode(String(values[name]))),
  };
}
