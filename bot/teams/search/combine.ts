import type { JsonText } from '../cards/json-writer.ts';
import type { Query } from './query.ts';

/** What each of several connections is asked for, so that together they fill the page that Teams wants. */
export function pageShare(query: Query, connections: number): Query {
  const count = Math.ceil(query.count / connections);
  return { ...query, skip: Math.floor(query.skip / query.count) * count, count };
}

/** Fairly: the first of each, then the second of each, and so on. */
export function interleave(lists: readonly JsonText[][]): JsonText[] {
  if (lists.length === 1 && lists[0]) return lists[0];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

/** How long whoever is ready waits for the others, in milliseconds. */
const MAX_WAIT_MS = 2_000;

/** What is there when all are done, or when it would be too long to wait for the rest; but at least one, however long that
 * takes. @returns an entry for each, `undefined` for the late ones. None of the promises may reject. */
export async function settleWithin<T>(all: readonly Promise<T>[]): Promise<(T | undefined)[]> {
  if (all.length === 1) return Promise.all(all);
  const settled: (T | undefined)[] = all.map(() => undefined);
  const noted = all.map(async (each, at) => {
    settled[at] = await each;
  });
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([Promise.all(noted), enough]);
  clearTimeout(timer);
  if (!settled.some((each) => each !== undefined)) await Promise.race(noted);
  return settled;
}
