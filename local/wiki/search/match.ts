interface Term {
  text: string;
  quoted: boolean;
  negated: boolean;
  titleOnly: boolean;
}

const TERM = /(-?)(intitle:)?(?:"([^"]*)"?|(\S+))/gi;
/** SQLite's unicode61 tokenizer. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Returns an FTS5 query; `undefined` without a word. Supports CirrusSearch's basics: all words must match, "phrases",
 * `-not`, `OR`, `intitle:`. The last word matches as a prefix, for results while typing. Only quoted words reach
 * SQLite, so FTS5's syntax (NEAR, `*`, `^`, column filters) cannot be injected. */
export function toMatch(query: string): string | undefined {
  const alternatives = query
    .split(/\sOR\s/)
    .map((part, at, all) => allOf(terms(part), at === all.length - 1))
    .filter((part) => part !== undefined);
  return alternatives.length > 0 ? alternatives.join(' OR ') : undefined;
}

function terms(part: string): Term[] {
  return Array.from(part.matchAll(TERM), ([, minus, title, phrase, word]) => ({
    text: message(phrase ?? word ?? ''),
    quoted: phrase !== undefined,
    negated: minus === '-',
    titleOnly: title !== undefined,
  })).filter((term) => term.text !== '');
}

function allOf(all: Term[], last: boolean): string | undefined {
  const wanted = all.filter((term) => !term.negated);
  const unwanted = all.filter((term) => term.negated);
  if (wanted.length === 0) return undefined;
  const positive = wanted.map((term) => phrase(term, last && term === all.at(-1) && !term.quoted)).join(' AND ');
  return unwanted.reduce((left, term) => `${left} NOT ${phrase(term, false)}`, `(${positive})`);
}

function phrase(term: Term, prefix: boolean): string {
  return `${term.titleOnly ? 'title : ' : ''}"${term.text}"${prefix ? ' *' : ''}`;
}

function message(text: string): string {
  return (text.match(WORD) ?? []).join(' ');
}
