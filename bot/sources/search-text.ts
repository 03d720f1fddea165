import { decodeHTMLStrict } from 'entities';
import type { SnippetPart } from './source.ts';

// Every character belongs to exactly one match, so the work grows with the text's length and no faster: a comment or a
// tag (to the end of the text where it is never closed), an entity, a lone < or &, or plain text.
const TOKEN = /<!--[\s\S]*?(?:-->|$)|<[a-z!/?][^>]*>?|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});|[<&]|[^<&]+/gi;
const TAG = /^<(\/?)([a-z][a-z\d:-]*)/i;
const MARKUP = /[<&]/;
const MAX_SNIPPET_LENGTH = 4_000;

/** What a tag does: `true` begins what matched, `false` ends it, a text takes the tag's place. */
type ReadTag = (tag: string) => boolean | string | undefined;

/** A browser begins a new line at these; on one line that is a blank. */
const BLOCKS = new Set(
  'address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul'.split(
    ' ',
  ),
);
/** Elements within a line. In a title, other names between < and > are words: `List<String>`. */
const INLINE = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i img ins kbd mark q s samp script small span strike strong style sub sup tt u var wbr'.split(
    ' ',
  ),
);

/** MediaWiki's snippet, HTML with `<span class="searchmatch">` around what matched, as plain text in runs. */
export function readSnippet(html: string): SnippetPart[] {
  return readMarkup(html, (tag) => (isSpan(tag) ? isMatch(tag) : undefined));
}

/** Markup around what matched, as plain text in runs. Tags that say nothing are dropped; what entities stand for is text
 * and stays text. */
export function readMarkup(html: string, classifyTag: ReadTag): SnippetPart[] {
  const runs: SnippetPart[] = [];
  let highlighted = false;
  for (const [token] of html.slice(0, MAX_SNIPPET_LENGTH).matchAll(TOKEN)) {
    const message = isTag(token) ? (classifyTag(token) ?? blankFor(token)) : decoded(token);
    if (typeof message === 'boolean') highlighted = message;
    else append(runs, message, highlighted);
  }
  return collapseWhitespace(runs);
}

/** A title in HTML, as some APIs give it, as text. */
export function readTitle(html: string, longest: number): string {
  if (!MARKUP.test(html)) return oneLine(html, longest);
  let title = '';
  for (const [token] of html.slice(0, MAX_SNIPPET_LENGTH).matchAll(TOKEN)) {
    if (!isTag(token)) title += decoded(token);
    else title += INLINE.has(nameOf(token)) || token.startsWith('<!--') ? '' : blankFor(token) || token;
  }
  return oneLine(title, longest);
}

/** Pieces that are plain text already. */
export function readRuns(pieces: readonly SnippetPart[]): SnippetPart[] {
  const runs: SnippetPart[] = [];
  let left = MAX_SNIPPET_LENGTH;
  for (const { text, hit: highlighted } of pieces) {
    append(runs, text.slice(0, left), highlighted);
    left -= Math.min(text.length, left);
  }
  return collapseWhitespace(runs);
}

/** Text on one line, no control characters, no longer than asked. */
export function oneLine(text: string, longest: number): string {
  return dropLoneSurrogate(text.slice(0, longest).replace(/[\s\u0000-\u001f\u007f]+/g, ' ')).trim();
}

/** The text as a snippet without a match. */
export function plainSnippet(text: string): SnippetPart[] {
  const line = oneLine(text, MAX_SNIPPET_LENGTH);
  return line ? [{ text: line, hit: false }] : [];
}

function isSpan(tag: string): boolean {
  return /^<\/?span\b/i.test(tag);
}

function isMatch(tag: string): boolean {
  return tag.includes('searchmatch');
}

function isTag(token: string): boolean {
  return token.length > 1 && token.startsWith('<');
}

function nameOf(tag: string): string {
  return TAG.exec(tag)?.[2]?.toLowerCase() ?? '';
}

function blankFor(tag: string): string {
  return BLOCKS.has(nameOf(tag)) ? ' ' : '';
}

function append(runs: SnippetPart[], text: string, highlighted: boolean): void {
  const last = runs.at(-1);
  if (last && last.hit === highlighted) last.text += text;
  else if (text !== '') runs.push({ text, hit: highlighted });
}

function decoded(token: string): string {
  return token.length > 1 && token.startsWith('&') ? decodeHTMLStrict(token) : token;
}

/** White space as a browser shows it, none at the ends. */
function collapseWhitespace(runs: SnippetPart[]): SnippetPart[] {
  const spaced = runs.map(({ text, hit: highlighted }) => ({
    text: dropLoneSurrogate(text).replace(/[\s\u0000-\u001f\u007f]+/g, ' '),
    hit: highlighted,
  }));
  const first = spaced[0];
  const last = spaced.at(-1);
  if (first) first.text = first.text.trimStart();
  if (last) last.text = last.text.trimEnd();
  return spaced.filter((run) => run.text !== '');
}

/** Without half a character at the end, where the text was cut. */
function dropLoneSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

// What search backends of MediaWiki give a meaning to: CirrusSearch (keywords such as `insource:` and `incategory:`,
// namespaces such as `all:` and `User:`, regular expressions, wildcards, fuzziness, negation), MySQL's boolean mode,
// PostgreSQL's tsquery, SQLite's FTS.
const OPERATORS = /[\u0000-\u001f\u007f:：/\\|&*?~^!<>=+()[\]{}]+/g;
const LEADING_MINUS = /(^|[\s"])-+/g;
const WORD_OPERATORS = /\b(?:AND|OR|NOT|O?NEAR|XRANK)\b/g;
const BLANKS = /\s+/g;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const MAX_QUERY_LENGTH = 200;

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
      .slice(0, MAX_QUERY_LENGTH)
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
