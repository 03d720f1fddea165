import { marked, matching, type Term } from '../../../local/text-match.ts';
import type { Document } from './documents.ts';
import { must, type StandIn } from './server.ts';
import { readTerms } from './terms.ts';

interface SearchRequest {
  from: number;
  size: number;
  _source: string[];
  query: {
    match_all?: Record<string, never>;
    ids?: { values: string[] };
    bool?: { should: { terms: Record<string, string[]> }[]; minimum_should_match: number };
    simple_query_string?: { query: string; fields: string[]; default_operator: string; flags: string };
  };
  sort?: Record<string, { order: string; unmapped_type: string }>[];
  highlight?: { pre_tags: string[]; post_tags: string[]; fields: Record<string, unknown> };
}

/** Elasticsearch refuses an unknown key, and so does this stand-in. */
const KEYS = ['from', 'size', '_source', 'query', 'sort', 'highlight'];

/** `_search` of an index whose documents are `{title, text, link, picture, changed: {at, by}}`. */
export const opensearch: StandIn = (requested, { documents }) => {
  must(requested.method === 'POST' && requested.url === '/handbook/_search', 'not the index');
  must(requested.headers['content-type'] === 'application/json', 'not JSON');
  const { from, size, query, sort, highlight, ...rest } = readRequest(requested.body);
  if (from + size > 10_000) return { status: 400, json: tooLarge(from + size) };
  if (query.ids || query.bool) return one(readRequest(requested.body), documents);
  const { simple_query_string: text } = query;
  must(text ? !sort : query.match_all && sort, 'neither words nor what changed');
  must(!text || text.default_operator === 'and', 'any word is enough');
  must(!text || !/NOT|FUZZY|NEAR|SLOP|ESCAPE|ALL/.test(text.flags), 'more operators than there should be');
  const terms = text ? readTerms(text.query) : [];
  const contoso = documents.filter(({ owner }) => owner === 'contoso');
  const found = text ? matching(contoso, terms) : contoso.toReversed();
  const hits = found.slice(from, from + size).map((document) => ({
    _index: 'handbook-1',
    _id: document.id,
    _source: pick(toSource(document), rest._source),
    ...(highlight && { highlight: highlighted(document, terms, highlight) }),
  }));
  const total = { value: found.length, relation: 'eq' };
  return {
    json: { took: 1, timed_out: false, _shards: { total: 1, failed: 0 }, hits: { total, max_score: null, hits } },
  };
};

/** The document with this id, or with exactly this address. */
function one({ from, size, _source, query }: SearchRequest, documents: readonly Document[]) {
  must(from === 0 && size === 1, 'more than one document');
  const { ids, bool } = query;
  must(!bool || (bool.should.length > 0 && bool.minimum_should_match === 1), 'any document would do');
  const addresses = (bool?.should ?? []).flatMap(({ terms, ...more }) => {
    must(Object.keys(more).length === 0 && Object.keys(terms).length === 1, 'a clause of more than one kind');
    // The stand-in's index has `link` as a keyword. `link.keyword` is not mapped, and matches no document.
    return terms.link ?? [];
  });
  const document = documents.find(
    ({ owner, id, url }) => owner === 'contoso' && (ids ? ids.values.includes(id) : addresses.includes(url)),
  );
  const found = document
    ? [{ _index: 'handbook-1', _id: document.id, _source: pick(toSource(document), _source) }]
    : [];
  const total = { value: found.length, relation: 'eq' };
  return { json: { took: 1, timed_out: false, _shards: { total: 1, failed: 0 }, hits: { total, hits: found } } };
}

function readRequest(body: string): SearchRequest {
  const request = JSON.parse(body) as SearchRequest;
  const unknown = Object.keys(request).find((key) => !KEYS.includes(key));
  must(unknown === undefined, `Unknown key for a VALUE_STRING in [${unknown}]`);
  must(Object.keys(request.query).length === 1, 'one query');
  must(Number.isInteger(request.from) && request.from >= 0 && request.size >= 0, 'paging');
  return request;
}

function toSource({ title, body, url, image, edited, by }: Document) {
  return { title, text: body, link: url, picture: image, changed: { at: edited, by } };
}

/** Like `_source` filtering: paths into objects. */
function pick(source: ReturnType<typeof toSource>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(source).filter(([name]) => fields.some((field) => field === name || field.startsWith(`${name}.`))),
  );
}

function highlighted(
  { body }: Document,
  terms: readonly Term[],
  { pre_tags, post_tags, fields }: NonNullable<SearchRequest['highlight']>,
) {
  must('text' in fields, 'highlights of another field');
  return { text: [marked(body, terms, pre_tags[0] ?? '', post_tags[0] ?? '')] };
}

function tooLarge(window: number) {
  const reason = `Result window is too large, from + size must be less than or equal to: [10000] but was [${window}].`;
  return { error: { type: 'search_phase_execution_exception', reason }, status: 400 };
}
