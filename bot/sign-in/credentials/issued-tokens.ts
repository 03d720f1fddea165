import { setTimeout as wait } from 'node:timers/promises';
import { type Link, type Store, StoreError } from '../../store/store.ts';
import type { Revocations } from './revocation.ts';

/** How long a write is tried again: an invoke must be answered in 4.5 s. */
const RETRY_FOR_MS = 1_500;
const RETRY_PAUSE_MS = 50;

/**
 * T92: tokens that a provider has just issued, until the store has them.
 *
 * A write that failed may have happened all the same (T90). So it is tried again: it is idempotent by the version of the
 * tokens, and its answer says what is in the store. While the store does not answer, nobody can say. The person is told
 * that it failed, so the tokens are revoked at the provider. A link that was written after all then holds tokens that do
 * not work, and its first use asks for a new sign-in.
 */
export class IssuedTokens {
  readonly #store: Store;
  readonly #revocations: Revocations;

  constructor({ store, revocations }: { store: Store; revocations: Revocations }) {
    this.#store = store;
    this.#revocations = revocations;
  }

  /** Gives issued tokens their place in the store, or revokes them. @param write gives them their place; may run again
   * @param isOrphaned false where the tokens that the store has still work without these @throws {StoreError} */
  async keep<T>(link: Link, write: () => Promise<T>, isOrphaned = true): Promise<T> {
    const end = performance.now() + RETRY_FOR_MS;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (performance.now() >= end) {
          if (isOrphaned) await this.#revoke(link);
          throw error;
        }
        await wait(RETRY_PAUSE_MS);
      }
    }
  }

  async #revoke(link: Link): Promise<void> {
    await this.#store.links.deleteIfVersion(link, link.version).catch(() => false);
    await this.#revocations.revokeAtOnce(link);
  }
}
