import type { ApiRequest } from '../atlassian/product.ts';
import type { Reply } from '../oauth2/service.ts';
import { fieldsOf, type Issue, userKey } from './issue.ts';
import { searchIssues } from './jql.ts';

const MAX_RESULTS = 1000;

/** The REST API of Jira 9: `myself`, `search` and `issue/{key}`.
 * @param issues what the user may see
 * @returns `undefined` for another resource
 * @throws {QueryError}
 * @see https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/ */
export function jiraApi(issues: readonly Issue[], request: ApiRequest, now: Date): Reply | undefined {
  const { url, account, origin } = request;
  const path = url.pathname;
  if (path === '/rest/api/2/myself') return { status: 200, body: userOf(account.person, origin) };
  const names = url.searchParams.get('fields')?.split(',');
  if (path === '/rest/api/2/search') return search(issues, url.searchParams, names, origin, now);
  const [, key] = /^\/rest\/api\/2\/issue\/([^/]+)$/.exec(path) ?? [];
  if (key === undefined) return undefined;
  const found = issues.find((issue) => issue.key === key.toUpperCase());
  return found ? { status: 200, body: toJson(found, names, origin) } : refuse(404, 'Issue Does Not Exist');
}

/** Jira's form of an error. */
export function refuse(status: number, message: string): Reply {
  return { status, body: { errorMessages: [message], errors: {} } };
}

function search(
  issues: readonly Issue[],
  query: URLSearchParams,
  names: readonly string[] | undefined,
  origin: string,
  now: Date,
): Reply {
  const startAt = Number(query.get('startAt') ?? 0);
  const maxResults = Math.min(Number(query.get('maxResults') ?? 50), MAX_RESULTS);
  if (!Number.isInteger(startAt) || startAt < 0) return refuse(400, 'The value of startAt is not valid.');
  if (!Number.isInteger(maxResults) || maxResults < 0) return refuse(400, 'The value of maxResults is not valid.');
  const found = searchIssues(query.get('jql') ?? '', issues, now);
  const page = found.slice(startAt, startAt + maxResults).map((issue) => toJson(issue, names, origin));
  return { status: 200, body: { expand: 'schema,names', startAt, maxResults, total: found.length, issues: page } };
}

/** @param names the fields to return; default all */
function toJson(issue: Issue, names: readonly string[] | undefined, origin: string) {
  const { id, key } = issue;
  const all = Object.entries(fieldsOf(issue));
  const fields = Object.fromEntries(names ? all.filter(([name]) => names.includes(name)) : all);
  return { expand: 'renderedFields,names,schema', id, self: `${origin}/rest/api/2/issue/${id}`, key, fields };
}

function userOf(person: ApiRequest['account']['person'], origin: string) {
  const { name: displayName, username: name } = person;
  const key = userKey(person);
  const self = `${origin}/rest/api/2/user?username=${encodeURIComponent(name)}`;
  return { self, key, name, emailAddress: name, displayName, active: true, timeZone: 'Etc/UTC', locale: 'en_US' };
}
