import { type Condition, QueryError, readAtlassianQuery, readLuceneText } from '../atlassian/query-language.ts';
import { matching, type Term } from '../text-match.ts';
import type { Page } from './page.ts';

const VALUES = new Map<string, (page: Page) => string>([
  ['type', ({ type }) => type],
  ['space', ({ space }) => space.key.toLowerCase()],
]);

interface CqlResult {
  pages: Page[];
  /** For the marks in titles and excerpts. */
  terms: Term[];
}

/** Without `order by`, pages with the words in their title come first.
 * @throws {QueryError} for what Confluence or this stand-in does not know */
export function searchPages(cql: string, pages: readonly Page[]): CqlResult {
  const { conditions, order } = readAtlassianQuery(cql);
  if (conditions.length === 0) throw new QueryError(`Could not parse cql : ${cql}`);
  const found = conditions.reduce(select, { pages: [...pages], terms: [] });
  return order === undefined ? found : { ...found, pages: sort(found.pages, order) };
}

function select({ pages, terms }: CqlResult, { field, operator, values }: Condition): CqlResult {
  if (field === 'text' && operator === '~') {
    const more = readLuceneText(values[0] ?? '');
    return { pages: matching(pages, more), terms: [...terms, ...more] };
  }
  const read = VALUES.get(field);
  if (read === undefined) throw new QueryError(`Unsupported field : ${field}`);
  if (operator !== '=' && operator !== 'in')
    throw new QueryError(`Unsupported operator ${operator} for field : ${field}`);
  const wanted = values.map((each) => each.toLowerCase());
  return { pages: pages.filter((page) => wanted.includes(read(page))), terms };
}

function sort(pages: readonly Page[], order: string): Page[] {
  const [field, direction] = order.split(' ');
  if (field !== 'lastmodified') throw new QueryError(`Unsupported field to order by : ${field}`);
  const sign = direction === 'desc' ? -1 : 1;
  const timeOf = ({ edited }: Page) => Date.parse(edited) || 0;
  return [...pages].sort((one, other) => sign * (timeOf(one) - timeOf(other)));
}
