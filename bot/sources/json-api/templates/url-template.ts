import { parseUrl, safeDecodeUriComponent } from '../../../platform/safe-url.ts';
import { percentEncode, percentEncodeSegment } from '../../urls.ts';
import { checkPlaces, fillPlaces, hasPlace, type PlaceName, type PlaceValues, refuseOtherBraces } from './places.ts';

type IdReader = (link: URL) => string | undefined;

/** Stand for `{id}` and `{*}` while `URL` parses the template. */
const ID_MARK = 'latchkey0id0place';
const ANY_MARK = 'latchkey0any0place';
/** One path segment without slash, control character or dots-only name. */
const ID = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

/** Ignores a final slash, more parameters and a fragment.
 * @param template has `{id}` in its path or a parameter's value: `https://docs.example.com/page?doc={id}`. `{*}` stands
 * for any text of a path segment, and at the end of the path for the rest, if there is one. `{id}` ends where the text
 * after it begins first: `{id}-{*}`
 * @throws {TypeError} for a template that takes too long to match */
export function readLinkTemplate(template: string): IdReader {
  refuseSlowPattern(template);
  const { origin, pathname, searchParams } = new URL(template.replace('{id}', ID_MARK).replaceAll('{*}', ANY_MARK));
  const [path, rest] = splitEnd(pathname.replace(/\/$/, ''), `/${ANY_MARK}`);
  const pathPattern = patternOf(path, '[^/]+', rest ? '(?:/.*)?' : '/?');
  const parameters = [...searchParams].map(([name, value]) => [name, patternOf(value, '.+')] as const);
  return (link) => {
    if (link.origin !== origin) return undefined;
    const found = [
      pathPattern.exec(link.pathname),
      ...parameters.map(([name, pattern]) => pattern.exec(link.searchParams.get(name) ?? '')),
    ];
    if (found.includes(null)) return undefined;
    const [inPath, ...inParameters] = found.map((match) => match?.[1]);
    const id =
      inPath === undefined ? inParameters.find((value) => value !== undefined) : safeDecodeUriComponent(inPath);
    return id !== undefined && ID.test(id) ? id : undefined;
  };
}

/** A long link would block the process: each place in a part multiplies the time to match it by the link's length. */
function refuseSlowPattern(template: string): void {
  const isSlow = (part: string) => part.split(/\{(?:id|\*)\}/).length > 3;
  if (template.split(/[/?&]/).some(isSlow)) throw new TypeError('has more than two places between two slashes');
}

function splitEnd(text: string, end: string): [string, boolean] {
  return text.endsWith(end) ? [text.slice(0, -end.length), true] : [text, false];
}

function patternOf(text: string, place: string, end = ''): RegExp {
  return new RegExp(`^${escapeRegExp(text).replace(ID_MARK, `(${place}?)`).replaceAll(ANY_MARK, place)}${end}$`, 's');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

export interface UrlTemplate<Name extends string> {
  has(name: Name): boolean;
  fill(values: Record<Name, string | number>): string;
}

const ORIGIN = /^https?:\/\/[^/?#{}@\\\s]+(?=[/?]|$)/i;
const PARAMETER = /^[^{}=]*(?:=.*)?$/s;

/** Parses `https://api.example.com/search?q={query}&limit={count}`. Places are allowed only in path segments and query
 * values, and their values are percent-encoded. So no value changes the request's target or other parameters (T53).
 * @throws {TypeError} for an invalid template */
export function readUrlTemplate<Name extends string>(template: string, places: readonly Name[]): UrlTemplate<Name> {
  const place = new RegExp(`\\{(${places.map(escapeRegExp).join('|')})\\}`, 'g');
  const { origin, rest } = splitTemplate(template);
  if (/[{}]/.test(rest.replace(place, '')))
    throw new TypeError(`has places other than ${places.map((name) => `{${name}}`).join(', ')}`);
  return {
    has: (name) => rest.includes(`{${name}}`),
    fill: (values) => origin + rest.replace(place, (_, name: Name) => percentEncode(String(values[name]))),
  };
}

/** @throws {TypeError} unless the origin is plain and every place stands in the path or in a parameter's value */
function splitTemplate(template: string): { origin: string; rest: string } {
  const [origin] = ORIGIN.exec(template) ?? [];
  if (origin === undefined || !parseUrl(template)) throw new TypeError('must be an address with a plain origin');
  const rest = template.slice(origin.length);
  if (rest.includes('#')) throw new TypeError('must have no fragment');
  const [, search = ''] = splitOnce(rest, '?');
  if (!search.split('&').every((parameter) => PARAMETER.test(parameter)))
    throw new TypeError('has a place in a parameter’s name');
  return { origin, rest };
}

export interface SearchTemplate {
  has(name: PlaceName): boolean;
  /** The parameter whose value is the place, if there is one. */
  parameterOf(name: PlaceName): string | undefined;
  fill(values: PlaceValues): string;
}

/** The same for the places of a search. A parameter whose place has no value is left out.
 * @throws {TypeError} for an invalid template, or a place that is unsafe where it stands */
export function readSearchTemplate(template: string): SearchTemplate {
  const { origin, rest } = splitTemplate(template);
  refuseOtherBraces(rest);
  const [path = '', search] = splitOnce(rest, '?');
  const parameters = search === undefined ? [] : search.split('&');
  // Other parts may be in Latin-1.
  const withPlaces = [...path.split('/'), ...parameters].filter((part) => part.includes('{'));
  for (const part of withPlaces) checkPlaces(decoded(part));
  return {
    has: (name) => hasPlace(rest, name),
    parameterOf: (name) => {
      const parameter = parameters.find((each) => each.endsWith(`={${name}}`));
      return parameter && decoded(parameter.slice(0, -name.length - 3));
    },
    fill: (values) => {
      const filled = parameters.map((parameter) => fillPlaces(parameter, values, percentEncode));
      const kept = filled.filter((parameter) => parameter !== undefined);
      return origin + (fillPlaces(path, values, encodeInPath) ?? path) + (kept.length > 0 ? `?${kept.join('&')}` : '');
    },
  };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function encodeInPath(value: string, name: PlaceName): string {
  return name === 'query' ? percentEncodeSegment(value) : percentEncode(value);
}

/** As the API reads it. */
function decoded(part: string): string {
  const text = safeDecodeUriComponent(part.replaceAll('+', ' '));
  if (text === undefined) throw new TypeError('has a % that begins no escape: write %25');
  return text;
}
