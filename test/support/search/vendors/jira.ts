import type { Document } from '../documents.ts';
import { must, type StandInResponse } from '../server.ts';
import { matching } from '../terms.ts';
import { readAtlassianQuery, readLuceneText } from './atlassian-query.ts';
import { ownDocuments, pageByCursor, type Vendor } from './vendor.ts';

const SITE = '11111111-2222-3333-4444-555555555555';
const CLOUD = `/ex/jira/${SITE}/rest/api/3`;
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

/** @see https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/ */
export const jira: Vendor = {
  preset: 'jira-cloud',
  origin: 'https://api.atlassian.com',
  site: SITE,
  standIn: ({ method, url, headers, body }, { origin, documents }) => {
    const { pathname, searchParams } = new URL(url, origin);
    const key = pathname.startsWith(`${CLOUD}/issue/`) && pathname.slice(`${CLOUD}/issue/`.length);
    if (method === 'GET' && key) return issue(key, searchParams.get('fields')?.split(',') ?? [], documents, toAdf);
    must(method === 'POST' && url === `${CLOUD}/search/jql`, 'no such place');
    must(headers['content-type'] === 'application/json', 'the content type');
    const { jql, fields, maxResults = 50, nextPageToken, ...more } = JSON.parse(body);
    must(Object.keys(more).length === 0, `not known: ${Object.keys(more)}`);
    must(Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= 5000, 'maxResults');
    const found = search(jql, documents);
    const { entries, next } = pageByCursor(found, nextPageToken, maxResults, JSON.stringify([jql, fields]));
    const issues = entries.map((each) => toIssue(each, fields, toAdf));
    // The last page has no token.
    return { json: { issues, isLast: next === undefined, ...(next !== undefined && { nextPageToken: next }) } };
  },
  best: { ...BEST, url: 'https://contoso.atlassian.net/browse/SUP-12' },
  lacks: ['total', 'marks'],
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
    const names = fields.split(',');
    const [, key] = /^\/rest\/api\/2\/issue\/([^/]+)$/.exec(pathname) ?? [];
    if (key !== undefined) return issue(key, names, documents, toWikiText);
    must(pathname === '/rest/api/2/search', 'no such place');
    must(/^\d+$/.test(startAt) && /^[1-9]\d{0,2}$/.test(maxResults ?? ''), 'startAt, maxResults');
    const found = search(jql, documents);
    const [start, size] = [Number(startAt), Number(maxResults)];
    const issues = found.slice(start, start + size).map((each) => toIssue(each, names, toWikiText));
    return { json: { expand: 'names,schema', startAt: start, maxResults: size, total: found.length, issues } };
  },
  best: { ...BEST, url: 'https://jira.contoso.example/browse/SUP-12' },
  lacks: ['marks'],
  links: [
    ['https://jira.contoso.example/browse/SUP-12', BEST],
    ['https://jira.contoso.example/browse/SUP-14', null],
  ],
};

/** The search of Jira Cloud refuses a query without a condition: "Unbounded JQL queries are not allowed here". */
function search(jql: string, documents: readonly Document[]): Document[] {
  const { conditions, order } = readAtlassianQuery(jql);
  const [condition, ...more] = conditions;
  must(condition && more.length === 0, 'Unbounded JQL queries are not allowed here');
  const { field, operator, values } = condition;
  const own = ownDocuments(documents);
  if (field === 'updated') {
    must(operator === '>=' && /^-\d+[dw]$/.test(values[0] ?? '') && order === 'updated desc', 'updated');
    return own.toReversed();
  }
  must(field === 'text' && operator === '~' && order === undefined, `${field} ${operator}`);
  return matching(own, readLuceneText(values[0] ?? ''));
}

function issue(
  key: string,
  names: string[],
  documents: readonly Document[],
  toText: (text: string) => unknown,
): StandInResponse {
  const found = ownDocuments(documents).find(({ id }) => `SUP-${id.slice(1)}` === key);
  const errorMessages = ['Issue does not exist or you do not have permission to see it.'];
  return found ? { json: toIssue(found, names, toText) } : { status: 404, json: { errorMessages, errors: {} } };
}

/** Has only the fields that the request names. */
function toIssue({ id, title, body, edited }: Document, names: string[], toText: (text: string) => unknown) {
  const fields: Record<string, unknown> = {
    summary: title,
    description: toText(body),
    updated: edited.replace('Z', '+0000'),
    status: {
      name: 'Resolved',
      statusCategory: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
    },
    assignee: { accountId: '5b10a2844c20165700ede21g', displayName: 'Ada Example', active: true },
    priority: { id: '2', name: 'High' },
    issuetype: { id: '1', name: 'Bug', subtask: false },
    duedate: '2026-04-01',
  };
  for (const name of names) must(Object.hasOwn(fields, name), `no such field: ${name}`);
  const asked = Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  const number = id.slice(1);
  return { expand: '', id: number, self: `https://api.example/issue/${number}`, key: `SUP-${number}`, fields: asked };
}

function toAdf(text: string) {
  const lines = text.split('; ');
  const content = lines.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] }));
  return { type: 'doc', version: 1, content };
}

function toWikiText(text: string): string {
  return `${text}\r\n`;
}
