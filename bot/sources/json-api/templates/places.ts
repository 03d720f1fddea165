import { isQueryLanguage, openMark, QUERY_LANGUAGES, type QueryLanguageName } from './query-languages.ts';

/** The values for the places of a template, such as `{query}`. */
export interface PlaceValues {
  /** `{query}`: words without operators, unless the connection allows operators. */
  words: string;
  /** For `{query:cql}` and the like: the typed text. */
  typed: string;
  skip: number;
  count: number;
  page: number;
  /** Absent for the first page. */
  cursor?: string | undefined;
  site?: string | undefined;
}

const PLACE = /\{(query(?::([\w-]*))?|skip|count|page|cursor|site)\}/g;
const NAMES = '{query}, {query:<language>}, {skip}, {count}, {page}, {cursor}, {site}';

export type PlaceName = 'query' | 'skip' | 'count' | 'page' | 'cursor' | 'site';

export function hasPlace(text: string, name: PlaceName): boolean {
  return Array.from(text.matchAll(PLACE)).some(([, place = '']) => nameOf(place) === name);
}

/** @param encode for where the text stands
 * @returns `undefined` if a place has no value: there is no cursor before the first answer */
export function fillPlaces(
  text: string,
  values: PlaceValues,
  encode: (value: string, name: PlaceName) => string,
): string | undefined {
  let isMissing = false;
  const filled = text.replace(PLACE, (_, place: string, language?: QueryLanguageName) => {
    const value = placeValue(place, language, values);
    isMissing ||= value === undefined;
    return encode(String(value), nameOf(place));
  });
  return isMissing ? undefined : filled;
}

/** The number for a text that is only `{skip}`, `{count}` or `{page}`. */
export function numberFor(text: string, values: PlaceValues): number | undefined {
  const [, name] = /^\{(skip|count|page)\}$/.exec(text) ?? [];
  return name === undefined ? undefined : values[name as 'skip'];
}

function placeValue(place: string, language: QueryLanguageName | undefined, values: PlaceValues) {
  if (language !== undefined) return QUERY_LANGUAGES[language].escape(values.typed);
  return place === 'query' ? values.words : values[place as Exclude<PlaceName, 'query'>];
}

function nameOf(place: string): PlaceName {
  const [name = ''] = place.split(':');
  return name as PlaceName;
}

/** Typed text cannot leave its literal (T53): `{query}` in a literal needs its language, and a language needs its
 * literal.
 * @param text decoded
 * @throws {TypeError} for a place that is unknown or unsafe where it stands */
export function checkPlaces(text: string): void {
  for (const { 1: place = '', 2: language, index } of text.matchAll(PLACE)) {
    const before = text.slice(0, index);
    if (language !== undefined) checkLanguage(language, before);
    else if (place === 'query') checkPlainPlace(before);
  }
}

/** The operators before an operand of JQL, CQL, OData and Drive's queries. */
const OPERATOR = /(?:~|\s(?:eq|ne|contains))\s*$/i;

function checkPlainPlace(before: string): void {
  const advice = `write {query:<language>}, with one of ${languages()}`;
  if (isQuoted(before))
    throw new TypeError(`{query} stands in quotation marks, which a typed quotation mark would end: ${advice}`);
  if (/\{\s*$/.test(before)) throw new TypeError(`{query} stands in braces: ${advice}`);
  if (OPERATOR.test(before))
    throw new TypeError(`{query} stands after an operator: put quotation marks around it, and ${advice}`);
}

/** In some languages a backslash escapes a quotation mark, in others it does not. */
function isQuoted(before: string): boolean {
  const marks = ['"', "'"];
  return openMark(before, marks) !== undefined || openMark(before, marks, '') !== undefined;
}

function checkLanguage(language: string, before: string): void {
  if (!isQueryLanguage(language))
    throw new TypeError(`{query:${language}}: no such language; there are ${languages()}`);
  const { isPlace, place } = QUERY_LANGUAGES[language];
  if (!isPlace(before)) throw new TypeError(`{query:${language}} must stand ${place}`);
}

function languages(): string {
  return Object.keys(QUERY_LANGUAGES).join(', ');
}

/** @throws {TypeError} for braces that are no place */
export function refuseOtherBraces(text: string): void {
  if (/[{}]/.test(text.replace(PLACE, ''))) throw new TypeError(`has places other than ${NAMES}`);
}
