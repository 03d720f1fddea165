/** A piece of a query. A literal has its decoded value. */
export interface Token {
  kind: 'literal' | 'word' | 'sign';
  text: string;
}

export interface Lexer {
  /** Reads a literal that begins here, or returns `undefined`. @returns its value and its end
   * @throws {Error} for one without an end or with an unknown escape */
  literal(text: string, at: number): { value: string; end: number } | undefined;
  signs: RegExp;
}

const BLANK = /\s/;
const WORD = /[\w.$/@+-]+/y;

/** @throws {Error} for a character unknown to the language */
export function tokens(text: string, lexer: Lexer): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (BLANK.test(text.charAt(at))) {
      at++;
      continue;
    }
    const literal = lexer.literal(text, at);
    if (literal) {
      found.push({ kind: 'literal', text: literal.value });
      at = literal.end;
      continue;
    }
    const [kind, pattern] = startsWith(lexer.signs, text, at)
      ? (['sign', lexer.signs] as const)
      : (['word', WORD] as const);
    pattern.lastIndex = at;
    const [token] = pattern.exec(text) ?? [];
    if (token === undefined) throw new Error(`Unexpected ${JSON.stringify(text.charAt(at))} at ${at}`);
    found.push({ kind, text: token });
    at += token.length;
  }
  return found;
}

function startsWith(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Reads from an opening mark to the closing one.
 * @param decode gets the text after a backslash; returns the character and the length of the escape */
export function quoted(
  text: string,
  at: number,
  decode: (rest: string) => { character: string; length: number } | undefined,
  isForbidden: (character: string) => boolean = () => false,
): { value: string; end: number } {
  const mark = text.charAt(at);
  let value = '';
  for (let next = at + 1; next < text.length; next++) {
    const character = text.charAt(next);
    if (character === mark) return { value, end: next + 1 };
    if (isForbidden(character)) throw new Error(`Forbidden in a literal: ${JSON.stringify(character)}`);
    if (character !== '\\') {
      value += character;
      continue;
    }
    const escaped = decode(text.slice(next + 1));
    if (!escaped) throw new Error(`An unknown escape at ${next}`);
    value += escaped.character;
    next += escaped.length;
  }
  throw new Error('A literal without an end');
}
