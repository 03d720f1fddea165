import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { percentEncode } from '../urls.ts';

type IdReader = (link: URL) => string | undefined;

/** Stands for `{id}` while `URL` parses the template. */
const PLACE = 'latchkey0id0place';
/** One path segment without slash, control character or dots-only name. */
const ID = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

/** Ignores a final slash, more parameters and a fragment.
 * @param template has `{id}` in its path or a parameter's value: `https://docs.example.com/page?doc={id}` */
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

export const SEARCH_PLACES = ['query', 'skip', 'count', 'page'] as const;
export type SearchTemplate = UrlTemplate<(typeof SEARCH_PLACES)[number]>;
const ORIGIN = /^https?:\/\/[^/?#{}@\\\s]+(?=[/?]|$)/i;
const PARAMETER = /^[^{}=]*(?:=.*)?$/s;

/** Parses `https://api.example.com/search?q={query}&limit={count}`. Places are allowed only in path segments and query
 * values, and their values are percent-encoded. So no value changes the request's target or other parameters (T53).
 * @throws {TypeError} for an invalid template */
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
