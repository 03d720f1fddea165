import { matching } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { readTerms } from '../terms.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const LIST = '/api/v4/groups/contoso/issues';
const ISSUE = /^\/api\/v4\/projects\/contoso%2Fhandbook\/issues\/(\d+)$/;
const PARAMETERS = ['search', 'order_by', 'sort', 'page', 'per_page'];
const ORDERS = ['created_at', 'updated_at', 'due_date', 'priority', 'title'];

/** @see https://docs.gitlab.com/api/issues/ and https://docs.gitlab.com/api/rest/#pagination */
export const gitlab: Vendor = {
  preset: 'gitlab',
  noted: 'page',
  origin: 'https://gitlab.com',
  standIn({ method, url }, { origin, documents }) {
    must(method === 'GET', 'the method');
    const own = ownDocuments(documents);
    const [, iid] = ISSUE.exec(pathOf(url)) ?? [];
    if (iid !== undefined) {
      const found = own.find(({ id }) => id === `d${iid}`);
      return found ? { json: toIssue(found, origin) } : { status: 404, json: { message: '404 Not found' } };
    }
    must(pathOf(url) === LIST, 'no such place');
    const parameters = readParameters(url, PARAMETERS);
    const orderBy = parameters.get('order_by') ?? 'created_at';
    must(ORDERS.includes(orderBy) && /^(?:asc|desc)$/.test(parameters.get('sort') ?? 'desc'), 'order_by, sort');
    const page = readInteger(parameters.get('page') ?? 1, 1, 1_000_000);
    const size = readInteger(parameters.get('per_page') ?? 20, 1, 100);
    const search = parameters.get('search');
    const found = (search === null ? own : own.filter((document) => matches(document, search))).toReversed();
    const next = page * size < found.length ? nextPage(origin, url, page + 1) : undefined;
    return {
      headers: { 'x-total': String(found.length), 'x-page': String(page), ...(next && { link: next }) },
      json: found.slice((page - 1) * size, page * size).map((document) => toIssue(document, origin)),
    };
  },
  links: [
    ['https://gitlab.com/contoso/handbook/-/issues/12', { title: 'Los Angeles Lakers' }],
    ['https://gitlab.com/contoso/handbook/-/work_items/12', { title: 'Los Angeles Lakers' }],
    ['https://gitlab.com/contoso/handbook/-/issues/999', null],
    ['https://gitlab.com/contoso/other/-/issues/12', undefined],
    ['https://gitlab.com/contoso/handbook/-/merge_requests/12', undefined],
  ],
};

function matches(document: Document, search: string): boolean {
  return matching([document], readTerms(search)).length > 0;
}

function nextPage(origin: string, url: string, page: number): string {
  const next = new URL(url, origin);
  next.searchParams.set('page', String(page));
  return `<${next.href}>; rel="next", <${new URL(url, origin).href}>; rel="first"`;
}

function toIssue({ id, title, body, edited, by }: Document, origin: string) {
  const iid = Number(id.slice(1));
  return {
    id: 1000 + iid,
    iid,
    project_id: 7,
    title,
    description: body,
    state: 'opened',
    created_at: edited,
    updated_at: edited,
    labels: ['handbook', 'sport'],
    assignees: [{ id: 3, username: 'grace', name: 'Grace Example' }],
    author: { id: 2, username: 'ada', name: by },
    type: 'ISSUE',
    due_date: null,
    web_url: `${origin}/contoso/handbook/-/issues/${iid}`,
    references: { short: `#${iid}`, relative: `handbook#${iid}`, full: `contoso/handbook#${iid}` },
  };
}
