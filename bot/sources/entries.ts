import { isCount, kindOf } from './read.ts';
import { SourceError, type SourceItem, type SourcePage } from './source.ts';

/** An entry as a result; or which of its members makes it none, for the log. */
export type ReadEntry = SourceItem | UnreadField;

/** Names a setting or a member, and what was there instead: never its content. */
export interface UnreadField {
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
