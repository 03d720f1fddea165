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
