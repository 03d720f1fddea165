import { asDate, labelOf, webAddress } from '../../platform/json.ts';
import { type Pointer, parsePointer } from '../../platform/json-pointer.ts';
import { type ReadEntry, unread } from '../entries.ts';
import { oneLine, readMarkup, readTitle } from '../search-text.ts';
import { withSettingName } from '../source.ts';

export interface ItemPointers {
  title: string;
  url: string;
  /** Text, or HTML with matches in `em`, `mark`, `b` or `strong`. */
  snippet?: string | undefined;
  image?: string | undefined;
  edited?: string | undefined;
  by?: string | undefined;
}

export type ItemReader = (item: unknown) => ReadEntry;

const MAX_LENGTH = { title: 300, name: 100 };
const MARK = /^<(\/?)(?:em|mark|b|strong)\b/i;
const CONFLUENCE_MARK = /@@@(end)?hl@@@/g;

/** @param base resolves relative addresses; its path also precedes addresses that begin with a slash
 * @param setting for errors
 * @throws {TypeError} for an invalid JSON pointer */
export function itemReader(pointers: ItemPointers, base: string, setting = 'fields'): ItemReader {
  const at = readPointers(pointers, setting);
  const resolve = resolver(base);
  const missing = (name: keyof ItemPointers, item: unknown) =>
    unread(`${setting}.${name} (${pointers[name]})`, at[name](item));
  return (item) => {
    const title = readTitle(labelOf(at.title(item)).replace(CONFLUENCE_MARK, ''), MAX_LENGTH.title);
    if (!title) return missing('title', item);
    const url = resolve(at.url(item));
    if (url === undefined) return missing('url', item);
    const imageUrl = resolve(at.image(item));
    const edited = asDate(at.edited(item));
    const by = oneLine(labelOf(at.by(item)), MAX_LENGTH.name);
    const snippet = labelOf(at.snippet(item)).replace(CONFLUENCE_MARK, (_, end) => (end ? '</em>' : '<em>'));
    return {
      title,
      snippet: readMarkup(snippet, classifyTag),
      url,
      ...(imageUrl && { imageUrl }),
      ...(edited && { edited: { at: edited, ...(by && { by }) } }),
    };
  };
}

/** @param base has a path if the API's links omit it */
function resolver(base: string): (value: unknown) => string | undefined {
  const { origin, pathname } = new URL(base);
  const path = pathname.replace(/\/+$/, '');
  return (value) => {
    const isPath = typeof value === 'string' && /^\/(?![/\\])/.test(value);
    return isPath && path !== '' ? webAddress(origin + path + value) : webAddress(value, base);
  };
}

function classifyTag(tag: string): boolean | undefined {
  const [, slash] = MARK.exec(tag) ?? [];
  return slash === undefined ? undefined : slash === '';
}

function readPointers(pointers: ItemPointers, setting: string): Record<keyof ItemPointers, Pointer> {
  const read = (name: keyof ItemPointers): Pointer => {
    const pointer = pointers[name];
    return pointer === undefined ? () => undefined : withSettingName(`${setting}.${name}`, () => parsePointer(pointer));
  };
  return {
    title: read('title'),
    url: read('url'),
    snippet: read('snippet'),
    image: read('image'),
    edited: read('edited'),
    by: read('by'),
  };
}
