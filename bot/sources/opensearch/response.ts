import { asDate, asObject, asString, isCount, type JsonObject, labelOf, webAddress } from '../../platform/json.ts';
import { listIn, pageOfEntries, type ReadEntry, unread } from '../entries.ts';
import type { SnippetPart, SourcePage } from '../source.ts';
import { SourceError } from '../source.ts';
import { joinParts, oneLine, plainSnippet } from '../text/snippet.ts';
import { percentEncode } from '../urls.ts';
import { MARKS, type OpensearchFields } from './request.ts';

export interface DocumentPlace {
  fields: OpensearchFields;
  urlTemplate: string | undefined;
  base: string;
}

const MAX_LENGTH = { title: 300, name: 100, body: 300 };

/** @param page `skip`: results before this page */
export function readHits(json: unknown, place: DocumentPlace, page: { skip: number; count: number }): SourcePage {
  const { hits: found, timed_out: timedOut, _shards: shards, _clusters: clusters } = asObject(json);
  const { hits, total } = asObject(found);
  const { value, relation } = asObject(total);
  const list = listIn(hits) ?? (hits === undefined && isCount(value) ? [] : undefined);
  if (!list) throw new SourceError('unavailable', 'The API answered with no hits');
  const { failed } = asObject(shards);
  const { skipped, partial } = asObject(clusters);
  const left = [failed, skipped, partial].some((parts) => isCount(parts) && parts > 0);
  const result = pageOfEntries(list.slice(0, page.count), (highlighted) => toItem(asObject(highlighted), place), {
    total: value,
    skip: page.skip,
    incomplete: timedOut === true || left,
  });
  return relation === 'gte' ? withoutTotal(result) : result;
}

/** OpenSearch may report a lower bound. */
function withoutTotal({ total: _, ...page }: SourcePage): SourcePage {
  return page;
}

function toItem(highlighted: JsonObject, place: DocumentPlace): ReadEntry {
  const { fields } = place;
  const source = asObject(highlighted._source);
  const title = oneLine(labelAt(source, fields.title), MAX_LENGTH.title);
  if (!title) return unread(`fields.title (${fields.title})`, valueAt(source, fields.title));
  const url = addressOf(highlighted, source, place);
  if (url === undefined) {
    return fields.url === undefined
      ? unread('_id', highlighted._id)
      : unread(`fields.url (${fields.url})`, valueAt(source, fields.url));
  }
  const imageUrl = fields.image && webAddress(valueAt(source, fields.image), place.base);
  const at = fields.edited === undefined ? undefined : asDate(valueAt(source, fields.edited));
  const by = fields.by && oneLine(labelAt(source, fields.by), MAX_LENGTH.name);
  return {
    title,
    snippet: snippetOf(highlighted, source, fields.body),
    url,
    ...(imageUrl && { imageUrl }),
    ...(at && { edited: { at, ...(by && { by }) } }),
  };
}

function addressOf(
  highlighted: JsonObject,
  source: JsonObject,
  { fields, urlTemplate, base }: DocumentPlace,
): string | undefined {
  const message = fields.url === undefined ? undefined : webAddress(valueAt(source, fields.url), base);
  return message ?? addressOfId(asString(highlighted._id), urlTemplate);
}

export function addressOfId(id: string, urlTemplate: string | undefined): string | undefined {
  // An id of dots leads up the path.
  if (urlTemplate === undefined || /^\.{0,2}$/.test(id)) return undefined;
  return webAddress(urlTemplate.replace('{id}', () => percentEncode(id)));
}

function snippetOf(highlighted: JsonObject, source: JsonObject, body: string): SnippetPart[] {
  const fragments = asObject(highlighted.highlight)[body];
  const fragment = Array.isArray(fragments) ? asString(fragments[0]) : '';
  return fragment
    ? joinParts(highlightedParts(fragment))
    : plainSnippet(labelAt(source, body).slice(0, MAX_LENGTH.body));
}

function highlightedParts(fragment: string): SnippetPart[] {
  return fragment.split(MARKS.open).flatMap((piece, at) => {
    const [text = '', ...after] = piece.split(MARKS.close);
    if (at === 0) return [{ text: piece.replaceAll(MARKS.close, ''), hit: false }];
    return [
      { text, hit: true },
      { text: after.join(''), hit: false },
    ];
  });
}

/** `_source` has nested objects or names with dots, as indexed. */
function valueAt(source: JsonObject, field: string): unknown {
  const own = Object.hasOwn(source, field) ? source[field] : undefined;
  const value = own ?? field.split('.').reduce<unknown>((object, name) => ownOf(object, name), source);
  return Array.isArray(value) ? value[0] : value;
}

function ownOf(object: unknown, name: string): unknown {
  const values = asObject(object);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function labelAt(source: JsonObject, field: string): string {
  return labelOf(valueAt(source, field));
}
