import { type Pointer, readPointer } from './json-pointer.ts';
import { named } from './named.ts';
import { dateOf, textOf, webAddress } from './read.ts';
import { oneLine, readMarkup } from './snippet.ts';
import type { SourceItem } from './source.ts';

/** Where in an item what is: JSON pointers. */
export interface ItemPointers {
  title: string;
  url: string;
  /** Text, or HTML with `em`, `mark`, `b` or `strong` around what matched. */
  snippet?: string | undefined;
  image?: string | undefined;
  edited?: string | undefined;
  by?: string | undefined;
}

/** Reads one item; `undefined` for one without a title or an address. */
export type ItemReader = (item: unknown) => SourceItem | undefined;

const LONGEST = { title: 300, name: 100 };
const MARK = /^<(\/?)(?:em|mark|b|strong)\b/i;

/** @param base what addresses without an origin belong to
 * @param setting what the pointers are called in the configuration
 * @throws {TypeError} for what is no JSON pointer */
export function itemReader(pointers: ItemPointers, base: string, setting = 'fields'): ItemReader {
  const at = readPointers(pointers, setting);
  return (item) => {
    const title = oneLine(textOf(at.title(item)), LONGEST.title);
    const url = webAddress(at.url(item), base);
    if (!title || url === undefined) return undefined;
    const imageUrl = webAddress(at.image(item), base);
    const edited = dateOf(at.edited(item));
    const by = oneLine(textOf(at.by(item)), LONGEST.name);
    return {
      title,
      snippet: readMarkup(textOf(at.snippet(item)), readTag),
      url,
      ...(imageUrl && { imageUrl }),
      ...(edited && { edited: { at: edited, ...(by && { by }) } }),
    };
  };
}

function readTag(tag: string): boolean | undefined {
  const [, slash] = MARK.exec(tag) ?? [];
  return slash === undefined ? undefined : slash === '';
}

function readPointers(pointers: ItemPointers, setting: string): Record<keyof ItemPointers, Pointer> {
  const read = (name: keyof ItemPointers): Pointer => {
    const pointer = pointers[name];
    return pointer === undefined ? () => undefined : named(`${setting}.${name}`, () => readPointer(pointer));
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
