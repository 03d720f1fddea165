import { setTimeout } from 'node:timers/promises';
import { LatchkeyError } from '../platform/latchkey-error.ts';
import type { SourcePage, SourceQuery } from './source.ts';

/** The same person has typed on: nobody waits for this answer any more. */
export class Superseded extends LatchkeyError {
  override readonly name = 'Superseded';
}

/** One search of one person, in one search box. */
interface DebouncedQuery {
  /** An opaque key of the person. */
  userKey: string;
  /** Names the box among the person's: where they type. */
  boxKey: string;
  /** The activity's id: the same one twice is one delivered twice (T87). */
  activityId: string;
  /** Of the credential: what was found with another one is not shown. */
  version: string;
  query: SourceQuery;
  /** Of the invoke: stops it altogether. */
  stop: AbortController;
}

interface SearchBox {
  text: string;
  typedAt: number;
  /** Ends the calls for the text that stands there. */
  stops: Set<AbortController>;
  /** Under way, by delivery and page. */
  calls: Map<string, Promise<SourcePage>>;
  /** Found since somebody types there, by page, oldest first. */
  found?: Map<string, { page: SourcePage; at: number }>;
}

interface Person {
  boxes: Map<string, SearchBox>;
  typedAt: number;
}

/** How long a page may be shown again, in milliseconds: while somebody types, takes a letter back, and types on. */
const FRESH = 10_000;
/** Within so many milliseconds of the last letter somebody is typing fast: another one may come before it is worth a call. */
const FAST = 300;
const PAUSE = 150;
const MAX_ENTRIES = { people: 1_000, boxes: 3, pages: 6 };
const TYPED_ON = new Error('The person typed on');

/**
 * What becomes of a query per keystroke, for one source. A letter more or less ends the call for the text before it, and
 * while letters come fast there is none; what is delivered twice is asked once; a text that comes back while letters
 * come and go is not asked again. Asked for twice in a row it is: whoever repeats a search wants to know anew. Another
 * word altogether is another search, and ends nothing. A person's boxes are theirs alone (T56).
 */
export class QueryDebouncer {
  /** By person, whoever typed last at the end. */
  readonly #people = new Map<string, Person>();

  /** @param call asks the source @throws {Superseded} when the person types on meanwhile, and what the call throws */
  async search(
    { userKey, boxKey, activityId: delivery, version, query, stop }: DebouncedQuery,
    now: number,
    call: (signal: AbortSignal) => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const box = this.#box(userKey, boxKey, now);
    const page = JSON.stringify([version, query.text, query.skip, query.count]);
    const step = recordKeystroke(box, query.text, now);
    const known = step === 'none' ? undefined : box.found?.get(page);
    if (known && now - known.at < FRESH) return known.page;
    const work = step === 'fast' ? (until: AbortSignal) => after(PAUSE, until).then(() => call(until)) : call;
    const { calls } = box;
    const running = calls.get(delivery + page);
    if (running) return running;
    const response = this.#ask(box, step === 'none' ? undefined : page, now, stop, work).finally(() =>
      calls.delete(delivery + page),
    );
    calls.set(delivery + page, response);
    return response;
  }

  /** Forgets what was found for a person: they signed out. What is under way for them is answered, and not kept. */
  forget(userKey: string): void {
    this.#people.delete(userKey);
  }

  /** Calls until the invoke is stopped: it is late, or the text is typed on.
   * @param page under which to keep it; what was not typed letter by letter will hardly come back */
  async #ask(
    box: SearchBox,
    page: string | undefined,
    now: number,
    stop: AbortController,
    call: (signal: AbortSignal) => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const { stops } = box;
    stops.add(stop);
    try {
      const response = await call(stop.signal);
      // What is not whole is worth asking for again.
      if (page === undefined || response.incomplete) return response;
      box.found ??= new Map();
      keepLast(box.found, page, { page: response, at: now }, MAX_ENTRIES.pages);
      return response;
    } catch (error) {
      throw stop.signal.reason === TYPED_ON ? new Superseded('The person typed on', { cause: error }) : error;
    } finally {
      stops.delete(stop);
    }
  }

  #box(userKey: string, boxKey: string, now: number): SearchBox {
    const { boxes } = this.#people.get(userKey) ?? { boxes: new Map<string, SearchBox>() };
    const box = boxes.get(boxKey) ?? newBox();
    keepLast(boxes, boxKey, box, MAX_ENTRIES.boxes);
    keepLast(this.#people, userKey, { boxes, typedAt: now }, MAX_ENTRIES.people);
    this.#forgetIdle(now);
    return box;
  }

  /** Nothing is kept of who has stopped typing. */
  #forgetIdle(now: number): void {
    for (const [userKey, { typedAt }] of this.#people) {
      if (now - typedAt < FRESH) return;
      this.#people.delete(userKey);
    }
  }
}

function newBox(): SearchBox {
  return { text: '', typedAt: 0, stops: new Set(), calls: new Map() };
}

/** Puts a text into a box. @returns whether that was a keystroke, and one of many */
function recordKeystroke(box: SearchBox, text: string, now: number): 'none' | 'slow' | 'fast' {
  const keystroke = isKeystroke(box.text, text);
  const step = !keystroke ? 'none' : now - box.typedAt < FAST ? 'fast' : 'slow';
  if (keystroke) {
    for (const stop of box.stops) stop.abort(TYPED_ON);
    box.calls = new Map();
  }
  if (box.text !== text) box.stops = new Set();
  Object.assign(box, { text, typedAt: now });
  return step;
}

/** A letter or two more or less at the end; the first letter alone is not worth ending. */
function isKeystroke(before: string, after: string): boolean {
  const [shorter = '', longer = ''] = [before, after].sort((a, b) => a.length - b.length);
  const letters = longer.length - shorter.length;
  return letters > 0 && letters <= 3 && shorter.length >= 2 && longer.startsWith(shorter);
}

function after(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal });
}

/** Puts an entry last, and drops the first where there are too many. */
function keepLast<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [first] = map.keys();
  if (first !== undefined && map.size > most) map.delete(first);
}
