import { safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { percentEncode } from '../urls.ts';

type IdReader = (link: URL) => string | undefined;

/** Stands for `{id}` while `URL` parses the template. */
const PLACE = 'latchkey0id0place';
/** One path segment of at most 200 characters: no dots-only name, slash or control character. */
const ID = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

/** Accepts links that differ from the template in a final slash, more parameters or a fragment.
 * @param template an address with `{id}` in its path or in a parameter's value, such as
 * `https://docs.example.com/page?doc={id}` */
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
/** A place may be in a parameter's value, not in its name. */
const PARAMETER = /^[^{}=]*(?:=.*)?$/s;

/** Parses a template: `https://api.example.com/search?q={query}&limit={count}`. Places are allowed only in path
 * segments and query values, and their values are percent-encoded. So no value can change the request's target or its
 * other parameters (T53).
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
