import { userKey } from '../sign-in/user.ts';
import type { ActivitySender } from '../teams/activity.ts';

/** A person has this long to sign in. */
const SIGN_IN_MS = 600_000;
const MAX_PENDING_SEARCHES = 1_000;

type Sender = Pick<ActivitySender, 'asker' | 'conversationId'>;

/** Searches that wait for a sign-in: what people type is kept in this process's memory alone, for ten minutes at most. Who
 * comes back from signing in by another instance searches again. */
export class PendingSearches {
  /** Oldest first. */
  readonly #searches = new Map<string, { text: string; until: number }>();
  readonly #keptMs: number;

  constructor(keptMs = SIGN_IN_MS) {
    this.#keptMs = keptMs;
  }

  /** The last search of somebody's in a conversation. */
  keep(searcher: Sender, text: string, now: number): void {
    const key = keyOf(searcher);
    this.#searches.delete(key);
    this.#searches.set(key, { text, until: now + this.#keptMs });
    for (const [oldest, { until }] of this.#searches) {
      if (until > now && this.#searches.size <= MAX_PENDING_SEARCHES) return;
      this.#searches.delete(oldest);
    }
  }

  /** What they searched for; one caller gets it. */
  take(searcher: Sender, now: number): string | undefined {
    const key = keyOf(searcher);
    const search = this.#searches.get(key);
    this.#searches.delete(key);
    return search && search.until > now ? search.text : undefined;
  }
}

function keyOf({ asker, conversationId }: Sender): string {
  return `${userKey(asker)} ${conversationId}`;
}
