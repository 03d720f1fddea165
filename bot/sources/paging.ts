import type { SourceQuery } from './source.ts';

const MAX = { skip: 10_000, count: 25 };

/** The query's own window, in the bounds that the seam promises; whatever a caller sends. */
export function clampPaging({ skip, count }: SourceQuery): { skip: number; count: number } {
  return { skip: clamp(skip, 0, MAX.skip), count: clamp(count, 1, MAX.count) };
}

function clamp(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.trunc(Math.min(Math.max(value, least), most));
}

/** A page as APIs number them, from 0, that holds a window; and where in it the window begins. */
export interface PageWindow {
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
