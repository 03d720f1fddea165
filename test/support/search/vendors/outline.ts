import { marked, matching } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { readTerms } from '../terms.ts';
import { readInteger } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

/** Each method is a POST. Members of the body that it does not know are ignored, wrong ones refused.
 * @see https://www.getoutline.com/developers and server/routes/api/documents/schema.ts of github.com/outline/outline */
export const outline: Vendor = {
  preset: 'outline',
  origin: 'https://docs.contoso.example',
  standIn({ method, url, headers, body }, { documents }) {
    must(method === 'POST', 'each method is a POST');
    must(headers['content-type'] === 'application/json', 'the content type');
    const { query, offset = 0, limit = 15, sort, direction, ...more } = JSON.parse(body);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    const start = readInteger(offset, 0, 100_000);
    const size = readInteger(limit, 1, 100);
    const own = ownDocuments(documents);
    if (url === '/api/documents.list') {
      must(query === undefined && sort === 'updatedAt' && direction === 'DESC', 'the order');
      const data = own
        .toReversed()
        .slice(start, start + size)
        .map(toDocument);
      return { json: { pagination: { limit: size, offset: start }, data, policies: [] } };
    }
    must(url === '/api/documents.search', 'no such place');
    must(typeof query === 'string' && sort === undefined && direction === undefined, 'query, sort, direction');
    const terms = readTerms(query);
    const found = matching(own, terms);
    const data = found.slice(start, start + size).map((document) => ({
      ranking: 0.5,
      context: marked(document.body, terms, '<b>', '</b>'),
      document: toDocument(document),
    }));
    return { json: { pagination: { limit: size, offset: start, total: found.length }, data, policies: [] } };
  },
};

function toDocument({ id, title, body, edited, by }: Document) {
  return {
    id: `00000000-0000-4000-8000-${id.padStart(12, '0')}`,
    url: `/doc/page-${id}`,
    urlId: id,
    title,
    text: body,
    updatedAt: edited,
    updatedBy: { id: 'u1', name: by },
  };
}
