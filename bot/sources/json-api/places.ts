import { openQuote, QUERY_LANGUAGES, type QueryLanguageName } from './query-languages.ts';

/** What replaces the places of a template, such as `{query}`. */
export interface PlaceValues {
  /** `{query}`: words without operators. */
  words: string;
  /** `{query:cql}` and the like: what was typed. */
  typed: string;
  skip: number;
  count: number;
  page: number;
  /** Absent for the first page. */
  cursor?: string | undefined;
  site?: string | undefined;
}

const PLACE = /\{(query(?::([a-z]+))?|skip|count|page|cursor|site)\}/g;
const NAMES = '{query}, {query:<language>}, {skip}, {count}, {page}, {cursor}, {site}';

export type PlaceName = 'query' | 'skip' | 'count' | 'page' | 'cursor' | 'site';

export function hasPlace(text: string, name: PlaceName): boolean {
  return Array.from(text.matchAll(PLACE)).some(([, place = '']) => place.split(':')[0] === name);
}

/** @param encode for where the text stands
 * @returns `undefined` if a place has no value: there is no cursor before the first answer */
export function fillPlaces(text: string, values: PlaceValues, encode: (value: string) => string): string | undefined {
  let isMissing = false;
  const filled = text.replace(PLACE, (_, place: string, language?: QueryLanguageName) => {
    const value = valueOf(place, language, values);
    isMissing ||= value === undefined;
    return encode(String(value));
  });
  return isMissing ? undefined : filled;
}

/** The number for a text that is only `{skip}`, `{count}` or `{page}`. */
export function numberFor(text: string, values: PlaceValues): number | undefined {
  const [, name] = /^\{(skip|count|page)\}$/.exec(text) ?? [];
  return name === undefined ? undefined : values[name as 'skip'];
}

function valueOf(place: string, language: QueryLanguageName | undefined, values: PlaceValues) {
  if (language !== undefined) return QUERY_LANGUAGES[language].escape(values.typed);
  return place === 'query' ? values.words : values[place as Exclude<PlaceName, 'query'>];
}

/** Nothing that is typed can leave its literal (T53): between quotation marks `{query}` needs its language, and a
 * language its quotation marks.
 * @param text decoded
 * @throws {TypeError} for a place that is unknown or unsafe where it stands */
export function checkPlaces(text: string): void {
  for (const { 1: place = '', 2: language, index } of text.matchAll(PLACE)) {
    const before = text.slice(0, index);
    if (language !== undefined) checkLanguage(language, before);
    else if (place === 'query' && openQuote(before) !== undefined)
      throw new TypeError(
        `{query} stands in quotation marks, which a typed one ends: write {query:<language>}, one of ${languages()}`,
      );
  }
}

function checkLanguage(language: string, before: string): void {
  if (!Object.hasOwn(QUERY_LANGUAGES, language))
    throw new TypeError(`{query:${language}}: no such language; there are ${languages()}`);
  const { quotes } = QUERY_LANGUAGES[language as QueryLanguageName];
  if (openQuote(before, quotes) === undefined)
    throw new TypeError(`{query:${language}} must stand after an open ${quotes.join(' or ')}`);
}

function languages(): string {
  return Object.keys(QUERY_LANGUAGES).join(', ');
}

/** @throws {TypeError} for braces that are no place */
export function refuseOtherBraces(text: string): void {
  if (/[{}]/.test(text.replace(PLACE, ''))) throw new TypeError(`has places other than ${NAMES}`);
}
