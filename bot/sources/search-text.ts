// What search backends of MediaWiki give a meaning to: CirrusSearch (keywords such as `insource:` and `incategory:`,
// namespaces such as `all:` and `User:`, regular expressions, wildcards, fuzziness, negation), MySQL's boolean mode,
// PostgreSQL's tsquery, SQLite's FTS.
const OPERATORS = /[\u0000-\u001f\u007f:：/\\|&*?~^!<>=+()[\]{}]+/g;
const LEADING_MINUS = /(^|[\s"])-+/g;
const WORD_OPERATORS = /\b(?:AND|OR|NOT|NEAR)\b/g;
const EMPTY_PHRASE = /"\s*"/g;
const BLANKS = /\s+/g;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const LONGEST = 200;

/** The person's words as a search for exactly these words (T53), or nothing where there is no word in them.
 *
 * A search box in a chat is for words: no operator may reach beyond the pages that the connection searches
 * (another namespace, page sources, categories) or make the wiki work hard (regular expressions, wildcards). So
 * operators become blanks, `-word` and `OR` plain words, and "phrases" stay. No `*` is put behind the last word,
 * though a half-typed word would find more: CirrusSearch does without stemming for a word with a wildcard, and
 * `countries*` would no longer find "country". */
export function toSearchText(typed: string): string | undefined {
  const plain = balanced(
    typed
      .slice(0, LONGEST)
      .replace(/[\ud800-\udbff]$/, '')
      .replace(OPERATORS, ' ')
      .replace(LEADING_MINUS, '$1')
      .replace(WORD_OPERATORS, (word) => word.toLowerCase()),
  );
  const text = plain.replace(EMPTY_PHRASE, ' ').replace(BLANKS, ' ').trim();
  return LETTER_OR_DIGIT.test(text) ? text : undefined;
}

/** Without the quotation mark that opens a phrase and never closes it. */
function balanced(text: string): string {
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 0) return text;
  const last = text.lastIndexOf('"');
  return `${text.slice(0, last)} ${text.slice(last + 1)}`;
}
