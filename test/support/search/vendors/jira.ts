import { readAtlassianQuery } from '../../../../local/atlassian/query-language.ts';
import { jiraApi, refuse } from '../../../../local/jira/api.ts';
import { fieldsOf, type Issue } from '../../../../local/jira/issue.ts';
import { searchIssues } from '../../../../local/jira/jql.ts';
import { ADA } from '../../../../local/people.ts';
import { SITES } from '../../oauth2/services/atlassian.ts';
import type { Document } from '../documents.ts';
import { must, type StandInResponse } from '../server.ts';
import { accountOf, ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

const SITE = SITES[0].id;
const CLOUD = `/ex/jira/${SITE}/rest/api/3`;
/** After the changes of all documents. */
const NOW = new Date('2026-03-02T12:00:00Z');
const BEST = {
  title: 'SUP-12 · Los Angeles Lakers',
  edited: { at: new Date('2026-03-01T12:12:00Z') },
  facts: [
    { label: 'status', value: 'Resolved', color: 'good' as const },
    { label: 'assignee', value: 'Ada Example' },
    { label: 'priority', value: 'High' },
    { label: 'type', value: 'Bug' },
    { label: 'due', value: new Date('2026-04-01T00:00:00Z') },
  ],
};

const ISSUE: Issue = {
  id: '',
  key: '',
  summary: '',
  description: '',
  type: 'Bug',
  status: { name: 'Resolved', category: 'done' },
  priority: 'High',
  assignee: ADA,
  due: '2026-04-01',
  updated: '',
};
const FIELDS = Object.keys(fieldsOf(ISSUE));

/** @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ */
export const jira: Vendor = {
  preset: 'jira-cloud',
  origin: 'https://api.atlassian.com',
  site: SITE,
  standIn: ({ method, url, headers, body }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    const key = pathname.startsWith(`${CLOUD}/issue/`) && pathname.slice(`${CLOUD}/issue/`.length);
    if (method === 'GET' && key) return issue(key, searchParams.get('fields')?.split(',') ?? [], documents);
    must(method === 'POST' && url === `${CLOUD}/search/jql`, 'no such place');
    must(headers['content-type'] === 'application/json', 'the content type');
    const { jql, fields, maxResults = 50, nextPageToken, ...more } = JSON.parse(body);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    must(Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= 5000, 'maxResults');
    const found = search(jql, documents);
    const { entries, next } = pageByCursor(found, nextPageToken, maxResults, JSON.stringify([jql, fields]));
    const issues = entries.map((each) => toCloudIssue(each, fields));
    // The last page has no token.
    return { json: { issues, isLast: next === undefined, ...(next !== undefined && { nextPageToken: next }) } };
  },
  links: [
    ['https://contoso.atlassian.net/browse/SUP-12?focusedCommentId=7', { ...BEST }],
    ['https://contoso.atlassian.net/browse/SUP-14', null],
    ['https://contoso.atlassian.net/jira/projects', undefined],
  ],
};

/** @see https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/#api/2/search */
export const jiraDataCenter: Vendor = {
  preset: 'jira-data-center',
  origin: 'https://jira.contoso.example',
  standIn: ({ method, url }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    must(method === 'GET', 'no such place');
    const { jql = '', startAt = '0', maxResults, fields = '', ...more } = Object.fromEntries(searchParams);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    checkFields(fields.split(','));
    if (pathname === '/rest/api/2/search') {
      must(/^\d+$/.test(startAt) && /^[1-9]\d{0,2}$/.test(maxResults ?? ''), 'startAt, maxResults');
      checkQuery(jql);
    }
    const request = { url: new URL(url, origin), account: accountOf(ADA), origin };
    const reply = jiraApi(issuesOf(documents), request, NOW);
    must(reply, 'no such place');
    return { status: reply.status, json: reply.body };
  },
  links: [
    ['https://jira.contoso.example/browse/SUP-12', BEST],
    ['https://jira.contoso.example/browse/SUP-14', null],
  ],
};

/** The search of Jira Cloud refuses a query without a condition: "Unbounded JQL queries are not allowed here". */
function search(jql: string, documents: readonly Document[]): Issue[] {
  checkQuery(jql);
  return searchIssues(jql, issuesOf(documents), NOW);
}

/** Entries have one condition. */
function checkQuery(jql: string): void {
  const { conditions, order } = readAtlassianQuery(jql);
  must(conditions.length === 1, 'Unbounded JQL queries are not allowed here');
  must(order === (conditions[0]?.field === 'updated' ? 'updated desc' : undefined), `order by ${order}`);
}

function checkFields(names: readonly string[]): void {
  for (const name of names) must(FIELDS.includes(name), `no such field: ${name}`);
}

function issue(key: string, names: string[], documents: readonly Document[]): StandInResponse {
  const found = issuesOf(documents).find((each) => each.key === key);
  if (found) return { json: toCloudIssue(found, names) };
  const { status, body } = refuse(404, 'Issue does not exist or you do not have permission to see it.');
  return { status, json: body };
}

function issuesOf(documents: readonly Document[]): Issue[] {
  return ownDocuments(documents).map(({ id, title, body, edited }) => ({
    ...ISSUE,
    id: id.slice(1),
    key: `SUP-${id.slice(1)}`,
    summary: title,
    description: body,
    updated: edited,
  }));
}

/** The cloud has other colors, and descriptions as a document. Has only the fields that the request names. */
function toCloudIssue(issue: Issue, names: readonly string[]) {
  checkFields(names);
  const status = { name: issue.status.name, statusCategory: { id: 3, key: 'done', colorName: 'green', name: 'Done' } };
  const all = { ...fieldsOf(issue), status, description: toAdf(issue.description) };
  const fields = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return { expand: '', id: issue.id, self: `https://api.example/issue/${issue.id}`, key: issue.key, fields };
}

function toAdf(text: string) {
  const lines = text.split('; ');
  const content = lines.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] }));
  return { type: 'doc', version: 1, content };
}
