import type { Owner, Store } from '../store/store.ts';
import type { Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import { isSecret, sha256 } from './secrets.ts';
import type { ReportSecurityEvent } from './security-events.ts';

/** One run of the OAuth flow in one browser, as it was begun. */
export interface PendingTransaction extends Owner {
  /** The asker's display name. */
  name: string;
  /** The person wants another account at the connection's own provider. */
  chooseAccount: boolean;
  /** Another person signed in from this browser before: this leg asks which account. */
  choosePerson?: boolean;
  /** The provider refused `prompt=select_account`. */
  selectAccountRefused?: boolean;
  /** The gate has proven who is at this browser. */
  gatePassed: boolean;
  /** The Teams window behind the pop-up is the asker's (T91). */
  teamsUserVerified: boolean;
  issuer: string;
  nonce: string;
  codeVerifier: string;
}

/** A transaction that this browser has consumed: nobody can again. */
export interface ConsumedTransaction extends PendingTransaction {
  /** Names the browser's part in it, for the confirmation that may follow. */
  cookieHash: string;
}

/** What names a transaction: `state` from the callback, the browser's cookies, and the callback's own connection. */
interface TransactionLookup {
  connectionId: string;
  state: string;
  cookies: readonly string[];
}

/** From start to callback, and from callback to the person's decision. Milliseconds. */
export const TRANSACTION_TTL = 600_000;
const AT_ONCE = 8;

/** Transactions in the store: secrets sealed, names hashed, each consumed once. */
export class Transactions {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #events: ReportSecurityEvent;

  constructor({ store, vault, events }: { store: Store; vault: Vault; events: ReportSecurityEvent }) {
    this.#store = store;
    this.#vault = vault;
    this.#events = events;
  }

  /** Remembers a transaction under its oauthState and the browser's cookie, of which the hash is enough. */
  async open(begun: PendingTransaction, oauthState: string, cookieHash: string, now: number): Promise<void> {
    const { asker, connectionId, ...secrets } = begun;
    const stateHash = sha256(oauthState);
    const times = { createdAt: now, expiresAt: now + TRANSACTION_TTL };
    const sealed = this.#vault.seal('transaction', stateHash, secrets);
    const transaction = { asker, connectionId, stateHash, cookieHash, sealed, ...times };
    await this.#store.transactions.open(transaction, AT_ONCE);
  }

  /** T19, T27: state, cookie and connection must be of one transaction, which is gone after this. @throws {SignInError} */
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

  /** T85: a record that was altered, or whose key is gone, is as good as none. */
  #open(stateHash: string, sealed: string): Omit<PendingTransaction, keyof Owner> {
    try {
      return this.#vault.open('transaction', stateHash, sealed) as Omit<PendingTransaction, keyof Owner>;
    } catch (cause) {
      throw new SignInError('transaction.unknown', { cause });
    }
  }
}
