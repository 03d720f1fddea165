import { isCount, kindOf } from '../platform/json.ts';
import { type Source, SourceError, type SourceItem, type SourcePage, type SourceQuery } from './source.ts';

const MAX = { skip: 10_000, count: 25 };

export function clampPaging({ skip, count }: SourceQuery): { skip: number; count: number } {
  return { skip: clamp(skip, 0, MAX.skip), count: clamp(count, 1, MAX.count) };
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.trunc(Math.min(Math.max(value, least), most));
}

/** `page` counts from 0. `offset` is where the window begins in the page. */
interface PageWindow {
  page: number;
  size: number;
  offset: number;
}

/** Returns the smallest page that contains the whole window. A page of at most 100 always fits.
 * @param largest the API's largest page */
export function pageOf(skip: number, count: number, largest: number): PageWindow {
  for (let size = count; size <= largest; size++) {
    const offset = skip % size;
    if (offset + count <= size) return { page: (skip - offset) / size, size, offset };
  }
  return { page: Math.floor(skip / largest), size: largest, offset: skip % largest };
}

const MAX_REPORTED = 20;

/** Reports each unreadable part of a response once. */
export function withUnreadReport(source: Source, report: (part: string) => void): Source {
  const reported = new Set<string>();
  return {
    ...source,
    async search(query, session) {
      const page = await source.search(query, session);
      if (page.unread !== undefined && reported.size < MAX_REPORTED && !reported.has(page.unread)) {
        reported.add(page.unread);
        report(page.unread);
      }
      return page;
    },
  };
}

export type ReadEntry = SourceItem | UnreadField;

/** For the log: names a field and the type of its value, never the value. */
interface UnreadField {
  unread: string;
}

export function unread(field: string, value: unknown): UnreadField {
  return { unread: `${field} is ${typeof value === 'string' && value !== '' ? 'unusable' : kindOf(value)}` };
}

export function itemOf(entry: ReadEntry): SourceItem | undefined {
  return 'unread' in entry ? undefined : entry;
}

/** Without results, some APIs return `null`, and PHP returns `{}`.
 * @returns `undefined` for any other value */
export function listIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0) ? [] : undefined;
}

interface EntryPage {
  total?: unknown;
  /** Results before this page. */
  skip: number;
  incomplete?: boolean;
  unread?: string | undefined;
}

/** An empty first page with a total above 0 is incomplete.
 * @throws {SourceError} `unreadable` if there are entries and none can be read */
export function pageOfEntries(
  entries: readonly unknown[],
  read: (entry: unknown) => ReadEntry,
  { total, skip, incomplete = false, unread: otherwise }: EntryPage,
): SourcePage {
  const results = entries.map(read);
  const items = results.filter((result): result is SourceItem => !('unread' in result));
  const field = results.find((result): result is UnreadField => 'unread' in result)?.unread ?? otherwise;
  if (entries.length > 0 && items.length === 0) {
    throw new SourceError('unreadable', `None of ${entries.length} entries of the answer could be read: ${field}`);
  }
  const lost = entries.length === 0 && skip === 0 && isCount(total) && total > 0;
  return {
    items,
    ...(isCount(total) && { total }),
    ...((incomplete || lost) && { incomplete: true }),
    ...(field !== undefined && { unread: field }),
  };
}
