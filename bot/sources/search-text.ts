// Operators of CirrusSearch (`insource:`, `User:`, regular expressions, wildcards, fuzziness, negation), MySQL's
// boolean mode, PostgreSQL's tsquery and SQLite's FTS.
const OPERATORS = /[\u0000-\u001f\u007f:：/\\|&*?~^!<>=+()[\]{}]+/g;
const LEADING_MINUS = /(^|[\s"])-+/g;
const WORD_OPERATORS = /\b(?:AND|OR|NOT|O?NEAR|XRANK)\b/g;
const BLANKS = /\s+/g;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const MAX_QUERY_LENGTH = 200;

/** Turns typed text into plain words (T53); `undefined` without a word. An operator could reach beyond the connection's
 * pages (another namespace, page sources) or cost the wiki much work (regular expressions, wildcards). "Phrases" stay.
 * Do not add `*`: CirrusSearch does not stem a word with a wildcard, so `countries*` does not find "country". */
export function sanitizeQuery(typed: string): string | undefined {
  const plain = balanced(
    typed
      .slice(0, MAX_QUERY_LENGTH)
      .replace(/[\ud800-\udbff]$/, '')
      .replace(OPERATORS, ' ')
      .replace(LEADING_MINUS, '$1')
      .replace(WORD_OPERATORS, (word) => word.toLowerCase()),
  );
  const text = withoutEmptyPhrases(plain).replace(BLANKS, ' ').trim();
  return LETTER_OR_DIGIT.test(text) ? text : undefined;
}

// Some parsers pair other scripts' quotation marks differently.
const OTHER_QUOTES = /[\u00ab\u00bb\u201c-\u201f\u300c-\u300f]+/g;

/** For less known parsers: first normalises full-width forms and removes typographic quotation marks. */
export function sanitizeText(typed: string): string | undefined {
  const text = sanitizeQuery(typed.normalize('NFKC').replace(OTHER_QUOTES, ' '));
  const parts = text?.split('"').map((part) => part.trim());
  return parts
    ?.map((part, at) => (at % 2 === 1 ? `"${part}"` : part))
    .filter((part) => part !== '')
    .join(' ');
}

/** Also matches the last word as a prefix, for results while the user types. The word stays, because some languages do
 * not stem a prefix. */
export function withPrefixMatch(text: string, or: string): string {
  const last = /(?:^|\s)([\p{L}\p{N}]{2,})$/u.exec(text)?.[1];
  if (last === undefined) return text;
  return `${text.slice(0, text.length - last.length)}(${last} ${or} ${last}*)`;
}

function withoutEmptyPhrases(text: string): string {
  const parts = text.split('"');
  return parts.map((part, at) => (at % 2 === 0 ? part : part.trim() === '' ? ' ' : `"${part}"`)).join('');
}

function balanced(text: string): string {
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 0) return text;
  const last = text.lastIndexOf('"');
  return `${text.slice(0, last)} ${text.slice(last + 1)}`;
}
