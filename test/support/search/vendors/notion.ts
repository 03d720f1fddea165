import { matching } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { readTerms } from '../terms.ts';
import { ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

/** `POST /v1/search` finds pages by their titles only, and has no total.
 * @see https://developers.notion.com/reference/post-search */
export const notion: Vendor = {
  preset: 'notion',
  origin: 'https://api.notion.com',
  standIn({ method, url, headers, body }, { documents }) {
    must(method === 'POST' && url === '/v1/search', 'no such place');
    must(headers['content-type'] === 'application/json', 'the content type');
    must(/^20\d\d-\d\d-\d\d$/.test(String(headers['notion-version'])), 'Notion-Version is missing');
    const { query = '', filter, sort, page_size: size = 100, start_cursor: cursor, ...more } = JSON.parse(body);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    must(typeof query === 'string' && Number.isInteger(size) && size >= 1 && size <= 100, 'query, page_size');
    must(filter === undefined || (filter.property === 'object' && filter.value === 'page'), 'filter');
    must(
      sort === undefined || (sort.timestamp === 'last_edited_time' && /^(?:a|de)scending$/.test(sort.direction)),
      'sort',
    );
    const own = ownDocuments(documents);
    const titles = own.map((document) => ({ ...document, body: '' }));
    const found = query === '' ? own.toReversed() : matching(titles, readTerms(query));
    const { entries, next } = pageByCursor(found, cursor, size, JSON.stringify([query, filter, sort]));
    const results = entries.map(toPage);
    return { json: { object: 'list', results, next_cursor: next ?? null, has_more: next !== undefined } };
  },
  titlesOnly: true,
};

/** The title has the name that the database gives it. */
function toPage({ id, title, edited }: Document, at: number) {
  const text = { type: 'text', text: { content: title, link: null }, plain_text: title };
  return {
    object: 'page',
    id,
    last_edited_time: edited,
    url: `https://app.notion.com/p/Page-${id}`,
    icon: null,
    properties: {
      Status: { id: 's', type: 'status', status: { name: 'Open', color: 'green' } },
      [at % 2 === 0 ? 'title' : 'Task name']: { id: 'title', type: 'title', title: [text] },
    },
  };
}
