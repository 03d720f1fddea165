import type { Discarded, Owner, RevocationQueue } from '../store/store.ts';
import { type IdentityProvider, ProviderError } from './identity-provider.ts';
import { openCredential } from './sealed-credential.ts';
import type { SecurityEvents } from './security-events.ts';
import { SealError, type Vault } from './vault.ts';

export interface RevocationParts {
  queue: RevocationQueue;
  vault: Vault;
  provider(connectionId: string): IdentityProvider | undefined;
  events: SecurityEvents;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Waits between tries, in milliseconds; after the last one the tokens are left to expire. */
const BACK_OFF = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR, 48 * HOUR];
/** While one instance tries, no other does. Longer than a provider may take. */
const LEASE = 30 * SECOND;
const AT_ONCE = 8;

/** Revokes discarded tokens at the provider, beside the requests that discarded them: durable, with back-off (T62). */
export class Revocations {
  readonly #parts: RevocationParts;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(parts: RevocationParts) {
    this.#parts = parts;
  }

  /** Works off what is due, now or right after the run that is under way. Returns at once. */
  kick(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run()
      // The store is out of reach: the next sweep kicks again.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
        if (this.#again) {
          this.#again = false;
          this.kick();
        }
      });
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const due = await this.#parts.queue.take(AT_ONCE, LEASE, Date.now());
      if (due.length === 0) return;
      await Promise.all(due.map((discarded) => this.#revoke(discarded)));
    }
  }

  async #revoke(discarded: Discarded): Promise<void> {
    const { queue, vault, provider, events } = this.#parts;
    const owner: Owner = { asker: discarded.asker, connectionId: discarded.connectionId };
    try {
      await provider(discarded.connectionId)?.revoke(openCredential(vault, discarded), discarded.asker);
      await queue.done(discarded);
      events('credential.revoked', owner);
    } catch (error) {
      const wait = error instanceof SealError ? undefined : BACK_OFF[discarded.attempts];
      if (!(error instanceof SealError || error instanceof ProviderError)) throw error;
      const next = wait === undefined ? 'given_up' : 'retried';
      events('credential.revocation_failed', owner, { reason: error.message, next });
      await (wait === undefined ? queue.done(discarded) : queue.retry(discarded, Date.now() + wait));
    }
  }
}
