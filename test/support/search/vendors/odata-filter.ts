import { must } from '../server.ts';

type Row = Readonly<Record<string, unknown>>;
type Condition = (row: Row) => boolean;

const TOKEN = /\s*(?:('(?:[^']|'')*')|([()]|,)|([A-Za-z_][\w.]*)|(-?\d+))/y;

/** Strict: parses `$filter` as far as a search needs it. A text that leaves its quotation marks is an error, or finds
 * rows that the filter excludes.
 * @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (section 5.1.1)
 * @throws {Error} for another text */
export function readFilter(filter: string): Condition {
  const tokens = readTokens(filter);
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  const expect = (token: string) => must(take() === token, `$filter: no ${token} at token ${at}`);

  function any(): Condition {
    const parts = [all()];
    while (tokens[at] === 'or') {
      at++;
      parts.push(all());
    }
    return (row) => parts.some((part) => part(row));
  }

  function all(): Condition {
    const parts = [one()];
    while (tokens[at] === 'and') {
      at++;
      parts.push(one());
    }
    return (row) => parts.every((part) => part(row));
  }

  function one(): Condition {
    const token = take();
    if (token === '(') {
      const inside = any();
      expect(')');
      return inside;
    }
    if (token === 'contains') {
      expect('(');
      const column = take();
      expect(',');
      const wanted = String(literal(take())).toLowerCase();
      expect(')');
      return (row) => String(valueIn(row, column)).toLowerCase().includes(wanted);
    }
    must(/^[a-z]\w*$/.test(token), `$filter: ${token} is no column`);
    expect('eq');
    const wanted = literal(take());
    return (row) => valueIn(row, token) === wanted;
  }

  const condition = any();
  must(at === tokens.length, `$filter: more after token ${at}`);
  return condition;
}

function readTokens(filter: string): string[] {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < filter.trimEnd().length; ) {
    const found = TOKEN.exec(filter);
    must(found, 'Syntax error in $filter');
    tokens.push(found.slice(1).find((token) => token !== undefined) ?? '');
  }
  return tokens;
}

function literal(token: string): string | number | boolean {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  must(/^(?:-?\d+|true|false)$/.test(token), `$filter: ${token} is no value`);
  return /^-?\d/.test(token) ? Number(token) : token === 'true';
}

function valueIn(row: Row, column: string): unknown {
  const value = row[column];
  must(value !== undefined, `Could not find a property named '${column}'`);
  return value;
}
