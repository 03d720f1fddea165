import { randomBytes } from 'node:crypto';

/** Short addresses for long ones. */
export interface ShortLinks {
  /** Where it leads; `undefined` for one that is not, or no longer, known. */
  find(id: string): string | undefined;
}

const MAX_LINKS = 200;

/** The Agents Playground shows an address as plain text, and a ticket runs out of its window: what is to be copied by hand
 * must be short. Kept in memory, the last few alone: whoever comes late searches again. */
export class PlaygroundLinks implements ShortLinks {
  readonly #base: string;
  readonly #urls = new Map<string, string>();

  /** @param base the service's origin */
  constructor(base: string) {
    this.#base = base;
  }

  /** The short address that leads to `url`, which is one of our own. */
  shorten(url: string): string {
    const [oldest] = this.#urls.keys();
    if (oldest !== undefined && this.#urls.size >= MAX_LINKS) this.#urls.delete(oldest);
    const id = randomBytes(4).toString('hex');
    this.#urls.set(id, url);
    return `${this.#base}/auth/open/${id}`;
  }

  find(id: string): string | undefined {
    return this.#urls.get(id);
  }
}
