import { isCount, kindOf } from '../platform/json.ts';
import { type Source, SourceError, type SourceItem, type SourcePage, type SourceQuery } from './source.ts';

const MAX = { skip: 10_000, count: 25 };

/** The query's own window, in the bounds that the seam promises; whatever a caller sends. */
export function clampPaging({ skip, count }: SourceQuery): { skip: number; count: number } {
  return { skip: clamp(skip, 0, MAX.skip), count: clamp(count, 1, MAX.count) };
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.trunc(Math.min(Math.max(value, least), most));
}

/** A page as APIs number them, from 0, that holds a window; and where in it the window begins. */
interface PageWindow {
  page: number;
  size: number;
  offset: number;
}

/** The smallest page that holds the whole window: where `skip` is no multiple of `count`, larger ones are tried. For
 * every window within the seam's bounds there is one of at most a hundred.
 * @param largest the largest page that the API gives */
export function pageOf(skip: number, count: number, largest: number): PageWindow {
  for (let size = count; size <= largest; size++) {
    const offset = skip % size;
    if (offset + count <= size) return { page: (skip - offset) / size, size, offset };
  }
  return { page: Math.floor(skip / largest), size: largest, offset: skip % largest };
}

/** So many different parts of answers are told of; a source that finds ever new ones does not fill the log. */
const MAX_REPORTED = 20;

/** The same source, which tells once of each part of an answer that it could not read. */
export function tellingOfUnread(source: Source, tell: (part: string) => void): Source {
  const told = new Set<string>();
  return {
    ...source,
    async search(query, session) {
      const page = await source.search(query, session);
      if (page.unread !== undefined && told.size < MAX_REPORTED && !told.has(page.unread)) {
        told.add(page.unread);
        tell(page.unread);
      }
      return page;
    },
  };
}

/** An entry as a result; or which of its members makes it none, for the log. */
export type ReadEntry = SourceItem | UnreadField;

/** Names a setting or a member, and what was there instead: never its content. */
interface UnreadField {
  unread: string;
}

export function unread(field: string, value: unknown): UnreadField {
  return { unread: `${field} is ${typeof value === 'string' && value !== '' ? 'unusable' : kindOf(value)}` };
}

/** An entry that was asked for by itself. */
export function itemOf(entry: ReadEntry): SourceItem | undefined {
  return 'unread' in entry ? undefined : entry;
}

/** The list in an answer. Without results some APIs say `null`, and some `{}`: PHP's arrays become that.
 * `undefined` for everything else. */
export function listIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0) ? [] : undefined;
}

interface Answered {
  /** How many there are in all, as the API says it. */
  total?: unknown;
  /** How many results are passed over. */
  skip: number;
  /** The API's own word that it did not search everything. */
  incomplete?: boolean;
  /** What else of the answer could not be read. */
  unread?: string | undefined;
}

/** A page of results. A first page that is empty though there are results is incomplete.
 * @throws {SourceError} `unreadable` where there are entries and none of them can be read */
export function pageOfEntries(
  entries: readonly unknown[],
  read: (entry: unknown) => ReadEntry,
  { total, skip, incomplete = false, unread: otherwise }: Answered,
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
