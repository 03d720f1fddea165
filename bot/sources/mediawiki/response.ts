import { asDate, asObject, asObjects, asString, isCount, type JsonObject, webAddress } from '../../platform/json.ts';
import { itemOf, listIn, pageOfEntries, type ReadEntry, unread } from '../entries.ts';
import { type SnippetPart, SourceError, type SourceFailure, type SourceItem, type SourcePage } from '../source.ts';
import { type HtmlMarks, htmlSnippet } from '../text/html.ts';
import { oneLine, plainSnippet } from '../text/snippet.ts';

/** Codes of the action API and the OAuth extension. Most come with status 200.
 * @see https://www.mediawiki.org/wiki/API:Errors_and_warnings */
const FAILURES: Record<string, SourceFailure> = {
  'mwoauth-invalid-authorization': 'unauthorized',
  'mwoauth-invalid-authorization-invalid-user': 'unauthorized',
  assertuserfailed: 'unauthorized',
  assertnameduserfailed: 'unauthorized',
  notloggedin: 'unauthorized',
  // A new sign-in does not help.
  'mwoauth-invalid-authorization-blocked-user': 'forbidden',
  readapidenied: 'forbidden',
  permissiondenied: 'forbidden',
  accessdenied: 'forbidden',
  blocked: 'forbidden',
  autoblocked: 'forbidden',
  ratelimited: 'rate_limited',
  actionthrottledtext: 'rate_limited',
  maxlag: 'rate_limited',
  'cirrussearch-too-busy-error': 'rate_limited',
};
const PLAIN_CODE = /^[\w-]{1,64}$/;

/** Reads both formats: `error` (the default), and `errors` (with an `errorformat`). */
export function errorIn(json: unknown, retryAfter: number | undefined): SourceError | undefined {
  const { error, errors } = asObject(json);
  const first = Array.isArray(errors) ? errors[0] : error;
  if (first === undefined) return undefined;
  const code = codeOf(first);
  const failure = Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return new SourceError(failure ?? 'unavailable', `The API answered with the error ${code}`, wait);
}

function codeOf(error: unknown): string {
  const { code } = asObject(error);
  return typeof code === 'string' && PLAIN_CODE.test(code) ? code : 'unknown';
}

/** Builds a page's address, even if the wiki returns none or a wrong one. */
export type PageAddress = (title: string, message: unknown) => string;

const MARKS: HtmlMarks = { hits: new Set(['span.searchmatch']) };
const MAX_TITLE_LENGTH = 300;
const MAX_NAME_LENGTH = 100;
const UNREADABLE = 'The API answered with something that is not a result of action=query';

export interface FoundPages {
  hits: JsonObject[];
  pages: Map<unknown, JsonObject>;
  total: unknown;
  incomplete: boolean;
}

export function readFound(json: unknown): FoundPages {
  const { query, warnings } = asObject(json);
  const { search, pages, searchinfo } = asObject(query);
  const hits = listIn(search);
  if (!hits) throw new SourceError('unavailable', UNREADABLE);
  return {
    hits: hits.map(asObject),
    pages: byNumber(pages),
    total: asObject(searchinfo).totalhits,
    incomplete: isPartial(warnings),
  };
}

export function readProperties(json: unknown): Map<unknown, JsonObject> {
  return byNumber(asObject(asObject(json).query).pages);
}

function byNumber(pages: unknown): Map<unknown, JsonObject> {
  return new Map(asObjects(pages).map((page) => [page.pageid, page]));
}

/** CirrusSearch reports a timeout as a warning of its module. */
function isPartial(warnings: unknown): boolean {
  const strings = Array.isArray(warnings)
    ? asObjects(warnings).map(({ code, text }) => `${asString(code)} ${asString(text)}`)
    : [asObject(asObject(warnings).search).warnings].map(asString);
  return strings.some((text) => /tim(?:ed?|ing)[ -]?out|partial results/i.test(text));
}

/** Order, title and snippet come from the hit; address, picture and editor from the page. */
export function toPage(
  hits: readonly JsonObject[],
  { pages, total, incomplete }: FoundPages,
  skip: number,
  addressOf: PageAddress,
): SourcePage {
  const read = (highlighted: unknown) => {
    const entry = asObject(highlighted);
    return toItem(entry, pages.get(entry.pageid) ?? {}, htmlSnippet(asString(entry.snippet), MARKS), addressOf);
  };
  return pageOfEntries(hits, read, { total, skip, incomplete });
}

/** Sorts by time, then by revision, like MediaWiki's list. The generator sorts by page number. Another order would
 * repeat or skip pages while the user pages. */
export function readRecent(json: unknown, skip: number, count: number, addressOf: PageAddress): SourcePage {
  const response = asObject(json);
  // Without changes, the response has no `query`.
  if (response.query === undefined && response.batchcomplete !== true) throw new SourceError('unavailable', UNREADABLE);
  const changed = asObjects(asObject(response.query).pages)
    .filter((page) => page.missing !== true)
    .sort((a, b) => timeOf(b) - timeOf(a) || revisionOf(b) - revisionOf(a));
  const read = (page: unknown) => toItem(asObject(page), asObject(page), aboutChange(asObject(page)), addressOf);
  return pageOfEntries(changed.slice(skip, skip + count), read, { skip });
}

/** `null` for a missing page, `undefined` for an invalid or special title. */
export function readPage(json: unknown, addressOf: PageAddress): SourceItem | null | undefined {
  const query = asObject(asObject(json).query);
  if (!Array.isArray(query.pages)) throw new SourceError('unavailable', UNREADABLE);
  const [page] = asObjects(query.pages);
  if (page?.missing === true && page.special !== true) return null;
  const exists = isCount(page?.pageid) && page.pageid > 0;
  return page && exists ? itemOf(toItem(page, page, plainSnippet(asString(page.extract)), addressOf)) : undefined;
}

/** The introduction if the wiki has TextExtracts, otherwise the editor's summary. */
function aboutChange(page: JsonObject): SnippetPart[] {
  return plainSnippet(asString(page.extract) || asString(latestOf(page).comment));
}

function toItem(highlighted: JsonObject, page: JsonObject, snippet: SnippetPart[], addressOf: PageAddress): ReadEntry {
  const title = oneLine(asString(highlighted.title), MAX_TITLE_LENGTH);
  if (!title) return unread('title', highlighted.title);
  const imageUrl = webAddress(asObject(page.thumbnail).source);
  const edited = editedOf(page, highlighted);
  return {
    title,
    snippet,
    url: addressOf(title, page.fullurl),
    ...(imageUrl && { imageUrl }),
    ...(edited && { edited }),
  };
}

function editedOf(page: JsonObject, highlighted: JsonObject): SourceItem['edited'] {
  const { timestamp, user } = latestOf(page);
  const at = asDate(timestamp) ?? asDate(highlighted.timestamp);
  const by = oneLine(asString(user), MAX_NAME_LENGTH);
  return at && { at, ...(by && { by }) };
}

function latestOf(page: JsonObject): JsonObject {
  return asObjects(page.revisions)[0] ?? {};
}

function timeOf(page: JsonObject): number {
  return editedOf(page, page)?.at.getTime() ?? 0;
}

function revisionOf({ lastrevid }: JsonObject): number {
  return isCount(lastrevid) ? lastrevid : 0;
}
