import { marked, matching, type Term } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { escapeHtml, must, type StandIn, type StandInResponse } from '../server.ts';
import { readTerms } from '../terms.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const ARTICLE_LINKS: Vendor['links'] = [
  ['https://contoso.zendesk.com/hc/en-us/articles/360012-Los-Angeles-Lakers', { title: 'Los Angeles Lakers' }],
  ['https://contoso.zendesk.com/hc/en-us/articles/360012', { title: 'Los Angeles Lakers' }],
  ['https://contoso.zendesk.com/hc/en-us/articles/360014-Trade-plan', null],
  ['https://contoso.zendesk.com/hc/en-us/sections/360012', undefined],
];

/** For admins and agents. @see https://developer.zendesk.com/api-reference/help_center/help-center-api/search/ */
export const zendeskArticles: Vendor = {
  preset: 'zendesk-help-center',
  origin: 'https://contoso.zendesk.com',
  standIn: articles(''),
  links: [...ARTICLE_LINKS, ['https://contoso.zendesk.com/hc/de/articles/360012', { title: 'Los Angeles Lakers' }]],
};

/** End users must name a language, except for a search.
 * @see https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/#list-articles */
export const zendeskArticlesOfEndUsers: Vendor = {
  ...zendeskArticles,
  noted: 'page',
  standIn: articles('/en-us'),
  links: [...ARTICLE_LINKS, ['https://contoso.zendesk.com/hc/de/articles/360012', undefined]],
};

/** @param locale the language in the paths of articles */
function articles(locale: string): StandIn {
  return (requested, { origin, documents }) => {
    const { pathname, searchParams } = new URL(requested.url, origin);
    const own = ownDocuments(documents);
    const path = pathname.replace(/\.json$/, '');
    const list = `/api/v2/help_center${locale}/articles`;
    must(requested.method === 'GET' && path.startsWith('/api/v2/help_center/'), 'no such place');
    const [, id] = /^\/(\d+)$/.exec(path.startsWith(list) ? path.slice(list.length) : '') ?? [];
    if (id !== undefined) {
      const found = own.find((document) => numberOf(document) === Number(id));
      return found ? { json: { article: toArticle(found, origin) } } : NOT_FOUND;
    }
    const { query, page, per_page: size, ...more } = Object.fromEntries(searchParams);
    const { start, end } = windowOf(page, size);
    if (path === list) {
      must(
        JSON.stringify(more) === '{"sort_by":"updated_at","sort_order":"desc"}' && query === undefined,
        'parameters',
      );
      const articles = own
        .toReversed()
        .slice(start, end)
        .map((document) => toArticle(document, origin));
      return { json: { articles, count: own.length, page: Number(page), per_page: Number(size) } };
    }
    must(path === '/api/v2/help_center/articles/search' && Object.keys(more).length === 0, 'no such place');
    const terms = readTerms(query ?? '');
    must(terms.length > 0, 'no query');
    const found = matching(own, terms);
    const results = found.slice(start, end).map((document) => toResult(document, terms, origin));
    return { json: { results, count: found.length, page: Number(page), per_page: Number(size), page_count: 9 } };
  };
}

/** @see https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/ */
export const zendeskTickets: Vendor = {
  preset: 'zendesk-tickets',
  origin: 'https://contoso.zendesk.com',
  standIn: (requested, { origin, documents }) => {
    const { pathname, searchParams } = new URL(requested.url, origin);
    const own = ownDocuments(documents);
    must(requested.method === 'GET', 'no such place');
    const [, id] = /^\/api\/v2\/tickets\/(\d+)\.json$/.exec(pathname) ?? [];
    if (id !== undefined) {
      const found = own.find((document) => numberOf(document) === Number(id));
      return found ? { json: { ticket: toTicket(found, origin) } } : NOT_FOUND;
    }
    must(pathname === '/api/v2/search.json', 'no such place');
    const {
      query = '',
      page,
      per_page: size,
      sort_by: by,
      sort_order: order,
      ...more
    } = Object.fromEntries(searchParams);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    must(by === undefined ? order === undefined : by === 'updated_at' && order === 'desc', 'sort_by');
    const { start, end } = windowOf(page, size);
    const [, text] = /^type:ticket(?: (.+))?$/s.exec(query) ?? ['', undefined];
    must(query.startsWith('type:ticket') && (text === undefined) === (by !== undefined), query);
    const found = text === undefined ? own.toReversed() : matching(own, readTerms(text));
    const results = found.slice(start, end).map((document) => toTicket(document, origin));
    return { json: { results, facets: null, next_page: null, previous_page: null, count: found.length } };
  },
  links: [
    ['https://contoso.zendesk.com/agent/tickets/360012', { title: '#360012 · Los Angeles Lakers' }],
    ['https://contoso.zendesk.com/agent/tickets/360014', null],
  ],
};

const NOT_FOUND: StandInResponse = { status: 404, json: { error: 'RecordNotFound', description: 'Not found' } };

/** Only the first 1,000 results can be read. */
function windowOf(page: string | undefined, size: string | undefined): { start: number; end: number } {
  must(/^[1-9]\d*$/.test(page ?? '') && /^[1-9]\d*$/.test(size ?? ''), 'page, per_page');
  const end = Number(page) * Number(size);
  must(Number(size) <= 100 && end <= 1000, 'Requested response size was greater than Search Response Limits');
  return { start: end - Number(size), end };
}

function numberOf({ id }: Document): number {
  return 360_000 + Number(id.slice(1));
}

function toArticle(document: Document, origin: string) {
  const id = numberOf(document);
  const { title, body, edited } = document;
  return {
    id,
    url: `${origin}/api/v2/help_center/en-us/articles/${id}.json`,
    html_url: `${origin}/hc/en-us/articles/${id}-${title.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    title,
    body: `<p>${escapeHtml(body)}</p>`,
    label_names: ['teams', 'basketball'],
    draft: false,
    locale: 'en-us',
    updated_at: edited,
  };
}

function toResult(document: Document, terms: readonly Term[], origin: string) {
  const snippet = marked(escapeHtml(document.body), terms, '<em>', '</em>');
  return { ...toArticle(document, origin), result_type: 'article', snippet };
}

function toTicket(document: Document, origin: string) {
  const { title, body, edited } = document;
  const id = numberOf(document);
  return {
    id,
    url: `${origin}/api/v2/tickets/${id}.json`,
    subject: title,
    raw_subject: title,
    description: body,
    status: 'open',
    priority: 'urgent',
    type: 'incident',
    tags: ['teams', 'basketball'],
    assignee_id: 235323,
    updated_at: edited,
    result_type: 'ticket',
  };
}
