import { setTimeout } from 'node:timers/promises';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { SourcePage, SourceQuery } from './source.ts';

export class Superseded extends LatchkeyError {
  override readonly name = 'Superseded';
}

interface DebouncedQuery {
  userKey: string;
  /** The conversation. */
  boxKey: string;
  /** A repeated id is a duplicate delivery (T87). */
  activityId: string;
  /** The credential's version: a new credential gets no stored results. */
  version: string;
  query: SourceQuery;
  stop: AbortController;
}

interface SearchBox {
  text: string;
  typedAt: number;
  /** For the current text. */
  stops: Set<AbortController>;
  /** By delivery and page. */
  calls: Map<string, Promise<SourcePage>>;
  /** By page, oldest first. */
  pages?: Map<string, { page: SourcePage; at: number }>;
}

interface UserBoxes {
  boxes: Map<string, SearchBox>;
  typedAt: number;
}

/** Results stay valid for this time while the user edits. */
const FRESH_MS = 10_000;
/** A keystroke within this time of the one before waits as long for the next one. A slower keystroke does not wait, and so
 * the first one after a pause: its wait would end before the next keystroke, and save no call. */
const DEBOUNCE_MS = 150;
const MAX_ENTRIES = { users: 1_000, boxes: 3, pages: 6 };
const NEWER_QUERY = new Error('The person typed on');

/** Debounces the queries to one source.
 * - A keystroke aborts the calls for the previous text. Fast typing delays calls.
 * - A duplicate delivery joins the running call.
 * - An edit back to an earlier text returns the stored results. A repeated query calls the source.
 * - A different word is a new search and aborts no call.
 * - Users do not share boxes (T56). */
export class QueryDebouncer {
  /** The latest user comes last. */
  readonly #users = new Map<string, UserBoxes>();

  /** @throws {Superseded} if a newer query of the box replaces this one, or the call's error */
  async search(
    { userKey, boxKey, activityId, version, query, stop }: DebouncedQuery,
    now: number,
    call: (signal: AbortSignal) => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const box = this.#box(userKey, boxKey, now);
    const pageKey = JSON.stringify([version, query.text, query.skip, query.count]);
    const keystroke = recordKeystroke(box, query.text, now);
    const stored = keystroke === 'none' ? undefined : box.pages?.get(pageKey);
    if (stored && now - stored.at < FRESH_MS) return stored.page;
    const { calls } = box;
    const callKey = activityId + pageKey;
    const running = calls.get(callKey);
    if (running) return running;
    const delayedCall =
      keystroke === 'fast'
        ? (signal: AbortSignal) => setTimeout(DEBOUNCE_MS, undefined, { signal }).then(() => call(signal))
        : call;
    // A query without keystrokes rarely returns, so its results are not stored.
    const storeAs = keystroke === 'none' ? undefined : pageKey;
    const response = this.#callAndStore(box, storeAs, now, stop, delayedCall).finally(() => calls.delete(callKey));
    calls.set(callKey, response);
    return response;
  }

  /** For a sign-out. Running calls finish; their results are not stored. */
  forget(userKey: string): void {
    this.#users.delete(userKey);
  }

  async #callAndStore(
    box: SearchBox,
    storeAs: string | undefined,
    now: number,
    stop: AbortController,
    call: (signal: AbortSignal) => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const { stops } = box;
    stops.add(stop);
    try {
      const response = await call(stop.signal);
      if (storeAs === undefined || response.incomplete) return response;
      box.pages ??= new Map();
      keepLast(box.pages, storeAs, { page: response, at: now }, MAX_ENTRIES.pages);
      return response;
    } catch (error) {
      throw stop.signal.reason === NEWER_QUERY ? new Superseded(NEWER_QUERY.message, { cause: error }) : error;
    } finally {
      stops.delete(stop);
    }
  }

  #box(userKey: string, boxKey: string, now: number): SearchBox {
    const { boxes } = this.#users.get(userKey) ?? { boxes: new Map<string, SearchBox>() };
    const box = boxes.get(boxKey) ?? newBox();
    keepLast(boxes, boxKey, box, MAX_ENTRIES.boxes);
    keepLast(this.#users, userKey, { boxes, typedAt: now }, MAX_ENTRIES.users);
    this.#forgetIdle(now);
    return box;
  }

  #forgetIdle(now: number): void {
    for (const [userKey, { typedAt }] of this.#users) {
      if (now - typedAt < FRESH_MS) return;
      this.#users.delete(userKey);
    }
  }
}

function newBox(): SearchBox {
  return { text: '', typedAt: 0, stops: new Set(), calls: new Map() };
}

function recordKeystroke(box: SearchBox, text: string, now: number): 'none' | 'slow' | 'fast' {
  const isFast = now - box.typedAt < DEBOUNCE_MS;
  const isEdit = isKeystroke(box.text, text);
  if (isEdit) {
    for (const stop of box.stops) stop.abort(NEWER_QUERY);
    box.calls = new Map();
  }
  if (box.text !== text) box.stops = new Set();
  Object.assign(box, { text, typedAt: now });
  if (!isEdit) return 'none';
  return isFast ? 'fast' : 'slow';
}

/** Up to three letters more or fewer at the end, from two letters on. */
function isKeystroke(before: string, after: string): boolean {
  const [shorter = '', longer = ''] = [before, after].sort((a, b) => a.length - b.length);
  const letters = longer.length - shorter.length;
  return letters > 0 && letters <= 3 && shorter.length >= 2 && longer.startsWith(shorter);
}

/** Makes this entry the last, and removes the first above `maxEntries`. */
function keepLast<T>(map: Map<string, T>, key: string, value: T, maxEntries: number): void {
  map.delete(key);
  map.set(key, value);
  const [first] = map.keys();
  if (first !== undefined && map.size > maxEntries) map.delete(first);
}
