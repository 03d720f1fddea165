import { DEFAULT_USER_AGENT, type ErrorResponse, postJson, requestHeaders } from '../http.ts';
import { parseOrigin } from '../origin.ts';
import { clampPaging } from '../paging.ts';
import { asObject } from '../read.ts';
import { sanitizeWords } from '../search-text.ts';
import type { Source, SourceSession } from '../source.ts';
import { documentLookup } from './link.ts';
import { type OpensearchFields, recentRequest, searchRequest, withoutHighlight } from './request.ts';
import { readHits } from './response.ts';

export interface OpensearchOptions {
  /** The cluster's origin. */
  url: string;
  /** One index, alias or data stream; several with commas, many with `*`. */
  index: string;
  fields: OpensearchFields;
  /** Where a person reads a document that holds no address: `https://docs.example.com/{id}`. */
  urlTemplate?: string | undefined;
  userAgent?: string | undefined;
}

/** Elasticsearch and OpenSearch say so in these words, or name the setting. */
const HIGHLIGHT_LIMIT = /max_analyzed_offset|allowed to be analyzed for highlighting/i;

/** `index.max_result_window`, as it is unless somebody changes it. */
const WINDOW = 10_000;

/** Searches an index of OpenSearch (1 and later) or Elasticsearch (7 and later) with the asker's access token, so that
 * document-level security applies: one call a search.
 * @throws {TypeError} where the options can't be used */
export function opensearchSource(options: OpensearchOptions): Source {
  const origin = parseOrigin(options.url);
  const url = `${origin}/${parseIndex(options.index)}/_search`;
  const { fields } = options;
  const place = { fields, urlTemplate: parseTemplate(options), base: origin };
  const questionOf = documentLookup(place);
  const headers = { 'user-agent': options.userAgent ?? DEFAULT_USER_AGENT };

  /** One document that is longer than the cluster marks matches in fails a whole search, or the shard that holds it:
   * then the same is asked once more without marks (`index.highlight.max_analyzed_offset`). */
  async function ask(question: Record<string, unknown>, session: SourceSession): Promise<unknown> {
    let tooLong = false;
    const explain = ({ status, body }: ErrorResponse) => {
      tooLong = status === 400 && HIGHLIGHT_LIMIT.test(body);
      return undefined;
    };
    const post = (body: Record<string, unknown>) =>
      postJson(url, body, requestHeaders(session, headers), session.signal, { explain });
    try {
      const { json } = await post(question);
      if (!('highlight' in question) || !HIGHLIGHT_LIMIT.test(JSON.stringify(failuresIn(json)))) return json;
    } catch (error) {
      if (!tooLong || !('highlight' in question)) throw error;
    }
    return (await post(withoutHighlight(question))).json;
  }

  return {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
      const recent = query.text.trim() === '';
      const words = sanitizeWords(query.text);
      const paging = { from: skip, size: Math.min(count, WINDOW - skip) };
      if (words === undefined && !recent) return { items: [], total: 0 };
      if (paging.size <= 0 || (recent && !fields.edited)) return { items: [] };
      const question = words ? searchRequest(words, paging, fields) : recentRequest(paging, fields);
      const json = await ask(question, session);
      return json === undefined ? { items: [] } : readHits(json, place, { skip, count });
    },
    async page(link, session) {
      const question = questionOf(link);
      if (!question) return undefined;
      const { json } = await postJson(url, question.body, requestHeaders(session, headers), session.signal);
      if (json === undefined) return null;
      // Whatever the index makes of addresses: another document's is none.
      return readHits(json, place, { skip: 0, count: 1 }).items.find(({ url }) => url === question.address) ?? null;
    },
  };
}

/** What the shards say that failed; most answers have none. */
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
  // Behind the origin, so that no document's id can name another host.
  if (/^https?:\/\/[^{}/?#]+\/[^{}]*\{id\}[^{}]*$/.test(urlTemplate) && URL.canParse(urlTemplate)) return urlTemplate;
  throw new TypeError('urlTemplate: an address with {id} in its path or query');
}
