import type { Store, StoredLink } from '../store/store.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { isWebChatUser } from './user.ts';

const DAY_MS = 86_400_000;
/** The cookie of a browser ends after 12 hours without a visit (browser-sessions.ts). After that no request can use the link. The
 * rest is room for a longer cookie, and for use that is recorded once a day. */
const IDLE_MS = 30 * DAY_MS;
const PASS_INTERVAL_MS = 3_600_000;
/** For one sweep, so that other work gets its turn. */
const LINKS_PER_SWEEP = 200;

export interface IdleBrowserLinksDependencies {
  store: Pick<Store, 'directory' | 'links'>;
  events: ReportSecurityEvent;
}

/** T63: a browser in Web Chat that was closed for good leaves a link that no person can sign out of. This ends it, and its
 * tokens go to the revocation queue. It reads the links page by page, one page a sweep. */
export class IdleBrowserLinks {
  readonly #deps: IdleBrowserLinksDependencies;
  #after: string | undefined;
  #nextPassAt = 0;

  constructor(deps: IdleBrowserLinksDependencies) {
    this.#deps = deps;
  }

  async sweep(now: number): Promise<void> {
    // Also where the clock was set back.
    const due = now >= this.#nextPassAt || now < this.#nextPassAt - PASS_INTERVAL_MS;
    if (this.#after === undefined && !due) return;
    const { directory } = this.#deps.store;
    const { entries, next } = await directory.links(this.#after, LINKS_PER_SWEEP);
    for (const link of entries) {
      if (isWebChatUser(link.asker)) await this.#endIfIdle(link, now);
    }
    this.#after = next;
    if (next === undefined) this.#nextPassAt = now + PASS_INTERVAL_MS;
  }

  async #endIfIdle(link: StoredLink, now: number): Promise<void> {
    const usedBefore = now - IDLE_MS;
    if (link.usedAt >= usedBefore) return;
    const ended = await this.#deps.store.links.unlink(link, now, usedBefore);
    if (ended) this.#deps.events('credential.idle', link);
  }
}
