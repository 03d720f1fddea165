import { matching } from '../../../../local/text-match.ts';
import type { Document } from '../documents.ts';
import { must } from '../server.ts';
import { readTerms } from '../terms.ts';
import { pathOf, readInteger, readParameters } from './parameters.ts';
import { ownDocuments, type Vendor } from './vendor.ts';

const SEARCH = ['q', 'all_words', 'titles_only', 'scope', 'issues', 'wiki_pages', 'offset', 'limit'];
const ISSUES = ['sort', 'status_id', 'offset', 'limit'];
const ISSUE = /^\/issues\/(\d+)\.json$/;

/** A search has other members than the list of issues.
 * @see https://www.redmine.org/projects/redmine/wiki/Rest_Search and
 * https://www.redmine.org/projects/redmine/wiki/Rest_Issues */
export const redmine: Vendor = {
  preset: 'redmine',
  origin: 'https://redmine.contoso.example',
  standIn({ method, url }, { origin, documents }) {
    must(method === 'GET', 'the method');
    const own = ownDocuments(documents);
    const path = pathOf(url);
    const [, number] = ISSUE.exec(path) ?? [];
    if (number !== undefined) {
      const found = own.find(({ id }) => id === `d${number}`);
      return found ? { json: { issue: toIssue(found) } } : { status: 404, json: null };
    }
    const isSearch = path === '/search.json';
    must(isSearch || path === '/issues.json', 'no such place');
    const parameters = readParameters(url, isSearch ? SEARCH : ISSUES);
    const offset = readInteger(parameters.get('offset') ?? 0, 0, 100_000);
    const limit = readInteger(parameters.get('limit') ?? 25, 1, 100);
    if (!isSearch) must(/^updated_on:desc$/.test(parameters.get('sort') ?? ''), 'sort');
    const found = isSearch ? matching(own, readTerms(parameters.get('q') ?? '')) : own.toReversed();
    const window = found.slice(offset, offset + limit);
    const page = { total_count: found.length, offset, limit };
    if (isSearch) return { json: { results: window.map((document) => toResult(document, origin)), ...page } };
    return { json: { issues: window.map(toIssue), ...page } };
  },
  links: [
    [
      'https://redmine.contoso.example/issues/12',
      {
        title: 'Feature #12: Los Angeles Lakers',
        facts: [
          { label: 'status', value: 'New' },
          { label: 'priority', value: 'Normal' },
          { label: 'assignee', value: 'Grace Example' },
          { label: 'project', value: 'Handbook' },
        ],
      },
    ],
    ['https://redmine.contoso.example/issues/999', null],
    ['https://redmine.contoso.example/projects/handbook', undefined],
  ],
};

function toResult({ id, title, body, edited }: Document, origin: string) {
  const number = Number(id.slice(1));
  return {
    id: number,
    title: `Feature #${number} (New): ${title}`,
    type: 'issue',
    url: `${origin}/issues/${number}`,
    description: body,
    datetime: edited,
  };
}

function toIssue({ id, title, body, edited, by }: Document) {
  return {
    id: Number(id.slice(1)),
    project: { id: 1, name: 'Handbook' },
    tracker: { id: 2, name: 'Feature' },
    status: { id: 1, name: 'New', is_closed: false },
    priority: { id: 2, name: 'Normal' },
    author: { id: 3, name: by },
    assigned_to: { id: 4, name: 'Grace Example' },
    subject: title,
    description: body,
    due_date: null,
    created_on: edited,
    updated_on: edited,
  };
}
