import { pageOf } from '../entries.ts';
import { SourceError } from '../source.ts';
import type { SearchRequest } from './search-request.ts';

type RequestPlaces = Pick<SearchRequest, 'has'>;

/** The results to show, in pages of the API. */
interface ResultWindow {
  /** From 0. */
  page: number;
  /** How many results to ask for. */
  size: number;
  /** How many results of the answer come before the window. */
  offset: number;
}

const MAX_PAGE_SIZE = 100;

/** @throws {TypeError} for places that do not go together */
export function checkPaging(request: RequestPlaces, followsNext: boolean): void {
  const ways = (['page', 'skip', 'cursor'] as const).filter((name) => request.has(name));
  if (ways.length > 1) throw new TypeError(`has ${ways.map((name) => `{${name}}`).join(' and ')}: use one of them`);
  if (request.has('page') && !request.has('count')) throw new TypeError('{page} needs {count}, the size of a page');
  if (request.has('cursor') && !followsNext) throw new TypeError('{cursor} needs next, which says where a cursor is');
  if (followsNext && !request.has('cursor') && ways.length > 0)
    throw new TypeError(`has {${ways[0]}}, and there is next, too: use one of them`);
}

/** An API without paging returns all results at once. */
export function windowOf(request: RequestPlaces, skip: number, count: number): ResultWindow {
  if (request.has('page')) return pageOf(skip, count, MAX_PAGE_SIZE);
  return { page: 0, size: request.has('skip') ? count : skip + count, offset: request.has('skip') ? 0 : skip };
}

/** One answer of an API that names its next page. */
export interface Answer {
  entries: unknown[];
  /** A cursor, or the address of the next page; absent after the last one. */
  next: string | undefined;
}

/** The API does not know a cursor any more: most expire after minutes. */
export class CursorRefused extends SourceError {
  constructor(status: number) {
    super('unavailable', `The API answered ${status} for a page that it named itself`);
  }
}

/** Each page costs a request if none is remembered. */
const MAX_REQUESTS = 4;
/** Some APIs answer a page without results before the end (Google Drive), others name a next page after it. */
const MAX_EMPTY_PAGES = 1;

/** Results by cursors. Pages are asked for one after the other from the nearest one that is known, so a window may need
 * several requests if another instance answered the windows before.
 * @param starts where later pages begin: the cursor by the number of results before it. It is changed
 * @param ask `undefined` asks for the first page
 * @throws {SourceError} if the window is too far from what is known */
export async function entriesByCursor<Page extends Answer>(
  window: { skip: number; count: number },
  starts: Map<number, string>,
  ask: (next: string | undefined) => Promise<Page>,
): Promise<{ page: Page; entries: unknown[] }> {
  try {
    return await pagesFrom(window, starts, ask);
  } catch (error) {
    if (!(error instanceof CursorRefused)) throw error;
    starts.clear();
    return pagesFrom(window, starts, ask);
  }
}

async function pagesFrom<Page extends Answer>(
  { skip, count }: { skip: number; count: number },
  starts: Map<number, string>,
  ask: (next: string | undefined) => Promise<Page>,
): Promise<{ page: Page; entries: unknown[] }> {
  let at = Math.max(0, ...[...starts.keys()].filter((start) => start <= skip));
  const entries: unknown[] = [];
  let empty = 0;
  for (let requests = 0; requests < MAX_REQUESTS; requests++) {
    const page = await ask(starts.get(at));
    const from = Math.max(0, skip - at);
    entries.push(...page.entries.slice(from, from + count));
    at += page.entries.length;
    empty = page.entries.length === 0 ? empty + 1 : 0;
    const isLast = page.next === undefined || empty > MAX_EMPTY_PAGES;
    if (page.next !== undefined && !isLast) starts.set(at, page.next);
    if (isLast || entries.length >= count) return { page, entries: entries.slice(0, count) };
  }
  throw new SourceError('unavailable', `The API’s pages are too small to reach result ${skip}`);
}
