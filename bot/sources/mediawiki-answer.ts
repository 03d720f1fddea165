import { itemOf, listIn, pageOfEntries, type ReadEntry, unread } from './entries.ts';
import { dateOf, isCount, listOf, textOf, type Values, valuesOf, webAddress } from './read.ts';
import { oneLine, plainSnippet, readSnippet } from './snippet.ts';
import type { SnippetRun, SourceItem, SourcePage } from './source.ts';
import { SourceError } from './source.ts';

/** Where pages of the wiki are, for a title whose address the wiki did not say, or said wrongly. */
export type PageAddress = (title: string, said: unknown) => string;

const LONGEST_TITLE = 300;
const LONGEST_NAME = 100;
const UNREADABLE = 'The API answered with something that is not a result of action=query';

/** What a search found: in texts, in their order; and the pages that came along, with their properties. */
export interface FoundPages {
  hits: Values[];
  pages: Map<unknown, Values>;
  total: unknown;
  incomplete: boolean;
}

export function readFound(json: unknown): FoundPages {
  const { query, warnings } = valuesOf(json);
  const { search, pages, searchinfo } = valuesOf(query);
  const hits = listIn(search);
  if (!hits) throw new SourceError('unavailable', UNREADABLE);
  return {
    hits: hits.map(valuesOf),
    pages: byNumber(pages),
    total: valuesOf(searchinfo).totalhits,
    incomplete: isPartial(warnings),
  };
}

/** Properties of pages that were asked for by their numbers. */
export function readProperties(json: unknown): Map<unknown, Values> {
  return byNumber(valuesOf(valuesOf(json).query).pages);
}

function byNumber(pages: unknown): Map<unknown, Values> {
  return new Map(listOf(pages).map((page) => [page.pageid, page]));
}

/** CirrusSearch says by a warning of the module that time ran out; wikis warn of much else, too. */
function isPartial(warnings: unknown): boolean {
  const texts = Array.isArray(warnings)
    ? listOf(warnings).map(({ code, text }) => `${textOf(code)} ${textOf(text)}`)
    : [valuesOf(valuesOf(warnings).search).warnings].map(textOf);
  return texts.some((text) => /tim(?:ed?|ing)[ -]?out|partial results/i.test(text));
}

/** The order, title and snippet are the hits'; address, picture and editor come from the page of the same number. */
export function toPage(
  hits: readonly Values[],
  { pages, total, incomplete }: FoundPages,
  skip: number,
  addressOf: PageAddress,
): SourcePage {
  const read = (hit: unknown) => {
    const entry = valuesOf(hit);
    return toItem(entry, pages.get(entry.pageid) ?? {}, readSnippet(textOf(entry.snippet)), addressOf);
  };
  return pageOfEntries(hits, read, { total, skip, incomplete });
}

/** Newest first, and within a second by the number of the revision, as MediaWiki orders changes: in another order a
 * page would come twice, or never, to somebody who pages on. It gives the pages of a generator by their numbers. */
export function readRecent(json: unknown, skip: number, count: number, addressOf: PageAddress): SourcePage {
  const answer = valuesOf(json);
  // Where nothing changed, there is no `query` at all.
  if (answer.query === undefined && answer.batchcomplete !== true) throw new SourceError('unavailable', UNREADABLE);
  const changed = listOf(valuesOf(answer.query).pages)
    .filter((page) => page.missing !== true)
    .sort((a, b) => timeOf(b) - timeOf(a) || revisionOf(b) - revisionOf(a));
  const read = (page: unknown) => toItem(valuesOf(page), valuesOf(page), aboutChange(valuesOf(page)), addressOf);
  return pageOfEntries(changed.slice(skip, skip + count), read, { skip });
}

/** The page; `null` where it is `missing`, `undefined` where the title names none (`invalid`, `special`). */
export function readPage(json: unknown, addressOf: PageAddress): SourceItem | null | undefined {
  const query = valuesOf(valuesOf(json).query);
  if (!Array.isArray(query.pages)) throw new SourceError('unavailable', UNREADABLE);
  const [page] = listOf(query.pages);
  if (page?.missing === true && page.special !== true) return null;
  const exists = isCount(page?.pageid) && page.pageid > 0;
  return page && exists ? itemOf(toItem(page, page, plainSnippet(textOf(page.extract)), addressOf)) : undefined;
}

/** The introduction, where the wiki has TextExtracts; or else what the editor wrote about the change. */
function aboutChange(page: Values): SnippetRun[] {
  return plainSnippet(textOf(page.extract) || textOf(latestOf(page).comment));
}

function toItem(hit: Values, page: Values, snippet: SnippetRun[], addressOf: PageAddress): ReadEntry {
  const title = oneLine(textOf(hit.title), LONGEST_TITLE);
  if (!title) return unread('title', hit.title);
  const imageUrl = webAddress(valuesOf(page.thumbnail).source);
  const edited = editedOf(page, hit);
  return {
    title,
    snippet,
    url: addressOf(title, page.fullurl),
    ...(imageUrl && { imageUrl }),
    ...(edited && { edited }),
  };
}

function editedOf(page: Values, hit: Values): SourceItem['edited'] {
  const { timestamp, user } = latestOf(page);
  const at = dateOf(timestamp) ?? dateOf(hit.timestamp);
  const by = oneLine(textOf(user), LONGEST_NAME);
  return at && { at, ...(by && { by }) };
}

function latestOf(page: Values): Values {
  return listOf(page.revisions)[0] ?? {};
}

function timeOf(page: Values): number {
  return editedOf(page, page)?.at.getTime() ?? 0;
}

function revisionOf({ lastrevid }: Values): number {
  return isCount(lastrevid) ? lastrevid : 0;
}
