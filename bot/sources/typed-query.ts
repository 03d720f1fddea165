const MAX_QUERY_LENGTH = 200;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
const BLANKS = /\s+/g;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** @returns the typed text, with its operators, in one line of at most 200 characters; `undefined` if it is empty */
function trimQuery(typed: string): string | undefined {
  const line = typed.replace(CONTROLS, ' ').trim().slice(0, MAX_QUERY_LENGTH);
  const whole = line.replace(/[\ud800-\udbff]$/, '').replace(/\p{Cs}/gu, '\ufffd');
  return whole.trim() || undefined;
}

interface QueryTerm {
  text: string;
  /** It stood between quotation marks. */
  isPhrase: boolean;
}

/** Splits a text into words and "phrases". A quotation mark without a partner separates words. */
export function readTerms(text: string): QueryTerm[] {
  const parts = text.split('"');
  const last = parts.length - 1;
  return parts
    .flatMap((part, at) => {
      const isPhrase = at % 2 === 1 && at < last;
      const texts = isPhrase ? [part.replace(BLANKS, ' ').trim()] : part.split(BLANKS);
      return texts.map((each) => ({ text: each, isPhrase }));
    })
    .filter((term) => term.text !== '');
}

// Operators of CirrusSearch (`insource:`, `User:`, regular expressions, wildcards, fuzziness, negation), MySQL's
// boolean mode, PostgreSQL's tsquery, SQLite's FTS, KQL and ServiceNow's encoded queries.
const OPERATORS = /[\u0000-\u001f\u007f：\\|*?~^!<>=()[\]{}]+|(?<![\p{L}\p{N}])&|&(?![\p{L}\p{N}])/gu;
const WORD_OPERATORS = /\b(?:AND|OR|NOT|O?NEAR|XRANK|ALL|ANY|NONE|WORDS)\b/g;
/** `+include`, `-exclude`, `/regular expression/`, `../up`. */
const LEADING_OPERATORS = /(^|[\s"])(?:[-+]|\.{0,2}\/)+/g;
const TRAILING_OPERATORS = /\/+(?=[\s"]|$)/g;
const NUMBER_BEFORE = /(?<![\p{L}\p{N}_])\d[\d.:]*$/u;

/** Between numbers a colon is part of a ratio or a time. CirrusSearch finds `insource:` in a phrase, too. */
function withoutFieldNames(text: string): string {
  return text.replace(/:/g, (colon, at: number) => {
    const isInNumber = NUMBER_BEFORE.test(text.slice(0, at)) && /^\d/.test(text.slice(at + 1));
    return isInNumber ? colon : ' ';
  });
}

/** Words with a character that is an operator elsewhere: `C++`, `AT&T`, `src/app/main.ts`, `1:1`. */
const NAME = /[+&/:]/;
/** Those that a parser could misread outside a phrase: a regular expression, a field. */
const RISKY_NAME = /[/:]/;

/** Turns typed text into plain words (T53); `undefined` without a word. An operator could reach beyond the connection's
 * pages (another namespace, page sources) or cost the wiki much work (regular expressions, wildcards). "Phrases" stay.
 * Do not add `*`: CirrusSearch does not stem a word with a wildcard, so `countries*` does not find "country". */
function sanitize(typed: string, quoted: RegExp): string | undefined {
  const plain = withoutFieldNames(
    typed
      .slice(0, MAX_QUERY_LENGTH)
      .replace(/[\ud800-\udbff]$/, '')
      .replace(OPERATORS, ' '),
  )
    .replace(LEADING_OPERATORS, '$1')
    .replace(TRAILING_OPERATORS, '')
    .replace(WORD_OPERATORS, (word) => word.toLowerCase());
  const terms = readTerms(plain).map(({ text, isPhrase }) => (isPhrase || quoted.test(text) ? `"${text}"` : text));
  const text = firstTerms(terms, MAX_QUERY_LENGTH);
  return LETTER_OR_DIGIT.test(text) ? text : undefined;
}

/** Joins terms as long as the text does not exceed `longest`; at least one. */
export function firstTerms(terms: readonly string[], longest: number): string {
  let text = terms[0] ?? '';
  for (const term of terms.slice(1)) {
    if (text.length + 1 + term.length > longest) break;
    text += ` ${term}`;
  }
  return text;
}

/** For MediaWiki. CirrusSearch looks up a title such as `C++` only by words outside phrases. */
export function sanitizeQuery(typed: string): string | undefined {
  return sanitize(typed, RISKY_NAME);
}

// Some parsers pair other scripts' quotation marks differently.
const OTHER_QUOTES = /[\u00ab\u00bb\u201c-\u201f\u300c-\u300f]+/g;

function normalizeQuery(typed: string): string {
  return typed.normalize('NFKC').replace(OTHER_QUOTES, ' ');
}

/** For parsers with phrases. First normalises full-width forms and removes typographic quotation marks. */
export function sanitizeText(typed: string): string | undefined {
  return sanitize(normalizeQuery(typed), NAME);
}

/** For an API that may not know phrases: only names that could be operators become one. */
function sanitizePlainText(typed: string): string | undefined {
  return sanitize(normalizeQuery(typed), RISKY_NAME);
}

/** The values of `{query}` (`words`) and `{query:<language>}` (`typed`).
 * @param operators `allow`: `{query}` is the typed text, trimmed and bounded
 * @returns `undefined` without a word */
export function readTyped(text: string, operators: 'allow' | 'remove'): { words: string; typed: string } | undefined {
  const typed = trimQuery(text);
  if (typed === undefined || !LETTER_OR_DIGIT.test(typed)) return undefined;
  const words = operators === 'allow' ? typed : sanitizePlainText(typed);
  return words === undefined ? undefined : { words, typed };
}

/** Also matches the last word as a prefix, for results while the user types. The word stays, because some languages do
 * not stem a prefix. */
export function withPrefixMatch(text: string, or: string): string {
  const last = /(?:^|\s)([\p{L}\p{N}]{2,})$/u.exec(text)?.[1];
  if (last === undefined) return text;
  return `${text.slice(0, text.length - last.length)}(${last} ${or} ${last}*)`;
}
