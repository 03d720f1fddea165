import type { Store, StoredLink } from '../../store/store.ts';
import type { ReportSecurityEvent } from '../audit/security-events.ts';
import { isWebChatUser } from '../user.ts';

const DAY_MS = 86_400_000;
/** No request can use the link after the browser's cookie ends, 12 hours after the last visit (browser-session.ts). The
 * rest is a margin for a longer cookie, and because usage is recorded once a day. */
const IDLE_MS = 30 * DAY_MS;
const PASS_INTERVAL_MS = 3_600_000;
const LINKS_PER_SWEEP = 200;

interface IdleBrowserLinksDependencies {
  store: Pick<Store, 'directory' | 'links'>;
  events: ReportSecurityEvent;
}

/** T63: after a Web Chat browser closes for good, its user cannot sign out. Ends such links, one page per sweep, and
 * queues their tokens for revocation. */
export class IdleBrowserLinks {
  readonly #deps: IdleBrowserLinksDependencies;
  #after: string | undefined;
  #nextPassAt = 0;

  constructor(deps: IdleBrowserLinksDependencies) {
    this.#deps = deps;
  }

  async sweep(now: number): Promise<void> {
    // Also if the clock was set back.
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
