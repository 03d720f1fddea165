import { decodeHTMLStrict } from 'entities';
import type { SnippetPart } from './source.ts';

// Linear time: each character belongs to exactly one match. Matches a comment or tag (to the end if it never closes),
// an entity, a lone < or &, or plain text.
const TOKEN = /<!--[\s\S]*?(?:-->|$)|<[a-z!/?][^>]*>?|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});|[<&]|[^<&]+/gi;
const TAG = /^<(\/?)([a-z][a-z\d:-]*)/i;
const MARKUP = /[<&]/;
const MAX_SNIPPET_LENGTH = 4_000;

/** `true` begins a match, `false` ends it, a string replaces the tag. */
type ReadTag = (tag: string) => boolean | string | undefined;

/** Elements that break the line in a browser become a space. */
const BLOCKS = new Set(
  'address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul'.split(
    ' ',
  ),
);
/** In a title, any other name between < and > is text: `List<String>`. */
const INLINE = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i img ins kbd mark q s samp script small span strike strong style sub sup tt u var wbr'.split(
    ' ',
  ),
);

/** MediaWiki marks matches with `<span class="searchmatch">`. */
export function readSnippet(html: string): SnippetPart[] {
  return readMarkup(html, (tag) => (isSpan(tag) ? isMatch(tag) : undefined));
}

/** Converts HTML to plain text with marked matches. Decoded entities stay text. */
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

/** Some APIs return titles as HTML. */
export function readTitle(html: string, longest: number): string {
  if (!MARKUP.test(html)) return oneLine(html, longest);
  let title = '';
  for (const [token] of html.slice(0, MAX_SNIPPET_LENGTH).matchAll(TOKEN)) {
    if (!isTag(token)) title += decoded(token);
    else title += INLINE.has(nameOf(token)) || token.startsWith('<!--') ? '' : blankFor(token) || token;
  }
  return oneLine(title, longest);
}

export function readRuns(pieces: readonly SnippetPart[]): SnippetPart[] {
  const runs: SnippetPart[] = [];
  let left = MAX_SNIPPET_LENGTH;
  for (const { text, hit: highlighted } of pieces) {
    append(runs, text.slice(0, left), highlighted);
    left -= Math.min(text.length, left);
  }
  return collapseWhitespace(runs);
}

/** Also removes control characters. */
export function oneLine(text: string, longest: number): string {
  return dropLoneSurrogate(text.slice(0, longest).replace(/[\s\u0000-\u001f\u007f]+/g, ' ')).trim();
}

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

/** A cut can leave half a surrogate pair. */
function dropLoneSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

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
