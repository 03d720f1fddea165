import { SourceError } from './source.ts';

/** Running calls in total and per user, and waiting calls per user. */
interface ConcurrencyLimits {
  atOnce: number;
  perPerson: number;
  waiting: number;
}

const LIMITS: ConcurrencyLimits = { atOnce: 64, perPerson: 8, waiting: 100 };
const RETRY_AFTER_SECONDS = 5;

type Start = () => void;

/** T46: a user who floods a source waits behind their own calls. Free turns rotate among waiting users. */
export class FairLimiter {
  readonly #limits: ConcurrencyLimits;
  readonly #running = new Map<string, number>();
  /** By user, the longest wait first. */
  readonly #waiting = new Map<string, Set<Start>>();
  #underWay = 0;

  constructor(limits: ConcurrencyLimits = LIMITS) {
    this.#limits = limits;
  }

  /** @param signal gives up the turn if it aborts before the start
   * @throws {SourceError} `rate_limited` if too many calls of this user wait */
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

  #wait(userKey: string, signal: AbortSignal): Promise<void> {
    const queue = this.#waiting.get(userKey) ?? new Set();
    if (queue.size >= this.#limits.waiting) {
      throw new SourceError('rate_limited', 'Too many of one person’s calls wait', { retryAfter: RETRY_AFTER_SECONDS });
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
      // The user's remaining calls move to the end of the queue.
      if (queue.size > 0) this.#waiting.set(userKey, queue);
      this.#start(userKey);
      start();
      return;
    }
  }
}
