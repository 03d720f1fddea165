import { type Lexer, quoted, type Token, tokens } from './lexer.ts';

/** The syntax tree of a filter: JQL, CQL, OData's `$filter` or Drive's `q`. */
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | { field: string; operator: string; value: Operand }
  | { call: string; values: Operand[] };
type Operand = { literal: string } | { word: string } | { list: Operand[] };

interface Query {
  filter: Filter;
  order: string[];
}

const ATLASSIAN_ESCAPES: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
  ' ': ' ',
};
/** As in the lexer of Jira. */
const ATLASSIAN_FORBIDDEN = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/;

const atlassian: Lexer = {
  signs: /!=|!~|>=|<=|&&|\|\||[=~<>!(),&|]/y,
  literal: (text, at) =>
    /["']/.test(text.charAt(at))
      ? quoted(text, at, atlassianEscape, (character) => ATLASSIAN_FORBIDDEN.test(character))
      : undefined,
};

function atlassianEscape(rest: string) {
  const [, hexadecimal] = /^u([\da-f]{4})/i.exec(rest) ?? [];
  if (hexadecimal) return { character: String.fromCharCode(Number.parseInt(hexadecimal, 16)), length: 5 };
  const character = ATLASSIAN_ESCAPES[rest.charAt(0)];
  return character === undefined ? undefined : { character, length: 1 };
}

/** A doubled apostrophe is one. */
const odata: Lexer = {
  signs: /[(),]/y,
  literal(text, at) {
    if (text.charAt(at) !== "'") return undefined;
    const [whole = ''] = /^'(?:[^']|'')*'/.exec(text.slice(at)) ?? [];
    if (whole === '') throw new Error('A literal without an end');
    return { value: whole.slice(1, -1).replaceAll("''", "'"), end: at + whole.length };
  },
};

const drive: Lexer = {
  signs: /!=|>=|<=|[=<>()]/y,
  literal: (text, at) =>
    text.charAt(at) === "'"
      ? quoted(text, at, (rest) => (/^['\\]/.test(rest) ? { character: rest.charAt(0), length: 1 } : undefined))
      : undefined,
};

export const parseAtlassian = (text: string) => parse(tokens(text, atlassian));
export const parseOdata = (text: string) => parse(tokens(text, odata));
export const parseDrive = (text: string) => parse(tokens(text, drive));

/** @throws {Error} for a text that is not a query */
function parse(all: Token[]): Query {
  const left = [...all];
  const is = (...texts: string[]) => {
    const [token] = left;
    return token !== undefined && token.kind !== 'literal' && texts.includes(token.text.toLowerCase());
  };
  const accept = (...texts: string[]) => (is(...texts) ? left.shift() : undefined);
  const expect = (...texts: string[]) => {
    const token = accept(...texts);
    if (!token) throw new Error(`Expected ${texts.join(' or ')}, found ${JSON.stringify(left[0])}`);
    return token;
  };

  function alternatives(): Filter {
    const parts = [conditions()];
    while (accept('or', '|', '||')) parts.push(conditions());
    return parts.length > 1 ? { or: parts } : only(parts);
  }
  function conditions(): Filter {
    const parts = [condition()];
    while (accept('and', '&', '&&')) parts.push(condition());
    return parts.length > 1 ? { and: parts } : only(parts);
  }
  function condition(): Filter {
    if (accept('not', '!')) return { not: condition() };
    if (accept('(')) {
      const inner = alternatives();
      expect(')');
      return inner;
    }
    const field = left.shift();
    if (field?.kind !== 'word') throw new Error(`No field: ${JSON.stringify(field)}`);
    if (is('(')) return { call: field.text, values: list() };
    const operator = expect('=', '!=', '~', '!~', '<', '>', '<=', '>=', 'in', 'is', 'eq', 'ne', 'contains');
    return { field: field.text, operator: operator.text, value: operand() };
  }
  function operand(): Operand {
    if (is('(')) return { list: list() };
    const token = left.shift();
    if (token === undefined || token.kind === 'sign') throw new Error(`No operand: ${JSON.stringify(token)}`);
    return token.kind === 'literal' ? { literal: token.text } : { word: token.text };
  }
  function list(): Operand[] {
    expect('(');
    const values = [operand()];
    while (accept(',')) values.push(operand());
    expect(')');
    return values;
  }

  const filter = alternatives();
  const order: string[] = [];
  if (accept('order')) {
    expect('by');
    while (left[0]?.kind === 'word') order.push(left.shift()?.text ?? '');
  }
  if (left.length > 0) throw new Error(`Left over: ${JSON.stringify(left[0])}`);
  return { filter, order };
}

function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('None');
  return value;
}
