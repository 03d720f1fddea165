import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import {
  type Link,
  type Owner,
  type PendingRevocation,
  type RevocationQueue,
  type Settled,
  type Store,
  StoreError,
} from '../../store/store.ts';
import type { ReportSecurityEvent } from '../audit/security-events.ts';
import {
  type IdentityProvider,
  ProviderError,
  type RevocableTokens,
  type Revocation,
} from '../providers/identity-provider.ts';
import { openRevocable, SealError, sealRevocable, type Vault } from './vault.ts';

/** An invoke has four seconds (deadline.ts). */
const RETRY_FOR_MS = 1_500;
const RETRY_PAUSE_MS = 50;

/** T92: a failed write may have succeeded (T90), so writes are idempotent and repeat. If the store stays away, the
 * tokens are revoked and the person sees an error. A link that was saved after all asks for a new sign-in at its first
 * use. */
export class IssuedTokens {
  readonly #store: Store;
  readonly #revocations: Revocations;

  constructor({ store, revocations }: { store: Store; revocations: Revocations }) {
    this.#store = store;
    this.#revocations = revocations;
  }

  /** Saves issued tokens, or revokes them.
   * @param write may run again
   * @param isOrphaned false if the stored tokens still work without these
   * @throws {StoreError} */
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

interface RevocationDependencies {
  queue: RevocationQueue;
  vault: Vault;
  provider(connectionId: string): IdentityProvider | undefined;
  events: ReportSecurityEvent;
}

/** In milliseconds. */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Between tries. After the last one, the tokens expire by themselves. */
const BACK_OFF_MS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR, 48 * HOUR];
/** The lease, for one instance at a time, is longer than a provider call can take. */
const QUEUE_TIMES = { leaseMs: 30 * SECOND, longestWaitMs: Math.max(...BACK_OFF_MS) };
const BATCH_SIZE = 8;
const MAX_PER_RUN = 1_000;

interface Worked {
  settled: Settled;
  log: () => void;
}

/** Revokes discarded tokens at the provider in the background: durable, with back-off (T62). */
export class Revocations {
  readonly #deps: RevocationDependencies;
  #running: Promise<unknown> | undefined;
  #again = false;
  #isDraining = false;

  constructor(deps: RevocationDependencies) {
    this.#deps = deps;
  }

  /** Starts a run, or repeats the current one. Returns at once. */
  runSoon(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run()
      // The store is unreachable. The next sweep tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
        if (this.#again && !this.#isDraining) {
          this.#again = false;
          this.runSoon();
        }
      });
  }

  /** Resolves when no run is active. Leaves a long queue to the next process. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#running) await this.#running;
  }

  async workOff(): Promise<void> {
    while (this.#running) await this.#running;
    while ((await this.#run()) >= MAX_PER_RUN);
  }

  /** T92: tries once, because no queue contains these tokens. */
  async revokeAtOnce(link: Link): Promise<void> {
    this.#deps.events('credential.not_stored', ownerOf(link));
    const { log } = await this.#revoke({ ...link, attempts: BACK_OFF_MS.length });
    log();
  }

  async #run(): Promise<number> {
    const { queue } = this.#deps;
    let count = 0;
    while (count < MAX_PER_RUN && !this.#isDraining) {
      const due = await queue.take(BATCH_SIZE, QUEUE_TIMES, Date.now());
      if (due.length === 0) break;
      const worked = await Promise.all(due.map((discarded) => this.#revoke(discarded)));
      await queue.settle(worked.map(({ settled }) => settled));
      for (const { log } of worked) log();
      count += due.length;
      // T95: without this, a fast queue would block requests.
      await nextTurn();
    }
    return count;
  }

  async #revoke(discarded: PendingRevocation): Promise<Worked> {
    const { events } = this.#deps;
    const owner = ownerOf(discarded);
    const done = (log: () => void): Worked => ({ settled: { discarded }, log });
    try {
      const tokens = openRevocable(this.#deps.vault, discarded);
      const revocation = await this.#ask(discarded, tokens);
      if (revocation.outcome === 'revoked') return done(() => events('credential.revoked', owner));
      if (revocation.outcome === 'incomplete') return this.#tryAgain(discarded, revocation, tokens);
      const { reason } = revocation;
      return done(() => events('credential.revocation_unsupported', owner, { reason }));
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      const reason = error.message;
      return done(() => events('credential.revocation_failed', owner, { reason, next: 'given_up' }));
    }
  }

  async #ask({ asker, connectionId }: Owner, tokens: RevocableTokens): Promise<Revocation> {
    const provider = this.#deps.provider(connectionId);
    // The connection may be configured again during the back-off.
    const unknown = new ProviderError('unavailable', 'the connection is not configured');
    if (!provider) return { outcome: 'incomplete', left: tokens, error: unknown };
    try {
      return await provider.revoke(tokens, asker);
    } catch (error) {
      // A failing entry must not stop the others of its batch: they would be revoked again (T97).
      const failure = error instanceof ProviderError ? error : new ProviderError('unavailable', 'revoke: failed');
      return { outcome: 'incomplete', left: tokens, error: failure };
    }
  }

  #tryAgain(
    discarded: PendingRevocation,
    { left, error }: Revocation & { outcome: 'incomplete' },
    tokens: RevocableTokens,
  ): Worked {
    const wait = BACK_OFF_MS[discarded.attempts];
    const next = wait === undefined ? 'given_up' : 'retried';
    const log = () =>
      this.#deps.events('credential.revocation_failed', ownerOf(discarded), { reason: error.message, next });
    if (wait === undefined) return { settled: { discarded }, log };
    const isSmaller = left.accessToken !== tokens.accessToken || left.refreshToken !== tokens.refreshToken;
    const sealed = isSmaller && sealRevocable(this.#deps.vault, discarded, { ...left, issuer: tokens.issuer });
    const retry = { dueAt: Date.now() + wait, ...(sealed && { sealed }) };
    return { settled: { discarded, retry }, log };
  }
}

function ownerOf({ asker, connectionId }: Owner): Owner {
  return { asker, connectionId };
}
