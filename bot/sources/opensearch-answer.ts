import { MARKS, type OpensearchFields } from './opensearch-api.ts';
import { percentEncode } from './percent-encode.ts';
import { dateOf, isCount, listOf, textOf, type Values, valuesOf, webAddress } from './read.ts';
import { oneLine, plainSnippet, readRuns } from './snippet.ts';
import type { SnippetRun, SourceItem, SourcePage } from './source.ts';
import { SourceError } from './source.ts';

/** What says where a document is read. */
export interface DocumentPlace {
  fields: OpensearchFields;
  urlTemplate: string | undefined;
  /** What addresses without an origin belong to. */
  base: string;
}

const LONGEST = { title: 300, name: 100, body: 300 };

/** Hits of a search, in their order. A shard that failed or a time limit leaves hits out, and is no error. */
export function readHits(json: unknown, place: DocumentPlace, count: number): SourcePage {
  const { hits, total } = valuesOf(valuesOf(json).hits);
  if (!Array.isArray(hits)) throw new SourceError('unavailable', 'The API answered with no hits');
  const items = listOf(hits)
    .slice(0, count)
    .flatMap((hit) => toItem(hit, place));
  const { value, relation } = valuesOf(total);
  return { items, ...(isCount(value) && relation !== 'gte' && { total: value }) };
}

function toItem(hit: Values, place: DocumentPlace): SourceItem[] {
  const { fields } = place;
  const source = valuesOf(hit._source);
  const title = oneLine(textAt(source, fields.title), LONGEST.title);
  const url = addressOf(hit, source, place);
  if (!title || url === undefined) return [];
  const imageUrl = fields.image && webAddress(valueAt(source, fields.image), place.base);
  const at = fields.edited === undefined ? undefined : dateOf(valueAt(source, fields.edited));
  const by = fields.by && oneLine(textAt(source, fields.by), LONGEST.name);
  return [
    {
      title,
      snippet: snippetOf(hit, source, fields.body),
      url,
      ...(imageUrl && { imageUrl }),
      ...(at && { edited: { at, ...(by && { by }) } }),
    },
  ];
}

function addressOf(hit: Values, source: Values, { fields, urlTemplate, base }: DocumentPlace): string | undefined {
  const said = fields.url === undefined ? undefined : webAddress(valueAt(source, fields.url), base);
  return said ?? addressOfId(textOf(hit._id), urlTemplate);
}

/** Where the template has a document without an address. */
export function addressOfId(id: string, urlTemplate: string | undefined): string | undefined {
  // An id of dots would climb up the path.
  if (urlTemplate === undefined || /^\.{0,2}$/.test(id)) return undefined;
  return webAddress(urlTemplate.replace('{id}', () => percentEncode(id)));
}

function snippetOf(hit: Values, source: Values, body: string): SnippetRun[] {
  const fragments = valuesOf(hit.highlight)[body];
  const fragment = Array.isArray(fragments) ? textOf(fragments[0]) : '';
  return fragment ? readRuns(marked(fragment)) : plainSnippet(textAt(source, body).slice(0, LONGEST.body));
}

function marked(fragment: string): SnippetRun[] {
  return fragment.split(MARKS.open).flatMap((piece, at) => {
    const [text = '', ...after] = piece.split(MARKS.close);
    if (at === 0) return [{ text: piece.replaceAll(MARKS.close, ''), hit: false }];
    return [
      { text, hit: true },
      { text: after.join(''), hit: false },
    ];
  });
}

/** A document's field: `_source` has the document as it was indexed, with objects in objects or dots in names. */
function valueAt(source: Values, field: string): unknown {
  const own = Object.hasOwn(source, field) ? source[field] : undefined;
  const value = own ?? field.split('.').reduce<unknown>((object, name) => ownOf(object, name), source);
  return Array.isArray(value) ? value[0] : value;
}

function ownOf(object: unknown, name: string): unknown {
  const values = valuesOf(object);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function textAt(source: Values, field: string): string {
  return textOf(valueAt(source, field));
}
