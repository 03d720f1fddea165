import { distance } from 'fastest-levenshtein';
import type { SourceConfig } from '../../config/source-types.ts';
import { isObject, labelOf } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { type HttpSettings, type ItemFields, listOf, type PageLookup } from '../../sources/json-api/settings.ts';
import { jsonOf } from './exchange-log.ts';
import type { LookupRun, SearchRun } from './searches.ts';

/** What one JSON pointer of a setting found. */
export interface SettingTrace {
  /** `source.fields.title` */
  setting: string;
  pointer: string;
  /** Of an item, or of the answer. */
  place: 'item' | 'answer';
  /** The values of the first items, as text; `undefined` for nothing. */
  values: readonly (string | undefined)[];
  /** No item, or not the answer, has the member. A member that is `null` or empty is there. */
  isMissing: boolean;
  /** Pointers that do exist, nearest first, if it is missing. */
  nearest: readonly string[];
}

export interface AnswerTrace {
  /** Inside of `answer`. */
  answer: unknown;
  /** `undefined` if there is no list at `items`. */
  items: readonly unknown[] | undefined;
  settings: readonly SettingTrace[];
}

const SHOWN_ITEMS = 3;

type ListSettings = Pick<HttpSettings, 'answer' | 'items' | 'total' | 'next'> & { fields: ItemFields };
type ListField = 'items' | 'total' | 'next' | 'fields';

/** @returns `undefined` unless the source is `http` and its last answer is JSON */
export function traceOfSearch(source: SourceConfig, { step, exchange }: SearchRun): AnswerTrace | undefined {
  if (source.type !== 'http' || !exchange?.response || exchange.response.status >= 300) return undefined;
  const json = jsonOf(exchange);
  if (json === undefined) return undefined;
  if (step !== 'recent items') return traceSearch(source, json, (field) => `source.${field}`);
  const { items, total, fields } = source.recent ?? {};
  const own: Partial<ListSettings> = {
    ...(items !== undefined && { items }),
    ...(total !== undefined && { total }),
    ...(fields !== undefined && { fields }),
  };
  return traceSearch({ ...source, ...own }, json, (field) => `source.${field in own ? 'recent.' : ''}${field}`);
}

/** The same for the lookup of a link. */
export function traceOfPage(source: SourceConfig, { exchange }: LookupRun): SettingTrace[] {
  if (source.type !== 'http' || exchange?.response?.status !== 200) return [];
  const pages = listOf(source.page);
  const [page] = pages;
  // Of several, the link decides which one it is.
  if (!page || pages.length > 1) return [];
  return tracePage(page, source.fields, jsonOf(exchange));
}

/** Reads an answer again, and tells which setting found what.
 * @param json the body of the response
 * @param nameOf the setting of a field */
function traceSearch(settings: ListSettings, json: unknown, nameOf: (field: ListField) => string): AnswerTrace {
  const answer = unwrap(settings.answer === undefined ? json : parsePointer(settings.answer)(json));
  const found = parsePointer(settings.items)(answer);
  const items = Array.isArray(found) ? found : undefined;
  const of = (field: ListField, pointer: unknown) =>
    typeof pointer === 'string' ? [trace(nameOf(field), pointer, 'answer', [answer])] : [];
  const list = trace(nameOf('items'), settings.items, 'answer', [answer]);
  return {
    answer,
    items,
    settings: [
      ...(settings.answer === undefined ? [] : [trace('source.answer', settings.answer, 'answer', [json])]),
      items ? list : { ...list, nearest: nearestOf(settings.items, listsIn(answer)) },
      ...of('total', settings.total),
      ...of('next', settings.next),
      ...(items && items.length > 0 ? traceFields(settings.fields, items, nameOf('fields')) : []),
    ],
  };
}

function tracePage(page: PageLookup, fields: ItemFields, json: unknown): SettingTrace[] {
  const setting = 'source.page';
  const item = parsePointer(page.item ?? '')(json);
  const place = page.item === undefined ? [] : [trace(`${setting}.item`, page.item, 'answer', [json])];
  return item === undefined
    ? place
    : [...place, ...traceFields(page.fields ?? fields, [item], page.fields ? `${setting}.fields` : 'source.fields')];
}

function traceFields(fields: ItemFields, items: readonly unknown[], setting: string): SettingTrace[] {
  const { title, url, snippet, image, edited, by, facts = [] } = fields;
  const texts = { title, url, snippet, image, edited, by };
  const named: [string, string | undefined][] = [
    ...Object.entries(texts),
    ...facts.flatMap(({ value, color }, at): [string, string | undefined][] => [
      [`facts[${at}].value`, value],
      [`facts[${at}].color`, color],
    ]),
  ];
  return named.flatMap(([name, template]) =>
    template === undefined
      ? []
      : pointersOf(template).map((pointer) => trace(`${setting}.${name}`, pointer, 'item', items)),
  );
}

/** The pointers of a template; a text that is no template is one pointer. */
function pointersOf(template: string): string[] {
  const places = [...template.matchAll(/\{(\/[^{}]*)\}/g)].map(([, pointer = '']) => pointer);
  return places.length > 0 ? places : [template];
}

function trace(
  setting: string,
  pointer: string,
  place: SettingTrace['place'],
  among: readonly unknown[],
): SettingTrace {
  const isMissing = among.every((value) => !has(value, pointer));
  return {
    setting,
    pointer,
    place,
    values: among.slice(0, SHOWN_ITEMS).map((value) => shown(parsePointer(pointer)(value))),
    isMissing,
    nearest: isMissing ? nearestOf(pointer, pointersIn(among[0])) : [],
  };
}

/** False only if a member is not there. What is below `null` may be there in another item. */
function has(value: unknown, pointer: string): boolean {
  if (parsePointer(pointer)(value) !== undefined) return true;
  const tokens = pointer.split('/').slice(1);
  return tokens.some((_, at) => parsePointer(['', ...tokens.slice(0, at)].join('/'))(value) === null);
}

function shown(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return `an object with ${Object.keys(value).slice(0, 6).join(', ')}`;
  return typeof value === 'boolean' ? String(value) : labelOf(value);
}

/** An answer of an API can have millions of members. */
const MAX_POINTERS = 400;
const MAX_MEMBERS = 60;
const MAX_DEPTH = 6;
const MAX_NAME = 60;
const MAX_NEAREST = 3;

/** Pointers to values in the JSON, the shallow ones first. */
function pointersIn(root: unknown): string[] {
  const pointers: string[] = [];
  let level: [string, unknown][] = [['', root]];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: [string, unknown][] = [];
    for (const [pointer, value] of level) {
      for (const [name, member] of membersOf(value)) {
        if (pointers.length >= MAX_POINTERS) return pointers;
        const below = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        pointers.push(below);
        next.push([below, member]);
      }
    }
    level = next;
  }
  return pointers;
}

function membersOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.length > 0 ? [['0', value[0]]] : [];
  if (!isObject(value)) return [];
  const members = Object.entries(value).slice(0, MAX_MEMBERS);
  return members.filter(([name]) => name.length <= MAX_NAME);
}

/** Pointers to lists in the JSON. */
export function listsIn(root: unknown): string[] {
  const all = Array.isArray(root) ? [''] : [];
  return [...all, ...pointersIn(root).filter((pointer) => Array.isArray(parsePointer(pointer)(root)))];
}

/** By their letters. A pointer that ends in the same name is nearer. */
function nearestOf(pointer: string, among: readonly string[]): string[] {
  const name = pointer.split('/').at(-1);
  const far = (other: string) => distance(pointer, other) - (other.split('/').at(-1) === name ? 4 : 0);
  return [...among].sort((one, other) => far(one) - far(other)).slice(0, MAX_NEAREST);
}

/** Names of what an answer has, nearest to a pointer that found nothing. */
export function nearestPointers(pointer: string, json: unknown): string[] {
  return nearestOf(pointer, pointersIn(json));
}

function unwrap(answer: unknown): unknown {
  if (typeof answer !== 'string') return answer;
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
