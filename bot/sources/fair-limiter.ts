import { SourceError } from './source.ts';

/** How many calls may be under way towards one source: in all, of one person, and how many of theirs may wait. */
interface ConcurrencyLimits {
  atOnce: number;
  perPerson: number;
  waiting: number;
}

const LIMITS: ConcurrencyLimits = { atOnce: 64, perPerson: 8, waiting: 100 };
/** Seconds after which it is worth another try, where somebody has too many waiting. */
const RETRY_AFTER = 5;

type Start = () => void;

/**
 * T46: bounded concurrency towards one source, shared out fairly. Whoever floods waits behind themselves: free turns go
 * round among the people who wait, and nobody has more than a few calls under way.
 */
export class FairLimiter {
  readonly #limits: ConcurrencyLimits;
  readonly #running = new Map<string, number>();
  /** By person. A Map lists its keys in the order in which they were set: the first has gone longest without a turn. */
  readonly #waiting = new Map<string, Set<Start>>();
  #underWay = 0;

  constructor(limits: ConcurrencyLimits = LIMITS) {
    this.#limits = limits;
  }

  /** Does the work when it is its turn. @param userKey an opaque key of the person
   * @param signal once it aborts, a turn that has not come will not come any more
   * @throws {SourceError} `rate_limited` when too much of this person's waits already */
  async run<T>(userKey: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#mayStart(userKey)) this.#start(userKey);
    else await this.#wait(userKey, signal);
    try {
      return await work();
    } finally {
      this.#end(userKey);
    }
  }

  #mayStart(userKey: string): boolean {
    return this.#underWay < this.#limits.atOnce && (this.#running.get(userKey) ?? 0) < this.#limits.perPerson;
  }

  #start(userKey: string): void {
    this.#underWay++;
    this.#running.set(userKey, (this.#running.get(userKey) ?? 0) + 1);
  }

  #end(userKey: string): void {
    const left = (this.#running.get(userKey) ?? 0) - 1;
    if (left > 0) this.#running.set(userKey, left);
    else this.#running.delete(userKey);
    this.#underWay--;
    this.#startNext();
  }

  /** Resolves when the turn has come, and is counted. */
  #wait(userKey: string, signal: AbortSignal): Promise<void> {
    const queue = this.#waiting.get(userKey) ?? new Set();
    if (queue.size >= this.#limits.waiting) {
      throw new SourceError('rate_limited', 'Too many of one person’s calls wait', { retryAfter: RETRY_AFTER });
    }
    this.#waiting.set(userKey, queue);
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.delete(start);
        if (queue.size === 0) this.#waiting.delete(userKey);
        reject(new SourceError('unavailable', 'The call’s turn did not come in time'));
      };
      queue.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #startNext(): void {
    for (const [userKey, queue] of this.#waiting) {
      const [start] = queue;
      if (!start || !this.#mayStart(userKey)) continue;
      queue.delete(start);
      this.#waiting.delete(userKey);
      // To the end of the line, with what still waits.
      if (queue.size > 0) this.#waiting.set(userKey, queue);
      this.#start(userKey);
      start();
      return;
    }
  }
}
