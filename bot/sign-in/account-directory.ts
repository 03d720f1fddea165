import type { Store } from '../store/store.ts';
import type { SignInConnection } from './authorization.ts';
import type { ConnectionSignIn, KeptElsewhere, Visit, Visitor } from './connection-sign-in.ts';
import type { Credentials } from './credentials/credentials.ts';
import { SignInError } from './errors.ts';
import { type Account, ProviderError } from './providers/identity-provider.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { type ConnectionAccount, shownOf } from './types.ts';
import type { User } from './user.ts';

export interface AccountDirectoryDependencies {
  store: Pick<Store, 'links' | 'preferences'>;
  connections: ReadonlyMap<string, SignInConnection | KeptElsewhere>;
  keepers: ReadonlyMap<string, ConnectionSignIn>;
  credentials: Credentials;
  events: ReportSecurityEvent;
}

/** Who people are at each connection, and which one they search. */
export class AccountDirectory {
  readonly #deps: AccountDirectoryDependencies;

  constructor(deps: AccountDirectoryDependencies) {
    this.#deps = deps;
  }

  /** What can be searched, and the asker's account at each; no `account` where they are not signed in. */
  async list(visitor: Visitor, now: number): Promise<ConnectionAccount[]> {
    const connections = [...this.#deps.connections.values()];
    return Promise.all(
      connections.map(async ({ id, title }) => {
        const account = await this.#accountAt({ ...visitor, connectionId: id }, now);
        return { id, title, ...(account && { account: shownOf(account) }) };
      }),
    );
  }

  /** Which connection the asker's searches are for, where a command has several; `undefined` for all. */
  async defaultConnection(asker: User): Promise<string | undefined> {
    return this.#deps.store.preferences.defaultConnection(asker);
  }

  /** @param connectionId `undefined` for all @throws {SignInError} for one that there is not */
  async setDefaultConnection(asker: User, connectionId: string | undefined): Promise<void> {
    const { connections, store } = this.#deps;
    if (connectionId !== undefined && !connections.has(connectionId)) throw new SignInError('ticket.invalid');
    await store.preferences.setDefaultConnection(asker, connectionId);
  }

  async #accountAt(visit: Visit, now: number): Promise<Account | undefined> {
    const { keepers, store, credentials } = this.#deps;
    const connectionSignIn = keepers.get(visit.connectionId);
    if (connectionSignIn) return this.#accountElsewhere(connectionSignIn, visit, now);
    const link = await store.links.get(visit);
    return link && credentials.accountOf(link);
  }

  /** A keeper that is out of reach must not hide what is kept here. */
  async #accountElsewhere(connectionSignIn: ConnectionSignIn, visit: Visit, now: number): Promise<Account | undefined> {
    try {
      const name = await connectionSignIn.accountName(visit, now);
      return name === undefined ? undefined : { name };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#deps.events('signin.provider_failed', visit, { reason: error.message });
      return undefined;
    }
  }
}
