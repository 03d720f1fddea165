import { type Leases, type Owner, StoreError } from '../store/store.ts';
import { leaseName } from './credentials/lease.ts';

/** After the confirmation. */
const TTL_MS = 600_000;
const HOLDER = 'code';

/** Microsoft 365 Copilot opens the sign-in page and never returns the security code. A confirmed sign-in does not count
 * without the code (T12). So the bot remembers that a code is on its way, and explains instead of asking again.
 * @see https://github.com/OfficeDev/microsoft-teams-library-js/issues/2733 */
export class UnreturnedCodes {
  readonly #leases: Leases;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** The person confirmed the account, and the page gets the code. A store that fails now must not lose the code: only
   * the explanation is lost. */
  async record(owner: Owner, now: number): Promise<void> {
    try {
      await this.#leases.acquire(nameOf(owner), HOLDER, now + TTL_MS, now);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** The client of this person returns codes. */
  async forget(owner: Owner): Promise<void> {
    await this.#leases.release(nameOf(owner), HOLDER);
  }

  /** It is held while a code is on its way. */
  lease(owner: Owner): { name: string; lengthMs: number } {
    return { name: nameOf(owner), lengthMs: TTL_MS };
  }
}

function nameOf({ asker, connectionId }: Owner): string {
  return leaseName(`code/${connectionId}`, asker);
}
