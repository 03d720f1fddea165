import { asDate, present } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { type ReadEntry, unread } from '../entries.ts';
import { withSettingName } from '../source.ts';
import { readTitle } from '../text/html.ts';
import { oneLine } from '../text/snippet.ts';
import { factsReader } from './facts.ts';
import type { HttpSettings, ItemFields } from './settings.ts';
import { marksRemover, snippetReader } from './snippet.ts';
import { readItemText, readItemUrl } from './templates/item-template.ts';

/** @param own the address of an item that has none in the answer */
export type ItemReader = (item: unknown, base: string, own?: string) => ReadEntry;

/** Points to nothing that an API sends. */
const NOTHING = '/\u0000';
const MAX_LENGTH = { title: 300, name: 100 };

/** @param setting for errors
 * @returns a reader that resolves relative addresses against a base, whose path also precedes addresses that begin with
 * a slash
 * @throws {TypeError} for an invalid JSON pointer or template */
export function itemReader(
  fields: ItemFields,
  { format = 'html', marks }: Pick<HttpSettings, 'format' | 'marks'>,
  setting = 'fields',
): ItemReader {
  const read = <T>(name: string, make: () => T): T => withSettingName(`${setting}.${name}`, make);
  const textOf = (name: 'title' | 'by') => read(name, () => readItemText(fields[name] ?? NOTHING));
  const [titleOf, byOf] = [textOf('title'), textOf('by')];
  const urlOf = read('url', () => readItemUrl(fields.url));
  const imageOf = read('image', () => readItemUrl(fields.image ?? NOTHING));
  const editedAt = read('edited', () => parsePointer(fields.edited ?? NOTHING));
  const [titleAt, urlAt] = [valueReader(fields.title), valueReader(fields.url)];
  const snippetAt = read('snippet', () => valueReader(fields.snippet));
  const withoutMarks = marksRemover({ marks });
  const toSnippet = snippetReader({ format, marks });
  const toFacts = factsReader(fields.facts ?? [], setting);
  return (item, base, own) => {
    const title = readTitle(withoutMarks(titleOf(item)), MAX_LENGTH.title);
    if (!title) return unread(`${setting}.title (${fields.title})`, titleAt(item));
    const url = urlOf(item, base) ?? (present(urlAt(item)) === undefined ? own : undefined);
    if (url === undefined) return unread(`${setting}.url (${fields.url})`, urlAt(item));
    const imageUrl = imageOf(item, base);
    const edited = asDate(editedAt(item));
    const by = oneLine(byOf(item), MAX_LENGTH.name);
    const facts = toFacts(item);
    return {
      title,
      snippet: toSnippet(snippetAt(item)),
      url,
      ...(imageUrl && { imageUrl }),
      ...(edited && { edited: { at: edited, ...(by && { by }) } }),
      ...(facts.length > 0 && { facts }),
    };
  };
}

/** The value itself: a snippet may be a document instead of a text. */
function valueReader(template = NOTHING): (item: unknown) => unknown {
  return template.includes('{/') ? readItemText(template) : parsePointer(template);
}
