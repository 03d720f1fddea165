import { type Condition, QueryError, readAtlassianQuery, readLuceneText } from '../atlassian/query-language.ts';
import { matching } from '../text-match.ts';
import type { Issue } from './issue.ts';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The value of an issue, in lower case. */
const VALUES = new Map<string, (issue: Issue) => string>([
  ['project', ({ key }) => key.replace(/-\d+$/, '').toLowerCase()],
  ['status', ({ status }) => status.name.toLowerCase()],
  ['assignee', ({ assignee }) => assignee?.username.toLowerCase() ?? ''],
  ['priority', ({ priority }) => priority.toLowerCase()],
  ['issuetype', ({ type }) => type.toLowerCase()],
]);

const ORDERS = new Map<string, (issue: Issue) => string | number>([
  ['updated', ({ updated }) => Date.parse(updated) || 0],
  ['duedate', ({ due = '' }) => due],
  ['key', ({ key }) => Number(key.replace(/^\D+/, ''))],
]);

/** Without `order by`, issues with the words in their summary come first.
 * @throws {QueryError} for what Jira or this stand-in does not know */
export function searchIssues(jql: string, issues: readonly Issue[], now: Date): Issue[] {
  const { conditions, order } = readAtlassianQuery(jql);
  const found = conditions.reduce((left, condition) => select(left, condition, now), issues);
  return order === undefined ? [...found] : sort(found, order);
}

function select(issues: readonly Issue[], { field, operator, values }: Condition, now: Date): Issue[] {
  const [value = ''] = values;
  if (field === 'text' && operator === '~') {
    const terms = readLuceneText(value);
    const texts = issues.map((issue) => ({ title: issue.summary, body: issue.description, issue }));
    return matching(texts, terms).map(({ issue }) => issue);
  }
  if (field === 'updated' && operator === '>=') {
    const since = now.getTime() - ageMs(value);
    return issues.filter(({ updated }) => !(Date.parse(updated) < since));
  }
  const read = VALUES.get(field);
  if (read === undefined)
    throw new QueryError(`Field '${field}' does not exist or you do not have permission to view it.`);
  if (operator !== '=' && operator !== 'in')
    throw new QueryError(`The operator '${operator}' is not supported by the '${field}' field.`);
  const wanted = values.map((each) => each.toLowerCase());
  return issues.filter((issue) => wanted.includes(read(issue)));
}

/** @param age `-30d` */
function ageMs(age: string): number {
  const [, count, unit = ''] = /^-(\d+)([mhdw])$/.exec(age) ?? [];
  if (count === undefined) throw new QueryError(`Date value '${age}' for field 'updated' is invalid.`);
  return Number(count) * (UNIT_MS[unit] ?? 0);
}

function sort(issues: readonly Issue[], order: string): Issue[] {
  const [field = '', direction] = order.split(' ');
  const read = ORDERS.get(field);
  if (read === undefined) throw new QueryError(`Not able to sort using field '${field}'.`);
  const sign = direction === 'desc' ? -1 : 1;
  return [...issues].sort((one, other) => {
    const [first, second] = [read(one), read(other)];
    return first === second ? 0 : first < second ? -sign : sign;
  });
}
