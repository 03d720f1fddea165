import type { Owner, Store } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import type { Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import { isSecret, sha256 } from './secrets.ts';

export interface PendingTransaction extends Owner {
  name: string;
  /** The user wants to choose the account at the provider. */
  chooseAccount: boolean;
  /** Another person signed in from this browser, so the first page asks for the account. */
  choosePerson?: boolean;
  /** The provider refused `prompt=select_account`. */
  selectAccountRefused?: boolean;
  /** The identity check succeeded for this user. */
  gatePassed: boolean;
  /** Teams named this user to the page (T91). */
  teamsUserVerified: boolean;
  issuer: string;
  nonce: string;
  codeVerifier: string;
}

export interface ConsumedTransaction extends PendingTransaction {
  /** Identifies the browser in the confirmation that may follow. */
  cookieHash: string;
}

interface TransactionLookup {
  connectionId: string;
  state: string;
  cookies: readonly string[];
}

/** From start to callback, and from callback to decision. */
export const TRANSACTION_TTL_MS = 600_000;
const MAX_TRANSACTIONS_PER_USER = 8;

export class Transactions {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #events: ReportSecurityEvent;

  constructor({ store, vault, events }: { store: Store; vault: Vault; events: ReportSecurityEvent }) {
    this.#store = store;
    this.#vault = vault;
    this.#events = events;
  }

  async open(pending: PendingTransaction, oauthState: string, cookieHash: string, now: number): Promise<void> {
    const { asker, connectionId, ...secrets } = pending;
    const stateHash = sha256(oauthState);
    const times = { createdAt: now, expiresAt: now + TRANSACTION_TTL_MS };
    const sealed = this.#vault.seal('transaction', stateHash, secrets);
    const transaction = { asker, connectionId, stateHash, cookieHash, sealed, ...times };
    await this.#store.transactions.open(transaction, MAX_TRANSACTIONS_PER_USER);
  }

  /** T19, T27: state, cookie and connection must match one transaction, which this deletes. @throws {SignInError} */
  async consume({ connectionId, state, cookies }: TransactionLookup, now: number): Promise<ConsumedTransaction> {
    if (cookies.length === 0) throw new SignInError('transaction.cookie');
    if (!isSecret(state)) throw new SignInError('transaction.unknown');
    const match = { stateHash: sha256(state), cookieHashes: cookies.map(sha256), connectionId };
    const taken = await this.#store.transactions.take(match, now);
    if (taken === 'other_browser') {
      this.#events('transaction.other_browser', { connectionId });
      throw new SignInError('transaction.cookie');
    }
    if (taken === 'unknown') throw new SignInError('transaction.unknown');
    const { asker, cookieHash, stateHash, sealed } = taken;
    return { ...this.#open(stateHash, sealed), asker, connectionId, cookieHash };
  }

  /** T85: an altered record, or one whose key is removed, counts as missing. */
  #open(stateHash: string, sealed: string): Omit<PendingTransaction, keyof Owner> {
    try {
      return this.#vault.open('transaction', stateHash, sealed) as Omit<PendingTransaction, keyof Owner>;
    } catch (cause) {
      throw new SignInError('transaction.unknown', { cause });
    }
  }
}
