/** A clause of Lucene's classic query syntax. */
export interface Clause {
  field?: string;
  /** `AND`, `OR`, `NOT`, `+`, `-` before it. */
  operators: string[];
  kind: 'term' | 'phrase' | 'wildcard' | 'regexp' | 'range' | 'group';
  text: string;
  clauses?: Clause[];
  /** `^2`, `~1` after it. */
  suffix?: string;
}

const TERM = /^(?:[^\s+\-!():^[\]"{}~*?\\/]|\\[\s\S]|[*?])(?:[^\s!():^[\]"{}~*?\\/]|\\[\s\S]|[*?])*/;
const OPERATOR = /^(?:(?:AND|OR|NOT)(?=\s|\(|$)|&&|\|\||[+\-!])/;

/** @throws {Error} for a text that the parser would refuse */
export function parseLucene(text: string): Clause[] {
  const [clauses, rest] = parse(text, false);
  if (rest.trim() !== '') throw new Error(`Left over: ${rest}`);
  return clauses;
}

function parse(text: string, inGroup: boolean): [Clause[], string] {
  const clauses: Clause[] = [];
  let rest = text.trimStart();
  let operators: string[] = [];
  while (rest !== '' && !(inGroup && rest.startsWith(')'))) {
    const [operator] = OPERATOR.exec(rest) ?? [];
    if (operator !== undefined) {
      operators.push(operator);
      rest = rest.slice(operator.length).trimStart();
      continue;
    }
    const [field] = /^(?:[^\s+\-!():^[\]"{}~*?\\/]|\\[\s\S])+:/.exec(rest) ?? [];
    if (field !== undefined) rest = rest.slice(field.length).trimStart();
    const [clause, left] = readClause(rest);
    const [suffix] = /^[\^~][\d.]*/.exec(left) ?? [];
    clauses.push({
      ...(field !== undefined && { field: unescaped(field.slice(0, -1)) }),
      operators,
      ...clause,
      ...(suffix !== undefined && { suffix }),
    });
    operators = [];
    rest = left.slice(suffix?.length ?? 0).trimStart();
  }
  if (operators.length > 0) throw new Error('An operator without an operand');
  return [clauses, rest];
}

type Read = [Pick<Clause, 'kind' | 'text' | 'clauses'>, string];

function readClause(rest: string): Read {
  if (rest.startsWith('"')) return matched(/^"((?:[^"\\]|\\[\s\S])*)"/, rest, 'phrase');
  if (rest.startsWith('/')) return matched(/^\/((?:[^/\\]|\\[\s\S])*)\//, rest, 'regexp');
  if (/^[[{]/.test(rest)) return matched(/^[[{]([^\]}]* TO [^\]}]*)[\]}]/, rest, 'range');
  if (rest.startsWith('(')) {
    const [clauses, left] = parse(rest.slice(1), true);
    if (!left.startsWith(')')) throw new Error('A group without an end');
    return [{ kind: 'group', text: '', clauses }, left.slice(1)];
  }
  const [term] = TERM.exec(rest) ?? [];
  if (term === undefined) throw new Error(`Unexpected ${JSON.stringify(rest.charAt(0))}`);
  const isWildcard = /[*?]/.test(term.replace(/\\[\s\S]/g, ''));
  return [{ kind: isWildcard ? 'wildcard' : 'term', text: unescaped(term) }, rest.slice(term.length)];
}

function matched(pattern: RegExp, rest: string, kind: Clause['kind']): Read {
  const [whole, text] = pattern.exec(rest) ?? [];
  if (whole === undefined || text === undefined) throw new Error(`A ${kind} without an end`);
  return [{ kind, text: unescaped(text) }, rest.slice(whole.length)];
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
