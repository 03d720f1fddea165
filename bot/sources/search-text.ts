// What search backends of MediaWiki give a meaning to: CirrusSearch (keywords such as `insource:` and `incategory:`,
// namespaces such as `all:` and `User:`, regular expressions, wildcards, fuzziness, negation), MySQL's boolean mode,
// PostgreSQL's tsquery, SQLite's FTS.
const OPERATORS = /[\u0000-\u001f\u007f:：/\\|&*?~^!<>=+()[\]{}]+/g;
const LEADING_MINUS = /(^|[\s"])-+/g;
const WORD_OPERATORS = /\b(?:AND|OR|NOT|O?NEAR|XRANK)\b/g;
const BLANKS = /\s+/g;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const MAX_LENGTH = 200;

/** The person's words as a search for exactly these words (T53), or nothing where there is no word in them.
 *
 * A search box in a chat is for words: no operator may reach beyond the pages that the connection searches
 * (another namespace, page sources, categories) or make the wiki work hard (regular expressions, wildcards). So
 * operators become blanks, `-word` and `OR` plain words, and "phrases" stay. No `*` is put behind the last word,
 * though a half-typed word would find more: CirrusSearch does without stemming for a word with a wildcard, and
 * `countries*` would no longer find "country". */
export function sanitizeQuery(typed: string): string | undefined {
  const plain = balanced(
    typed
      .slice(0, MAX_LENGTH)
      .replace(/[\ud800-\udbff]$/, '')
      .replace(OPERATORS, ' ')
      .replace(LEADING_MINUS, '$1')
      .replace(WORD_OPERATORS, (word) => word.toLowerCase()),
  );
  const text = withoutEmptyPhrases(plain).replace(BLANKS, ' ').trim();
  return LETTER_OR_DIGIT.test(text) ? text : undefined;
}

// Quotation marks of other scripts: some parsers take them for the plain one, and pair them otherwise than here.
const OTHER_QUOTES = /[\u00ab\u00bb\u201c-\u201f\u300c-\u300f]+/g;

/** The same for APIs of whose parser less is known: what only looks like an operator (full-width forms, typographic
 * quotation marks) becomes one first, and is taken out with the others. Every phrase stands by itself, with blanks around. */
export function sanitizeText(typed: string): string | undefined {
  const text = sanitizeQuery(typed.normalize('NFKC').replace(OTHER_QUOTES, ' '));
  const parts = text?.split('"').map((part) => part.trim());
  return parts
    ?.map((part, at) => (at % 2 === 1 ? `"${part}"` : part))
    .filter((part) => part !== '')
    .join(' ');
}

/** The words, the last one also as the beginning of a longer word: people see results while they type.
 * The word itself stays in, because languages without stemming for wildcards would no longer find its other forms. */
export function withPrefixMatch(text: string, or: string): string {
  const last = /(?:^|\s)([\p{L}\p{N}]{2,})$/u.exec(text)?.[1];
  if (last === undefined) return text;
  return `${text.slice(0, text.length - last.length)}(${last} ${or} ${last}*)`;
}

/** What is between two phrases is none. */
function withoutEmptyPhrases(text: string): string {
  const parts = text.split('"');
  return parts.map((part, at) => (at % 2 === 0 ? part : part.trim() === '' ? ' ' : `"${part}"`)).join('');
}

/** Without the quotation mark that opens a phrase and never closes it. */
function balanced(text: string): string {
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 0) return text;
  const last = text.lastIndexOf('"');
  return `${text.slice(0, last)} ${text.slice(last + 1)}`;
}
