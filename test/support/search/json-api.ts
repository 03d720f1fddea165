import { marked, matching, type Term } from '../../../local/text-match.ts';
import type { Document } from './documents.ts';
import { escapeHtml, must, type StandIn } from './server.ts';
import { readTerms } from './terms.ts';

/** A company's own API: `/v2/search/<words>?offset=…&limit=…&tenant=contoso`, `/v2/changes?offset=…&limit=…`,
 * `/v2/pages/<id>?tenant=contoso`. */
export const jsonApi: StandIn = (requested, around) => {
  const { origin, documents } = around;
  const { pathname, searchParams } = new URL(requested.url, origin);
  if (pathname.startsWith('/v2/pages/')) return one(requested, around);
  const [, text] = /^\/v2\/search\/([^/]+)$/.exec(pathname) ?? [];
  must(requested.method === 'GET' && (text !== undefined || pathname === '/v2/changes'), 'no such place');
  must(requested.headers['x-tenant'] === 'contoso', 'whose?');
  must([...searchParams.keys()].join() === (text === undefined ? 'offset,limit' : 'offset,limit,tenant'), 'parameters');
  must(text === undefined || searchParams.get('tenant') === 'contoso', 'another tenant');
  const [offset, limit] = [Number(searchParams.get('offset')), Number(searchParams.get('limit'))];
  must(offset >= 0 && limit >= 1 && limit <= 25, 'paging');
  const terms = halfTyped(readTerms(decodeURIComponent(text ?? '')));
  const contoso = documents.filter(({ owner }) => owner === 'contoso');
  const found = text === undefined ? contoso.toReversed() : matching(contoso, terms);
  const list = found.slice(offset, offset + limit).map((document) => toEntry(document, terms));
  return { json: { meta: { total: found.length }, data: { list } } };
};

const one: StandIn = (requested, { documents }) => {
  const [, segment = ''] = /^\/v2\/pages\/([^/?]+)\?tenant=contoso$/.exec(requested.url) ?? [];
  must(requested.method === 'GET' && segment !== '', 'no such place');
  must(requested.headers['x-tenant'] === 'contoso', 'whose?');
  const document = documents.find(({ owner, id }) => owner === 'contoso' && id === decodeURIComponent(segment));
  return document ? { json: { data: toEntry(document, []) } } : { status: 404, json: {} };
};

/** This API finds half-typed words by itself. */
function halfTyped(terms: Term[]): Term[] {
  return terms.map((term, at) => ({ ...term, half: at === terms.length - 1 && !term.text.includes(' ') }));
}

function toEntry({ id, title, body, url, image, edited, by }: Document, terms: readonly Term[]) {
  const excerpt = marked(escapeHtml(body), terms, '<em>', '</em>');
  const ticket = {
    state: { name: 'In progress', color: 'yellow' },
    owner: { displayName: by },
    due: '2026-04-30',
    votes: 12_345,
    tags: [{ name: 'sports' }, { name: 'R&amp;D' }],
    number: 4711,
  };
  return { id, names: [{ text: title }], excerpt, link: url, image, changed: { at: edited, by }, ticket };
}
