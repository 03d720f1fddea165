import type { Owner, Store } from '../../store/store.ts';
import type { ReportSecurityEvent } from '../audit/security-events.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import { WRONG_CODES } from '../security-codes.ts';

export interface MagicCodeDependencies {
  store: Pick<Store, 'attempts' | 'leases'>;
  events: ReportSecurityEvent;
}

/** T66: exactly six digits. Rejects forms that JavaScript converts to a number (`1e5`, `0x10`, `[7]`). */
export function isMagicCode(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{6}$/.test(value);
}

type CodeAttempt<T> = { redeemed: T } | { wrong: true } | { pausedUntil: number };

/** T66: a million codes are soon guessed. So a user's attempts run one at a time across instances, and five wrong ones
 * pause the user for ten minutes. */
export class MagicCodes {
  readonly #deps: MagicCodeDependencies;

  constructor(deps: MagicCodeDependencies) {
    this.#deps = deps;
  }

  /** Milliseconds since the epoch. */
  async pausedUntil(owner: Owner, now: number): Promise<number | undefined> {
    return this.#deps.store.attempts.pausedUntil(owner.asker, WRONG_CODES, now);
  }

  /** @param redeem returns `undefined` for an unknown code. @throws {ProviderError} if earlier attempts take too
   * long */
  async try<T>(owner: Owner, redeem: () => Promise<T | undefined>, now: number): Promise<CodeAttempt<T>> {
    const { leases, attempts } = this.#deps.store;
    return withLease(leases, leaseName('magic-code', owner.asker), async () => {
      const pausedUntil = await attempts.pausedUntil(owner.asker, WRONG_CODES, now);
      if (pausedUntil !== undefined) return { pausedUntil };
      const redeemed = await redeem();
      return redeemed === undefined ? this.#recordWrongCode(owner, now) : { redeemed };
    });
  }

  async #recordWrongCode(
    { asker, connectionId }: Owner,
    now: number,
  ): Promise<{ wrong: true } | { pausedUntil: number }> {
    const { store, events } = this.#deps;
    events('code.wrong', { asker, connectionId });
    const pausedUntil = await store.attempts.recordFailure(asker, WRONG_CODES, now);
    if (pausedUntil === undefined) return { wrong: true };
    events('code.paused', { asker, connectionId });
    return { pausedUntil };
  }
}
