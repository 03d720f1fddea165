import { asObject } from '../platform/json.ts';

/** The Bot Framework delivers anew what was not answered within 15 seconds, up to a minute later. Milliseconds. */
const REMEMBERED = 120_000;
const MAX_DELIVERIES = 1_000;

/** T87: what comes twice is answered once. */
export class DuplicateActivities {
  /** When each came, oldest first. */
  readonly #at = new Map<string, number>();

  /** Whether this activity came before; from now on it did. One without an id is new every time. */
  isDuplicate({ id, conversation }: Record<string, unknown>, now: number): boolean {
    if (typeof id !== 'string' || id === '') return false;
    const { id: conversationId } = asObject(conversation);
    const key = `${String(conversationId).slice(0, 200)} ${id.slice(0, 200)}`;
    this.#forget(now);
    if (this.#at.has(key)) return true;
    this.#at.set(key, now);
    return false;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#at) {
      if (now - at < REMEMBERED && this.#at.size < MAX_DELIVERIES) return;
      this.#at.delete(key);
    }
  }
}
