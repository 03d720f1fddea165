import type { Owner } from '../store/store.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { openCredential, type SealedCredential } from './sealed-credential.ts';
import type { SecurityEvents } from './security-events.ts';
import type { Vault } from './vault.ts';

/** Revokes what is not wanted any more, at the provider, beside the request that caused it. */
export class Revocations {
  readonly #running = new Set<Promise<void>>();
  readonly #vault: Vault;
  readonly #providers: (connectionId: string) => IdentityProvider | undefined;
  readonly #events: SecurityEvents;

  constructor(vault: Vault, providers: (connectionId: string) => IdentityProvider | undefined, events: SecurityEvents) {
    this.#vault = vault;
    this.#providers = providers;
    this.#events = events;
  }

  /** Starts the revocation and returns at once; how it ends is a security event. */
  revoke(stored: SealedCredential): void {
    const run = this.#revoke(stored).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #revoke(stored: SealedCredential): Promise<void> {
    const owner: Owner = { asker: stored.asker, connectionId: stored.connectionId };
    try {
      const credential = openCredential(this.#vault, stored);
      await this.#providers(stored.connectionId)?.revoke(credential, stored.asker);
      this.#events('credential.revoked', owner);
    } catch (error) {
      this.#events('credential.revocation_failed', owner, { reason: (error as Error).message });
    }
  }
}
