import { v7 as newVersion } from 'uuid';
import type { Owner, Parked, Store, Transaction } from '../store/store.ts';
import { type Asker, sameAsker } from './asker.ts';
import { Credentials, type LiveCredential } from './credentials.ts';
import {
  type AuthorizationResponse,
  type IdentityProvider,
  ProviderError,
  type ProviderFailure,
  type SignedIn,
} from './identity-provider.ts';
import { SignInProblem, type SignInProblemCode } from './problems.ts';
import { Revocations } from './revocation.ts';
import { sealCredential } from './sealed-credential.ts';
import { codeChallenge, hashSecret, isSecret, randomSecret } from './secrets.ts';
import type { SecurityEvents } from './security-events.ts';
import { openTicket, sealTicket, type Ticket } from './ticket.ts';
import type { Vault } from './vault.ts';

/** What sign-in needs to know of a connection. */
export interface SignInConnection {
  id: string;
  title: string;
  provider: IdentityProvider;
  /** The provider's own token says that the signer is the asker; without it, the person confirms. */
  proven: boolean;
}

export interface SignInParts {
  store: Store;
  vault: Vault;
  connections: ReadonlyMap<string, SignInConnection>;
  events: SecurityEvents;
  /** This service's public origin. */
  baseUrl: string;
  /** Seconds. */
  ticketTtl: number;
  /** Seconds. */
  securityCodeTtl: number;
}

/** What the browser posts from the callback page: the provider's answer, or its refusal. */
export type Callback = { connectionId: string; state: string } & (
  | { code: string; iss: string | undefined }
  | { error: string }
);

export type Completed =
  | { next: 'done'; securityCode: string; proven: boolean }
  | {
      next: 'confirm';
      confirmation: string;
      asker: { name: string };
      account: { name: string };
      connection: { id: string; title: string };
    };

export type Confirmed = { next: 'done'; securityCode: string; proven: false } | { next: 'cancelled' };

/** Whether an asker can search now. */
export type Session =
  | ({ state: 'signed_in' } & LiveCredential)
  | { state: 'signed_out' }
  /** Too many wrong codes; until then (milliseconds since the epoch). */
  | { state: 'paused'; until: number };

interface TransactionSecrets {
  name: string;
  issuer: string;
  nonce: string;
  codeVerifier: string;
}

/** From start to callback, and from callback to the person's decision. Milliseconds. */
export const TRANSACTION_TTL = 600_000;
const TRANSACTIONS_AT_ONCE = 8;
const WRONG_CODES = { limit: 5, window: 600_000 };

/**
 * The protocol, in the order in which it happens: ticket, begin, complete, confirm, session. Knows neither Teams
 * nor HTTP. Each check is named for what it stops (THREATS.md). Store failures pass through as they are.
 */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #credentials: Credentials;
  readonly #revocations: Revocations;

  constructor(parts: SignInParts) {
    const { store, vault, events, connections } = parts;
    const provider = (id: string) => connections.get(id)?.provider;
    this.#parts = parts;
    this.#revocations = new Revocations(vault, provider, events);
    this.#credentials = new Credentials({ store, vault, provider, events, revocations: this.#revocations });
  }

  /** Where an asker signs in. Writes nothing: Teams asks once a keystroke (T45). */
  startUrl(ticket: Ticket, now: number): string {
    const { vault, baseUrl, ticketTtl } = this.#parts;
    return `${baseUrl}/auth/start?ticket=${sealTicket(vault, ticket, ticketTtl, new Date(now))}`;
  }

  /** Opens a transaction in this browser. @throws {SignInProblem} @throws {ProviderError} */
  async begin(
    sealedTicket: string,
    now: number,
  ): Promise<{ authorizationUrl: string; cookie: string; proven: boolean }> {
    const { ticket, connection } = this.#acceptTicket(sealedTicket, now);
    const [oauthState, cookie, nonce, codeVerifier] = [randomSecret(), randomSecret(), randomSecret(), randomSecret()];
    const { url, issuer } = await this.#ask(() =>
      connection.provider.authorize({
        asker: ticket.asker,
        redirectUri: this.#redirectUri(connection.id),
        oauthState,
        nonce,
        codeChallenge: codeChallenge(codeVerifier),
      }),
    );
    const stateHash = hashSecret(oauthState);
    const secrets: TransactionSecrets = { name: ticket.name, issuer, nonce, codeVerifier };
    const transaction: Transaction = {
      asker: ticket.asker,
      connectionId: connection.id,
      stateHash,
      cookieHash: hashSecret(cookie),
      createdAt: now,
      expiresAt: now + TRANSACTION_TTL,
      sealed: this.#parts.vault.seal('transaction', stateHash, secrets),
    };
    await this.#parts.store.transactions.open(transaction, TRANSACTIONS_AT_ONCE);
    this.#parts.events('signin.started', transaction);
    return { authorizationUrl: url, cookie, proven: connection.proven };
  }

  /** Takes the provider's answer: consumes the transaction, exchanges the code, and finds out who signed in.
   * @param cookies the secrets of this browser's transactions. @throws {SignInProblem} */
  async complete(callback: Callback, cookies: readonly string[], now: number): Promise<Completed> {
    const transaction = await this.#consumeTransaction(callback, cookies, now);
    const connection = this.#connection(transaction.connectionId);
    if ('error' in callback) throw this.#refusedByProvider(callback.error, transaction);
    const secrets = this.#parts.vault.open(
      'transaction',
      transaction.stateHash,
      transaction.sealed,
    ) as TransactionSecrets;
    const signedIn = await this.#exchange(connection, transaction, secrets, callback);
    if (!connection.proven) return this.#parkForConfirmation(connection, transaction, secrets, signedIn, now);
    this.#refuseAnotherPerson(transaction, secrets, signedIn);
    return this.#linkProven(transaction, signedIn, now);
  }

  /** The person's decision on the confirm page: only then can the parked credential be redeemed.
   * @param confirmation which one, as `complete` named it; without it, the newest of this browser. @throws {SignInProblem} */
  async confirm(
    decision: 'connect' | 'cancel',
    cookies: readonly string[],
    confirmation: string | undefined,
    now: number,
  ): Promise<Confirmed> {
    if (cookies.length === 0) throw new SignInProblem('transaction.cookie');
    const candidates = cookies
      .map((cookie) => pendingKey(hashSecret(cookie)))
      .filter((key) => confirmation === undefined || confirmationOf(key) === confirmation);
    return decision === 'connect' ? this.#connect(candidates, now) : this.#cancel(candidates);
  }

  /** Whether the asker is signed in, after redeeming the security code that came along, if one did.
   * @param code what Teams returned in `value.state`, whatever it is. @throws {ProviderError} */
  async session(owner: Owner, code: unknown, now: number): Promise<Session> {
    const { store } = this.#parts;
    let link = await store.links.get(owner);
    const pause = link ? undefined : await store.attempts.pausedUntil(owner.asker, now);
    if (pause !== undefined) return { state: 'paused', until: pause };
    if (isSecret(code)) {
      const wrong = await this.#redeem(owner, code, now);
      link = await store.links.get(owner);
      if (wrong && !link) return this.#countWrongCode(owner, now);
      if (wrong) this.#parts.events('code.replayed', owner);
    }
    const live = link && (await this.#credentials.live(link, now));
    return live ? { state: 'signed_in', ...live } : { state: 'signed_out' };
  }

  /** After the source refused the access token: one refresh, whoever asks. `undefined` when only signing in helps. */
  async renew(owner: Owner, used: LiveCredential): Promise<LiveCredential | undefined> {
    const link = await this.#parts.store.links.get(owner);
    if (!link) return undefined;
    if (link.version !== used.version) return this.#credentials.live(link, Date.now());
    return this.#credentials.refresh(link, used.credential);
  }

  /** Drops what expired, and revokes what was parked and never taken. */
  async sweep(now: number): Promise<void> {
    this.#revokeParked(await this.#parts.store.sweep(now));
  }

  /** Resolves when nothing runs beside the requests any more. */
  async drain(): Promise<void> {
    await this.#revocations.drain();
  }

  /** T20: a ticket that we did not seal, or that is too old, begins nothing. */
  #acceptTicket(sealed: string, now: number): { ticket: Ticket; connection: SignInConnection } {
    const opened = openTicket(this.#parts.vault, sealed, new Date(now));
    if ('refused' in opened) throw new SignInProblem(`ticket.${opened.refused}`);
    const connection = this.#parts.connections.get(opened.ticket.connectionId);
    if (!connection) throw new SignInProblem('ticket.invalid');
    return { ticket: opened.ticket, connection };
  }

  /** T19, T27: state, cookie and connection must be of one transaction, which is gone after this, before any request. */
  async #consumeTransaction(callback: Callback, cookies: readonly string[], now: number): Promise<Transaction> {
    if (cookies.length === 0) throw new SignInProblem('transaction.cookie');
    if (!isSecret(callback.state)) throw new SignInProblem('transaction.unknown');
    const match = {
      stateHash: hashSecret(callback.state),
      cookieHashes: cookies.map(hashSecret),
      connectionId: callback.connectionId,
    };
    const taken = await this.#parts.store.transactions.take(match, now);
    if (taken === 'other_browser') throw new SignInProblem('transaction.cookie');
    if (taken === 'unknown') throw new SignInProblem('transaction.unknown');
    return taken;
  }

  /** T32: the provider's words go nowhere; whether the person cancelled is all that matters. */
  #refusedByProvider(error: string, owner: Owner): SignInProblem {
    const cancelled = error === 'access_denied';
    this.#parts.events('signin.cancelled', owner, { reason: cancelled ? 'access_denied' : 'provider_error' });
    return new SignInProblem(cancelled ? 'signin.cancelled' : 'provider.refused');
  }

  async #exchange(
    connection: SignInConnection,
    transaction: Transaction,
    { issuer, nonce, codeVerifier }: TransactionSecrets,
    callback: Callback & { code: string; iss: string | undefined },
  ): Promise<SignedIn> {
    const response: AuthorizationResponse = { code: callback.code, oauthState: callback.state, iss: callback.iss };
    const { asker } = transaction;
    const redirectUri = this.#redirectUri(connection.id);
    const expected = { asker, redirectUri, oauthState: callback.state, nonce, codeVerifier, issuer };
    return this.#ask(() => connection.provider.exchange(response, expected), transaction);
  }

  /** T12: whoever signed in over there must be who asked over here; else nothing is kept. */
  #refuseAnotherPerson(
    transaction: Transaction,
    { name }: TransactionSecrets,
    { identity, credential }: SignedIn,
  ): void {
    if (identity && sameAsker(identity, transaction.asker)) return;
    this.#parts.events('signin.identity_mismatch', transaction);
    this.#revocations.revoke(this.#seal(transaction, credential));
    throw new SignInProblem('signin.identity_mismatch', { expected: name });
  }

  /** Links at once, so that a lost pop-up message strands nobody; the code is for Teams to go on with. */
  async #linkProven(transaction: Transaction, { credential }: SignedIn, now: number): Promise<Completed> {
    const { store, events, securityCodeTtl } = this.#parts;
    const link = this.#seal(transaction, credential);
    const replaced = await store.links.put(link);
    if (replaced) this.#revocations.revoke(replaced);
    const securityCode = randomSecret();
    const expiresAt = now + securityCodeTtl * 1000;
    await store.parking.park({
      ...link,
      sealed: undefined,
      keyHash: hashSecret(securityCode),
      createdAt: now,
      expiresAt,
    });
    events('signin.completed', transaction);
    return { next: 'done', securityCode, proven: true };
  }

  async #parkForConfirmation(
    { id, title }: SignInConnection,
    transaction: Transaction,
    { name }: TransactionSecrets,
    { credential }: SignedIn,
    now: number,
  ): Promise<Completed> {
    const keyHash = pendingKey(transaction.cookieHash);
    const parked = this.#seal(transaction, credential);
    await this.#parts.store.parking.park({ ...parked, keyHash, createdAt: now, expiresAt: now + TRANSACTION_TTL });
    return {
      next: 'confirm',
      confirmation: confirmationOf(keyHash),
      asker: { name },
      account: { name: credential.account.name },
      connection: { id, title },
    };
  }

  async #connect(keyHashes: readonly string[], now: number): Promise<Confirmed> {
    const { store, events, securityCodeTtl } = this.#parts;
    const securityCode = randomSecret();
    for (const keyHash of keyHashes) {
      const owner = await store.parking.confirm(keyHash, hashSecret(securityCode), now + securityCodeTtl * 1000, now);
      if (!owner) continue;
      events('signin.confirmed', owner);
      return { next: 'done', securityCode, proven: false };
    }
    throw new SignInProblem('confirmation.unknown');
  }

  async #cancel(keyHashes: readonly string[]): Promise<Confirmed> {
    for (const keyHash of keyHashes) {
      const parked = await this.#parts.store.parking.take(keyHash);
      if (!parked) continue;
      this.#parts.events('signin.cancelled', parked, { reason: 'not_confirmed' });
      this.#revokeParked([parked]);
      return { next: 'cancelled' };
    }
    throw new SignInProblem('confirmation.unknown');
  }

  /** T13, T14: one caller gets what the code stands for; where that is not the owner, nobody does. True for a wrong code. */
  async #redeem(owner: Owner, code: string, now: number): Promise<boolean> {
    const redemption = await this.#parts.store.parking.redeem(hashSecret(code), owner, now);
    switch (redemption.outcome) {
      case 'linked':
        if (redemption.replaced) this.#revocations.revoke(redemption.replaced);
        this.#parts.events('signin.completed', owner);
        return false;
      case 'spent':
        return false;
      case 'foreign':
        this.#parts.events('code.foreign', owner);
        this.#revokeParked([redemption.parked]);
        return true;
      case 'expired':
        this.#revokeParked([redemption.parked]);
        return true;
      case 'unknown':
        return true;
    }
  }

  /** T16: five wrong codes in ten minutes burn what is parked for the asker, and pause them alone. */
  async #countWrongCode(owner: Owner, now: number): Promise<Session> {
    const { store, events } = this.#parts;
    events('code.wrong', owner);
    const until = await store.attempts.fail(owner.asker, WRONG_CODES, now);
    if (until === undefined) return { state: 'signed_out' };
    events('code.paused', owner);
    this.#revokeParked(await store.parking.burn(owner.asker));
    return { state: 'paused', until };
  }

  #revokeParked(parked: readonly Parked[]): void {
    for (const { sealed, ...rest } of parked) if (sealed !== undefined) this.#revocations.revoke({ ...rest, sealed });
  }

  #seal({ asker, connectionId }: Owner, credential: SignedIn['credential']) {
    const version = newVersion();
    const owner: { asker: Asker; connectionId: string } = { asker, connectionId };
    return { ...owner, version, sealed: sealCredential(this.#parts.vault, owner, version, credential) };
  }

  /** Asks the provider; what goes wrong there becomes a problem that the page can say. */
  async #ask<T>(question: () => Promise<T>, owner?: Owner): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      if (owner) this.#parts.events('signin.invalid_response', owner, { reason: error.message });
      throw new SignInProblem(PROBLEM_OF[error.failure], { cause: error });
    }
  }

  #connection(id: string): SignInConnection {
    const connection = this.#parts.connections.get(id);
    if (!connection) throw new SignInProblem('transaction.unknown');
    return connection;
  }

  #redirectUri(connectionId: string): string {
    return `${this.#parts.baseUrl}/auth/callback/${connectionId}`;
  }
}

const PROBLEM_OF: Record<ProviderFailure, SignInProblemCode> = {
  invalid_grant: 'provider.refused',
  invalid_response: 'provider.invalid_response',
  unavailable: 'provider.unavailable',
  timeout: 'provider.timeout',
};

/** Where a credential waits for the person's decision: no secret that could be sent as a security code hashes to it. */
function pendingKey(cookieHash: string): string {
  return hashSecret(`pending ${cookieHash}`);
}

/** Names a parked credential to the page that may confirm it; says nothing of the cookie behind it. */
function confirmationOf(keyHash: string): string {
  return hashSecret(`confirmation ${keyHash}`).slice(0, 22);
}
