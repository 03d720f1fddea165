import { setTimeout } from 'node:timers/promises';
import type { SourcePage, SourceQuery } from './source.ts';

/** The same person has typed on: nobody waits for this answer any more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** One search of one person, in one search box. */
export interface TypedSearch {
  /** An opaque key of the person. */
  whose: string;
  /** Names the box among the person's: where they type. */
  where: string;
  /** The activity's id: the same one twice is one delivered twice (T87). */
  delivery: string;
  /** Of the credential: what was found with another one is not shown. */
  version: string;
  query: SourceQuery;
  signal: AbortSignal;
}

interface Box {
  text: string;
  typedAt: number;
  /** Aborts when the text that stands there is typed on. */
  typedOn: AbortController;
  /** Under way, by delivery and page. */
  calls: Map<string, Promise<SourcePage>>;
  /** Found lately, by page, oldest first. */
  found: Map<string, { page: SourcePage; at: number }>;
}

interface Person {
  boxes: Map<string, Box>;
  typedAt: number;
}

/** How long a page may be shown again, in milliseconds: while somebody types, takes a letter back, and types on. */
const FRESH = 10_000;
/** Within so many milliseconds of the last letter somebody is typing fast: another one may come before it is worth a call. */
const FAST = 300;
const PAUSE = 150;
const MOST = { people: 1_000, boxes: 3, pages: 6 };

/**
 * What becomes of a query per keystroke, for one source. A letter more or less ends the call for the text before it, and
 * while letters come fast there is none; what is delivered twice is asked once; a text that comes back by taking a
 * letter away is not asked again. Asked for twice in a row it is: whoever repeats a search wants to know anew. Another
 * word altogether is another search, and ends nothing. A person's boxes are theirs alone (T56).
 */
export class Typing {
  /** By person, whoever typed last at the end. */
  readonly #people = new Map<string, Person>();

  /** @param call asks the source @throws {Superseded} when the person types on meanwhile, and what the call throws */
  async search(
    { whose, where, delivery, version, query, signal }: TypedSearch,
    now: number,
    call: (signal: AbortSignal) => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const box = this.#box(whose, where, now);
    const page = JSON.stringify([version, query.text, query.skip, query.count]);
    const step = typeOn(box, query.text, now);
    const known = step === 'none' ? undefined : box.found.get(page);
    if (known && now - known.at < FRESH) return known.page;
    const typedOn = box.typedOn.signal;
    const until = AbortSignal.any([signal, typedOn]);
    const work = step === 'fast' ? () => after(PAUSE, until).then(() => call(until)) : () => call(until);
    const running = box.calls.get(delivery + page) ?? this.#call(box, delivery, page, now, work);
    return running.catch((error: unknown) => {
      throw typedOn.aborted ? new Superseded('The person typed on', { cause: error }) : error;
    });
  }

  /** Forgets what was found for a person: they signed out. What is under way for them is answered, and not kept. */
  forget(whose: string): void {
    this.#people.delete(whose);
  }

  async #call(
    { calls, found }: Box,
    delivery: string,
    page: string,
    now: number,
    call: () => Promise<SourcePage>,
  ): Promise<SourcePage> {
    const running = call();
    calls.set(delivery + page, running);
    try {
      const answer = await running;
      keepLast(found, page, { page: answer, at: now }, MOST.pages);
      return answer;
    } finally {
      calls.delete(delivery + page);
    }
  }

  #box(whose: string, where: string, now: number): Box {
    const { boxes } = this.#people.get(whose) ?? { boxes: new Map<string, Box>() };
    const box = boxes.get(where) ?? newBox();
    keepLast(boxes, where, box, MOST.boxes);
    keepLast(this.#people, whose, { boxes, typedAt: now }, MOST.people);
    this.#forgetIdle(now);
    return box;
  }

  /** Nothing is kept of who has stopped typing. */
  #forgetIdle(now: number): void {
    for (const [whose, { typedAt }] of this.#people) {
      if (now - typedAt < FRESH) return;
      this.#people.delete(whose);
    }
  }
}

function newBox(): Box {
  return { text: '', typedAt: 0, typedOn: new AbortController(), calls: new Map(), found: new Map() };
}

/** Puts a text into a box. @returns whether that was a keystroke, and one of many */
function typeOn(box: Box, text: string, now: number): 'none' | 'slow' | 'fast' {
  const keystroke = isKeystroke(box.text, text);
  const step = !keystroke ? 'none' : now - box.typedAt < FAST ? 'fast' : 'slow';
  if (keystroke) {
    box.typedOn.abort();
    box.calls = new Map();
  }
  if (box.text !== text) box.typedOn = new AbortController();
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
