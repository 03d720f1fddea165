interface SoslQuery {
  terms: { kind: 'word' | 'phrase' | 'operator' | 'wildcard'; text: string }[];
  /** What follows `FIND {…}`. */
  rest: string;
}

const RESERVED = /[?&|!{}[\]()^~*:"'+\-\\]/;

/** `FIND {…} IN ALL FIELDS …`. Salesforce refuses a reserved character without a backslash.
 * @throws {Error} for a text that is no query */
export function parseSosl(text: string): SoslQuery {
  const [, start = '', search, rest = ''] = /^(FIND\s*\{)((?:[^{}\\]|\\[\s\S])*)\}([\s\S]*)$/i.exec(text) ?? [];
  if (start === '' || search === undefined) throw new Error('No FIND {…}');
  return {
    terms: [...search.matchAll(/\s+|"((?:[^"\\]|\\[\s\S])*)"|((?:[^"\s\\]|\\[\s\S])+)|[\s\S]/g)].flatMap(readTerm),
    rest,
  };
}

function readTerm([whole, phrase, word]: RegExpMatchArray): SoslQuery['terms'] {
  if (phrase !== undefined) return [{ kind: 'phrase', text: plain(phrase) }];
  if (word === undefined) {
    if (/\S/.test(whole)) throw new Error(`Unexpected ${whole}`);
    return [];
  }
  if (/^(?:and|or|not)$/i.test(word)) return [{ kind: 'operator', text: word }];
  if (/[*?]/.test(word.replace(/\\[\s\S]/g, ''))) return [{ kind: 'wildcard', text: word }];
  return [{ kind: 'word', text: plain(word) }];
}

function plain(text: string): string {
  if (RESERVED.test(text.replace(/\\[\s\S]/g, ''))) throw new Error(`Reserved: ${text}`);
  return text.replace(/\\([\s\S])/g, '$1');
}
