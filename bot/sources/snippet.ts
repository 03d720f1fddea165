import type { SnippetRun } from './source.ts';

// Every character belongs to exactly one match, so the work grows with the text's length and no faster:
// a tag (to the end of the text where it is never closed), an entity, a lone < or &, or plain text.
const TOKEN = /<[a-z!/?][^>]*>?|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});|[<&]|[^<&]+/gi;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…' };
const LONGEST = 4_000;

/** What a tag of a snippet does: `true` begins what matched, `false` ends it, a text takes the tag's place. */
export type ReadTag = (tag: string) => boolean | string | undefined;

/** MediaWiki's snippet, HTML with `<span class="searchmatch">` around what matched, as plain text in runs. */
export function readSnippet(html: string): SnippetRun[] {
  return readMarkup(html, (tag) => (isSpan(tag) ? isMatch(tag) : undefined));
}

/** Markup around what matched, as plain text in runs. Tags that say nothing are dropped; what entities stand for is text
 * and stays text. */
export function readMarkup(html: string, readTag: ReadTag): SnippetRun[] {
  const runs: SnippetRun[] = [];
  let hit = false;
  for (const [token] of html.slice(0, LONGEST).matchAll(TOKEN)) {
    const said = token.length > 1 && token.startsWith('<') ? readTag(token) : decoded(token);
    if (typeof said === 'boolean') hit = said;
    else if (said !== undefined) append(runs, said, hit);
  }
  return tidy(runs);
}

/** Pieces that are plain text already. */
export function readRuns(pieces: readonly SnippetRun[]): SnippetRun[] {
  const runs: SnippetRun[] = [];
  let left = LONGEST;
  for (const { text, hit } of pieces) {
    append(runs, text.slice(0, left), hit);
    left -= Math.min(text.length, left);
  }
  return tidy(runs);
}

/** Text on one line, no control characters, no longer than asked. */
export function oneLine(text: string, longest: number): string {
  return wellFormed(text.slice(0, longest).replace(/[\s\u0000-\u001f\u007f]+/g, ' ')).trim();
}

/** The text as a snippet without a match. */
export function plainSnippet(text: string): SnippetRun[] {
  const line = oneLine(text, LONGEST);
  return line ? [{ text: line, hit: false }] : [];
}

function isSpan(tag: string): boolean {
  return /^<\/?span\b/i.test(tag);
}

function isMatch(tag: string): boolean {
  return tag.includes('searchmatch');
}

function append(runs: SnippetRun[], text: string, hit: boolean): void {
  const last = runs.at(-1);
  if (last && last.hit === hit) last.text += text;
  else if (text !== '') runs.push({ text, hit });
}

function decoded(token: string): string {
  return token.length > 1 && token.startsWith('&') ? decode(token) : token;
}

function decode(entity: string): string {
  const name = entity.slice(1, -1);
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}

/** White space as a browser shows it, none at the ends. */
function tidy(runs: SnippetRun[]): SnippetRun[] {
  const spaced = runs.map(({ text, hit }) => ({
    text: wellFormed(text).replace(/[\s\u0000-\u001f\u007f]+/g, ' '),
    hit,
  }));
  const first = spaced[0];
  const last = spaced.at(-1);
  if (first) first.text = first.text.trimStart();
  if (last) last.text = last.text.trimEnd();
  return spaced.filter((run) => run.text !== '');
}

/** Without half a character at the end, where the text was cut. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}
