import type { Term } from '../text-match.ts';

/** For a query that the product refuses with status 400. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** A condition of JQL or CQL: `type in (page, blogpost)`. */
export interface Condition {
  field: string;
  operator: string;
  values: string[];
}

interface AtlassianQuery {
  conditions: Condition[];
  /** `updated desc` */
  order: string | undefined;
}

const STRING = /"(?:[^"\\\p{Cc}]|\\["'\\ nrt]|\\u[\da-f]{4})*"|'(?:[^'\\\p{Cc}]|\\["'\\ nrt]|\\u[\da-f]{4})*'/u;
const TOKEN = new RegExp(`\\s*(?:(${STRING.source})|([(),]|[!=~<>]+)|([\\w.-]+))`, 'iuy');

/** Reads conditions that `and` joins. The text of a user can add no others, so this refuses the rest of the language.
 * @see https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/
 * @throws {QueryError} */
export function readAtlassianQuery(query: string): AtlassianQuery {
  const tokens = tokensOf(query);
  const conditions: Condition[] = [];
  let order: string | undefined;
  while (tokens.length > 0) {
    if (/^order$/i.test(tokens[0] ?? '')) {
      const [, by = '', ...rest] = tokens.splice(0);
      must(/^by$/i.test(by) && /^\w+ (?:asc|desc)$/i.test(rest.join(' ')), `order ${by} ${rest.join(' ')}`);
      order = rest.join(' ').toLowerCase();
      break;
    }
    if (conditions.length > 0) must(/^and$/i.test(tokens.shift() ?? ''), 'not "and"');
    conditions.push(readCondition(tokens));
  }
  return { conditions, order };
}

function readCondition(tokens: string[]): Condition {
  const [field = '', operator = ''] = tokens.splice(0, 2);
  must(/^[a-z]\w*$/i.test(field), `a field: ${field}`);
  if (!/^in$/i.test(operator)) {
    must(/^(?:=|~|>=)$/.test(operator), `an operator: ${operator}`);
    return { field: field.toLowerCase(), operator, values: [unquoted(tokens.shift() ?? '')] };
  }
  const end = tokens.indexOf(')');
  const [open, ...list] = tokens.splice(0, end + 1);
  must(open === '(' && end > 1 && list.filter((_, at) => at % 2 === 1).every((each) => /[,)]/.test(each)), 'a list');
  return { field: field.toLowerCase(), operator: 'in', values: list.filter((_, at) => at % 2 === 0).map(unquoted) };
}

function tokensOf(query: string): string[] {
  const tokens: string[] = [];
  const text = query.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    must(found, `at ${at}: ${text.slice(at)}`);
    tokens.push(found[0].trimStart());
  }
  return tokens;
}

function unquoted(token: string): string {
  if (!/^["']/.test(token)) {
    must(/^[\w.-]+$/.test(token), `a value: ${token}`);
    return token;
  }
  return token
    .slice(1, -1)
    .replace(/\\(u[\da-f]{4}|.)/gi, (_, escaped: string) => JSON.parse(`"${jsonEscape(escaped)}"`));
}

function jsonEscape(escaped: string): string {
  return /^[nrtu"\\]/.test(escaped) ? `\\${escaped}` : escaped;
}

const TERM = /\s*(?:"((?:[^"\\]|\\.)+)"|((?:[^\s"\\]|\\.)+))/suy;
const SPECIAL = /(?:^|[^\\])(?:\\\\)*(?:[!(){}[\]^~*?:/]|&&|\|\|)|^[+-]/;

/** Reads the words and phrases of a text for Lucene. Operators are refused.
 * @see https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/
 * @throws {QueryError} */
export function readLuceneText(text: string): Term[] {
  const terms: Term[] = [];
  const trimmed = text.trimEnd();
  must(trimmed !== '', 'an empty text');
  for (TERM.lastIndex = 0; TERM.lastIndex < trimmed.length; ) {
    const [, phrase, word = ''] = TERM.exec(trimmed) ?? [];
    must(phrase !== undefined || word !== '', `no term in ${trimmed}`);
    if (phrase === undefined) must(!SPECIAL.test(word) && !/^(?:AND|OR|NOT)$/.test(word), `an operator: ${word}`);
    terms.push({ text: (phrase ?? word).replace(/\\(.)/gsu, '$1'), half: false });
  }
  return terms;
}

function must(condition: unknown, problem: string): asserts condition {
  if (!condition) throw new QueryError(problem);
}
