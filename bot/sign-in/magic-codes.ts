import type { Owner, Store } from '../store/store.ts';
import { WRONG_CODES } from './security-codes.ts';
import type { SecurityEvents } from './security-events.ts';
import { inTurn, turnOf } from './turn.ts';

export interface MagicCodeParts {
  store: Pick<Store, 'attempts' | 'leases'>;
  events: SecurityEvents;
}

/** T66: exactly six digits, as text: what JavaScript would read as a number (`1e5`, `0x10`, `[7]`) is no code. */
export function isMagicCode(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{6}$/.test(value);
}

/** What became of a code. */
export type Tried<T> = { found: T } | { wrong: true } | { pausedUntil: number };

/** The six digits of a token service. A million of them are soon guessed, so an asker's are tried one after the other, on
 * whichever instance, and the fifth that is wrong is the last for ten minutes (T66). */
export class MagicCodes {
  readonly #parts: MagicCodeParts;

  constructor(parts: MagicCodeParts) {
    this.#parts = parts;
  }

  /** When the asker's pause ends, if there is one. */
  async pausedUntil(owner: Owner, now: number): Promise<number | undefined> {
    return this.#parts.store.attempts.pausedUntil(owner.asker, WRONG_CODES, now);
  }

  /** @param redeem asks the service; `undefined` where it does not know the code. @throws {ProviderError} when it is not the code's turn in time */
  async try<T>(owner: Owner, redeem: () => Promise<T | undefined>, now: number): Promise<Tried<T>> {
    const { leases, attempts } = this.#parts.store;
    return inTurn(leases, turnOf('magic-code', owner.asker), async () => {
      const pausedUntil = await attempts.pausedUntil(owner.asker, WRONG_CODES, now);
      if (pausedUntil !== undefined) return { pausedUntil };
      const found = await redeem();
      return found === undefined ? this.#countWrong(owner, now) : { found };
    });
  }

  async #countWrong({ asker, connectionId }: Owner, now: number): Promise<{ wrong: true } | { pausedUntil: number }> {
    const { store, events } = this.#parts;
    events('code.wrong', { asker, connectionId });
    const pausedUntil = await store.attempts.fail(asker, WRONG_CODES, now);
    if (pausedUntil === undefined) return { wrong: true };
    events('code.paused', { asker, connectionId });
    return { pausedUntil };
  }
}
