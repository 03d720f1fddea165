import { dateOf, isCount, listOf, textOf, type Values, valuesOf, webAddress } from './read.ts';
import { oneLine, plainSnippet, readSnippet } from './snippet.ts';
import type { SnippetRun, SourceItem, SourcePage } from './source.ts';
import { SourceError } from './source.ts';

/** Where pages of the wiki are, for a title whose address the wiki did not say, or said wrongly. */
export type PageAddress = (title: string, said: unknown) => string;

const LONGEST_TITLE = 300;
const LONGEST_NAME = 100;
const UNREADABLE = 'The API answered with something that is not a result of action=query';

/** The order, title and snippet are the list's; address, picture and editor come from the page of the same number. */
export function readSearch(json: unknown, addressOf: PageAddress): SourcePage {
  const query = valuesOf(valuesOf(json).query);
  if (!Array.isArray(query.search)) throw new SourceError('unavailable', UNREADABLE);
  const pages = new Map(listOf(query.pages).map((page) => [page.pageid, page]));
  const total = valuesOf(query.searchinfo).totalhits;
  const items = listOf(query.search).flatMap((hit) => {
    const page = pages.get(hit.pageid) ?? {};
    return toItem(hit, page, readSnippet(textOf(hit.snippet)), addressOf);
  });
  return { items, ...(isCount(total) && { total }) };
}

/** Newest first, and within a second by the number of the revision, as MediaWiki orders changes: in another order a
 * page would come twice, or never, to somebody who pages on. It gives the pages of a generator by their numbers. */
export function readRecent(json: unknown, skip: number, count: number, addressOf: PageAddress): SourcePage {
  const answer = valuesOf(json);
  // Where nothing changed, there is no `query` at all.
  if (answer.query === undefined && answer.batchcomplete !== true) throw new SourceError('unavailable', UNREADABLE);
  const items = listOf(valuesOf(answer.query).pages)
    .filter((page) => page.missing !== true)
    .sort((a, b) => timeOf(b) - timeOf(a) || revisionOf(b) - revisionOf(a))
    .flatMap((page) => toItem(page, page, aboutChange(page), addressOf));
  return { items: items.slice(skip, skip + count) };
}

/** The page, where there is one that is no special page (`missing`, `invalid`, `special`). */
export function readPage(json: unknown, addressOf: PageAddress): SourceItem | undefined {
  const query = valuesOf(valuesOf(json).query);
  if (!Array.isArray(query.pages)) throw new SourceError('unavailable', UNREADABLE);
  const page = listOf(query.pages).find(({ pageid, missing }) => isCount(pageid) && pageid > 0 && missing !== true);
  return page && toItem(page, page, plainSnippet(textOf(page.extract)), addressOf)[0];
}

/** The introduction, where the wiki has TextExtracts; or else what the editor wrote about the change. */
function aboutChange(page: Values): SnippetRun[] {
  return plainSnippet(textOf(page.extract) || textOf(latestOf(page).comment));
}

function toItem(hit: Values, page: Values, snippet: SnippetRun[], addressOf: PageAddress): SourceItem[] {
  const title = oneLine(textOf(hit.title), LONGEST_TITLE);
  if (!title) return [];
  const imageUrl = webAddress(valuesOf(page.thumbnail).source);
  const edited = editedOf(page, hit);
  return [
    {
      title,
      snippet,
      url: addressOf(title, page.fullurl),
      ...(imageUrl && { imageUrl }),
      ...(edited && { edited }),
    },
  ];
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
