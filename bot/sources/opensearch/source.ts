import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { asObject } from '../../platform/json.ts';
import { parseUrl } from '../../platform/safe-url.ts';
import { clampPaging } from '../entries.ts';
import { type ErrorResponse, postJson, requestHeaders } from '../http.ts';
import { readLinkTemplate } from '../json-api/templates/url-template.ts';
import { places, type Source, type SourceSession, sourceType, text } from '../source.ts';
import { sanitizeText } from '../typed-query.ts';
import { parseOrigin } from '../urls.ts';
import { baseRequest, type OpensearchFields, recentRequest, searchRequest, withoutHighlight } from './request.ts';
import { addressOfId, type DocumentPlace, readHits } from './response.ts';

export const opensearch = sourceType({
  schema: z.strictObject({
    type: z.literal('opensearch').describe('An index of OpenSearch, or of Elasticsearch 7 or later.'),
    url: z.url().describe('The origin of the cluster.'),
    index: text.describe('An index, alias or data stream; several with commas, many with *.'),
    fields: z
      .strictObject({
        title: text.describe('The field with the title, indexed as text.'),
        body: text.describe('The field with the text, indexed as text.'),
        url: text.optional().describe('The field with the address where people read the document.'),
        image: text.optional().describe('The field with the address of an image.'),
        edited: text.optional().describe('The field with the date of the last change.'),
        by: text.optional().describe('The field with the name of the last author.'),
      })
      .describe('The names of fields in a document. Dots lead into objects.'),
    urlTemplate: text
      .optional()
      .describe('The address where people read a document without a url, with {id} for its _id.'),
    ...places,
  }),
  build: (settings, userAgent) => opensearchSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins, urlTemplate }) => ({ linkOrigins, urlTemplate }),
  cardUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
  pageUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
});

export interface OpensearchOptions {
  url: string;
  index: string;
  fields: OpensearchFields;
  urlTemplate?: string | undefined;
  userAgent?: string | undefined;
}

/** The error of Elasticsearch and OpenSearch. */
const HIGHLIGHT_LIMIT = /max_analyzed_offset|allowed to be analyzed for highlighting/i;

const WINDOW = 10_000;

/** OpenSearch 1 or later, or Elasticsearch 7 or later: one call per search. The user's access token enforces
 * document-level security.
 * @throws {TypeError} for unusable options */
export function opensearchSource(options: OpensearchOptions): Source {
  const origin = parseOrigin(options.url);
  const url = `${origin}/${parseIndex(options.index)}/_search`;
  const { fields } = options;
  const place = { fields, urlTemplate: parseTemplate(options), base: origin };
  const requestOf = documentLookup(place);
  const headers = { 'user-agent': options.userAgent ?? USER_AGENT };

  /** If a document exceeds `index.highlight.max_analyzed_offset`, highlighting fails the whole search or shard. Then
   * this repeats the search without highlights. */
  async function ask(request: Record<string, unknown>, session: SourceSession): Promise<unknown> {
    let tooLong = false;
    const mapError = ({ status, body }: ErrorResponse) => {
      tooLong = status === 400 && HIGHLIGHT_LIMIT.test(body);
      return undefined;
    };
    const post = (body: Record<string, unknown>) =>
      postJson(url, body, requestHeaders(session, headers), session.signal, { mapError });
    try {
      const { json } = await post(request);
      if (!('highlight' in request) || !HIGHLIGHT_LIMIT.test(JSON.stringify(failuresIn(json)))) return json;
    } catch (error) {
      if (!tooLong || !('highlight' in request)) throw error;
    }
    return (await post(withoutHighlight(request))).json;
  }

  return {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
      const recent = query.text.trim() === '';
      const text = sanitizeText(query.text);
      const paging = { from: skip, size: Math.min(count, WINDOW - skip) };
      if (text === undefined && !recent) return { items: [], total: 0 };
      if (paging.size <= 0 || (recent && !fields.edited)) return { items: [] };
      const request = text ? searchRequest(text, paging, fields) : recentRequest(paging, fields);
      const json = await ask(request, session);
      return json === undefined ? { items: [] } : readHits(json, place, { skip, count });
    },
    async page(link, session) {
      const request = requestOf(link);
      if (!request) return undefined;
      const { json } = await postJson(url, request.body, requestHeaders(session, headers), session.signal);
      if (json === undefined) return null;
      // An index may analyse addresses and return another document.
      return readHits(json, place, { skip: 0, count: 1 }).items.find(({ url }) => url === request.address) ?? null;
    },
  };
}

function failuresIn(json: unknown): unknown {
  return asObject(asObject(json)._shards).failures ?? null;
}

function parseIndex(index: string): string {
  if (/^[a-z\d.][a-z\d._*-]{0,254}(?:,[a-z\d.][a-z\d._*-]{0,254})*$/.test(index) && !/(?:^|,)\.+(?:,|$)/.test(index))
    return index;
  throw new TypeError('index: names in lower case, with commas between');
}

function parseTemplate({ fields, urlTemplate }: OpensearchOptions): string | undefined {
  if (urlTemplate === undefined) {
    if (fields.url === undefined)
      throw new TypeError('fields.url or urlTemplate: one must say where a document is read');
    return undefined;
  }
  // `{id}` comes after the origin: no document id can change the host.
  if (/^https?:\/\/[^{}/?#]+\/[^{}]*\{id\}[^{}]*$/.test(urlTemplate) && parseUrl(urlTemplate)) return urlTemplate;
  throw new TypeError('urlTemplate: an address with {id} in its path or query');
}

interface DocumentLookup {
  body: Record<string, unknown>;
  address: string;
}

/** Returns `undefined` if the link cannot be a document. The link is only a value in the request (T53). */
function documentLookup(place: DocumentPlace): (link: URL) => DocumentLookup | undefined {
  const { fields, urlTemplate, base } = place;
  const idOf = urlTemplate === undefined ? () => undefined : readLinkTemplate(urlTemplate);
  const ask = (query: Record<string, unknown>, address: string): DocumentLookup => ({
    body: { ...baseRequest({ from: 0, size: 1 }, fields), query },
    address,
  });
  return (link) => {
    const id = idOf(link);
    const made = id === undefined ? undefined : addressOfId(id, urlTemplate);
    if (made !== undefined) return ask({ ids: { values: [id] } }, made);
    if (fields.url === undefined) return undefined;
    const rest = link.pathname + link.search;
    return ask(byAddress(fields.url, link.origin, rest, base), link.origin + rest);
  };
}

/** Matches a keyword field, or the `keyword` subfield of a default mapping. */
function byAddress(field: string, origin: string, rest: string, base: string): Record<string, unknown> {
  const spelled = [origin + rest, unescaped(origin + rest), ...(origin === base ? [rest, unescaped(rest)] : [])];
  const addresses = [...new Set(spelled)];
  return {
    bool: {
      should: [{ terms: { [field]: addresses } }, { terms: { [`${field}.keyword`]: addresses } }],
      minimum_should_match: 1,
    },
  };
}

/** A document may contain the address without a browser's percent-encoding. */
function unescaped(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address; // Not UTF-8.
  }
}
