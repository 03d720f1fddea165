import type { Store } from '../store/store.ts';
import type { Asker } from './asker.ts';
import type { Credentials } from './credentials.ts';
import { type Account, ProviderError } from './identity-provider.ts';
import type { Keeper, KeptElsewhere, Visit, Visitor } from './keeper.ts';
import type { SignInConnection } from './legs.ts';
import { type AccountAt, shownOf } from './outcomes.ts';
import { SignInProblem } from './problems.ts';
import type { SecurityEvents } from './security-events.ts';

export interface AccountDirectoryParts {
  store: Pick<Store, 'links' | 'preferences'>;
  connections: ReadonlyMap<string, SignInConnection | KeptElsewhere>;
  keepers: ReadonlyMap<string, Keeper>;
  credentials: Credentials;
  events: SecurityEvents;
}

/** Who people are at each connection, and which one they search. */
export class AccountDirectory {
  readonly #parts: AccountDirectoryParts;

  constructor(parts: AccountDirectoryParts) {
    this.#parts = parts;
  }

  /** What can be searched, and the asker's account at each; no `account` where they are not signed in. */
  async of(visitor: Visitor, now: number): Promise<AccountAt[]> {
    const connections = [...this.#parts.connections.values()];
    return Promise.all(
      connections.map(async ({ id, title }) => {
        const account = await this.#accountAt({ ...visitor, connectionId: id }, now);
        return { id, title, ...(account && { account: shownOf(account) }) };
      }),
    );
  }

  /** Which connection the asker's searches are for, where a command has several; `undefined` for all. */
  async defaultConnection(asker: Asker): Promise<string | undefined> {
    return this.#parts.store.preferences.defaultConnection(asker);
  }

  /** @param connectionId `undefined` for all @throws {SignInProblem} for one that there is not */
  async setDefaultConnection(asker: Asker, connectionId: string | undefined): Promise<void> {
    const { connections, store } = this.#parts;
    if (connectionId !== undefined && !connections.has(connectionId)) throw new SignInProblem('ticket.invalid');
    await store.preferences.setDefaultConnection(asker, connectionId);
  }

  async #accountAt(visit: Visit, now: number): Promise<Account | undefined> {
    const { keepers, store, credentials } = this.#parts;
    const keeper = keepers.get(visit.connectionId);
    if (keeper) return this.#accountElsewhere(keeper, visit, now);
    const link = await store.links.get(visit);
    return link && credentials.accountOf(link);
  }

  /** A keeper that is out of reach must not hide what is kept here. */
  async #accountElsewhere(keeper: Keeper, visit: Visit, now: number): Promise<Account | undefined> {
    try {
      const name = await keeper.accountName(visit, now);
      return name === undefined ? undefined : { name };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#parts.events('signin.provider_failed', visit, { reason: error.message });
      return undefined;
    }
  }
}
