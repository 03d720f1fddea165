import type { Limit, Link, Owner, Store } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import {
  AuthorizationRequests,
  type AuthorizationTarget,
  asksForAccount,
  isChooserRefused,
  type NewTransaction,
  type OAuthConnection,
  providerTarget,
  readAuthorizationError,
} from './authorization.ts';
import { ChatSignIns } from './chat-sign-in.ts';
import type { ConnectionSignIn, SignInRequest, SignInUser, StartOptions } from './connection-sign-in.ts';
import { Credentials } from './credentials/credentials.ts';
import { IdleBrowserLinks } from './credentials/idle-browser-links.ts';
import { IssuedTokens, Revocations } from './credentials/revocation.ts';
import { sealLink, type Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import { hideFromOtherTenants, type TenantRestricted } from './other-tenants.ts';
import { type Account, ProviderError, type SignedIn } from './providers/identity-provider.ts';
import { isSecret, sha256 } from './secrets.ts';
import { SecurityCodes } from './security-codes.ts';
import type { ConnectionSignInDependencies } from './stored-sign-in.ts';
import { refuseOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { acceptTicket, SettingsTickets, sealTicket } from './ticket.ts';
import { isMagicCode } from './token-service/magic-codes.ts';
import { type ConsumedTransaction, Transactions } from './transactions.ts';
import {
  type AuthorizationResponse,
  type ConfirmationOutcome,
  type ConnectionAccount,
  type Decision,
  type SignInOutcome,
  type StartedSignIn,
  shownOf,
} from './types.ts';
import { UnreturnedCodes } from './unreturned-codes.ts';
import { isSameUser, isWebChatUser, mismatchOf, type User } from './user.ts';

export interface SignInConnection extends TenantRestricted {
  id: string;
  title: string;
  /** Absent if the token service signs users in. */
  oauth?: OAuthConnection;
  createSignIn(deps: ConnectionSignInDependencies): ConnectionSignIn;
}

interface SignInDependencies {
  store: Store;
  vault: Vault;
  connections: readonly SignInConnection[];
  events: ReportSecurityEvent;
  baseUrl: string;
  ticketTtlSeconds: number;
  securityCodeTtlSeconds: number;
}

type BuiltConnection = Pick<SignInConnection, 'id' | 'title' | 'tenants'> & { signIn: ConnectionSignIn };

interface PopUp {
  browserUser: User | undefined;
  /** Undefined if Teams does not name the user. */
  teamsUser: TeamsUser | undefined;
  /** Another user just signed in from this browser. */
  wasWrongPerson?: boolean;
}

type Browser = Pick<PopUp, 'teamsUser'> & {
  /** Secrets of its transactions. */
  cookies: readonly string[];
};

/** A sign-in whose code was exchanged. */
interface ExchangedSignIn extends SignedIn {
  target: AuthorizationTarget;
  transaction: ConsumedTransaction;
  /** The credential, sealed. */
  link: Link;
}

/** Far above normal use. */
const SIGN_IN_LIMIT: Limit = { name: 'begun', points: 120, windowMs: 600_000 };

/** The sign-in protocol, independent of Teams and HTTP: a ticket; `startFromTicket`, `complete` and `confirm` in the
 * pop-up; {@link ConnectionSignIn.state} for every query. Every method may throw a StoreError. */
export class SignIn {
  readonly settings: SettingsTickets;
  readonly chat: ChatSignIns;
  readonly #deps: ConnectionSignInDependencies & { transactions: Transactions; revocations: Revocations };
  readonly #connections: readonly BuiltConnection[];
  readonly #idleBrowserLinks: IdleBrowserLinks;

  constructor(deps: SignInDependencies) {
    const { store } = deps;
    const transactions = new Transactions(deps);
    const oauth = deps.connections.flatMap((connection) => connection.oauth ?? []);
    const authorizations = new AuthorizationRequests({ ...deps, connections: oauth, transactions });
    const provider = (id: string) => authorizations.byId(id)?.provider;
    const revocations = new Revocations({ ...deps, provider, queue: store.revocations });
    const issued = new IssuedTokens({ store, revocations });
    const unreturned = new UnreturnedCodes(store.leases);
    const codes = new SecurityCodes({ ...deps, revocations, issued, unreturned });
    const credentials = new Credentials({ ...deps, provider, revocations, issued });
    const shared = { ...deps, transactions, authorizations, codes, unreturned, revocations, credentials, issued };
    this.#deps = shared;
    this.#connections = deps.connections.map(({ id, title, tenants, createSignIn }): BuiltConnection => {
      return { id, title, tenants, signIn: createSignIn(shared) };
    });
    this.#idleBrowserLinks = new IdleBrowserLinks(deps);
    const signIns = new Map(this.#connections.map(({ id, signIn }) => [id, signIn]));
    const withActivity = [...signIns.values()].some(({ usesMagicCodes }) => usesMagicCodes);
    this.settings = new SettingsTickets({ ...deps, withActivity });
    this.chat = new ChatSignIns({ store, signIns });
  }

  /** @throws {SignInError} for a connection that this person may not use, or that does not exist */
  at(connectionId: string, person: User): ConnectionSignIn {
    const connection = this.#connectionsFor(person).find(({ id }) => id === connectionId);
    if (!connection) throw new SignInError('ticket.invalid');
    return connection.signIn;
  }

  /** Checks no person: its callers know who may use the connection. */
  atUnchecked(connectionId: string): ConnectionSignIn {
    const connection = this.#connections.find(({ id }) => id === connectionId);
    if (!connection) throw new TypeError(`no connection ${connectionId}`);
    return connection.signIn;
  }

  #connectionsFor(person: User): readonly BuiltConnection[] {
    return hideFromOtherTenants(this.#connections, person);
  }

  /** @throws {SignInError} */
  async startFromTicket(
    sealedTicket: string,
    { browserUser, teamsUser, wasWrongPerson = false }: PopUp,
    now: number,
  ): Promise<StartedSignIn> {
    const ticket = acceptTicket(this.#deps.vault, sealedTicket, new Date(now));
    this.#checkSameBrowser(ticket, browserUser);
    refuseOtherTeamsUser(ticket, teamsUser, this.#deps.events);
    const { chooseAccount = false, claims } = ticket;
    const options = { chooseAccount, choosePerson: wasWrongPerson, teamsUserVerified: teamsUser !== undefined };
    return this.startSignIn(ticket, { ...options, ...(claims !== undefined && { claims }) }, now);
  }

  /** For a page that already knows the user. @throws {SignInError} */
  async startSignIn(request: SignInRequest, options: StartOptions, now: number): Promise<StartedSignIn> {
    const signIn = this.at(request.connectionId, request.asker);
    await this.#checkRateLimit(request);
    return this.#deps.authorizations.callProvider(request, () => signIn.start(request, options, now));
  }

  /** Consumes the transaction, exchanges the code and identifies the user. @throws {SignInError} */
  async complete(
    response: AuthorizationResponse,
    { cookies, teamsUser }: Browser,
    now: number,
  ): Promise<SignInOutcome> {
    const consumed = await this.#deps.transactions.consume({ ...response, cookies }, now);
    // Before the exchange, which would issue tokens to revoke.
    refuseOtherTeamsUser(consumed, teamsUser, this.#deps.events);
    const transaction = teamsUser ? { ...consumed, teamsUserVerified: true } : consumed;
    const target = this.#deps.authorizations.byId(transaction.connectionId);
    if (!target) throw new SignInError('transaction.unknown');
    this.at(target.connection.id, transaction.asker);
    if ('error' in response) return this.#afterError(target, transaction, response, now);
    this.#checkIdentityCheckPassed(target, transaction);
    const signedIn = await this.#deps.authorizations.exchange(target, transaction, response);
    const link = sealLink(this.#deps.vault, transaction, signedIn.credential);
    const exchanged: ExchangedSignIn = { ...signedIn, target, transaction, link };
    if (target.isIdentityCheck) return this.#continueToProvider(exchanged, now);
    // T12: only the Web Chat user's own browser can start the sign-in, so the cookie proves the user.
    if (isWebChatUser(transaction.asker)) return { ...(await this.#linkProven(link, now)), inBrowser: true };
    if (!target.connection.proven) return this.#requestConfirmation(exchanged, now);
    if (!target.connection.identityCheck) await this.#checkSameUser(exchanged, now);
    return this.#linkProven(link, now);
  }

  /** No code can redeem the parked credential before this decision.
   * @param confirmation from `complete`; default the newest of this browser @throws {SignInError} */
  async confirm(
    decision: Decision,
    confirmation: string | undefined,
    { cookies, teamsUser }: Browser,
    now: number,
  ): Promise<ConfirmationOutcome> {
    if (cookies.length === 0) throw new SignInError('transaction.cookie');
    if (decision === 'cancel') {
      await this.#deps.codes.cancel(cookies, confirmation, now);
      return { next: 'cancelled' };
    }
    const securityCode = await this.#deps.codes.connect(cookies, confirmation, teamsUser, now);
    return { next: 'done', securityCode, proven: false };
  }

  connectionIds(person: User): string[] {
    return this.#connectionsFor(person).map(({ id }) => id);
  }

  /** Does not redeem the code. Six digits fit every connection that uses them. */
  async connectionsForCode(code: unknown, person: User): Promise<readonly string[]> {
    const usable = this.connectionIds(person);
    if (isMagicCode(code)) return this.chat.connectionsWithMagicCodes().filter((id) => usable.includes(id));
    const owner = isSecret(code) ? await this.#deps.store.parking.owner(sha256(code)) : undefined;
    return owner && usable.includes(owner.connectionId) ? [owner.connectionId] : [];
  }

  async accounts(user: SignInUser, now: number): Promise<ConnectionAccount[]> {
    const connections = this.#connectionsFor(user.asker).map(async ({ id, title, signIn }) => {
      const account = await this.#accountAt(signIn, { ...user, connectionId: id }, now);
      return { id, title, ...(account && { account: shownOf(account) }) };
    });
    return Promise.all(connections);
  }

  /** An unreachable provider must not hide the other accounts. */
  async #accountAt(signIn: ConnectionSignIn, request: SignInRequest, now: number): Promise<Account | undefined> {
    try {
      return await signIn.account(request, now);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.#deps.events('signin.provider_failed', request, { reason: error.message });
      return undefined;
    }
  }

  /** `undefined`: search all. */
  async defaultConnection(asker: User): Promise<string | undefined> {
    const chosen = await this.#deps.store.preferences.defaultConnection(asker);
    return this.connectionIds(asker).find((id) => id === chosen);
  }

  /** @param connectionId `undefined` for all @throws {SignInError} for an unknown connection */
  async setDefaultConnection(asker: User, connectionId: string | undefined): Promise<void> {
    if (connectionId !== undefined) this.at(connectionId, asker);
    await this.#deps.store.preferences.setDefaultConnection(asker, connectionId);
  }

  /** Effective at once on every instance. The tokens are revoked when the provider next responds (T62).
   * @throws {SignInError} if the token service fails */
  async signOut(request: SignInRequest, now: number): Promise<boolean> {
    const signIn = this.at(request.connectionId, request.asker);
    const signedOut = await this.#deps.authorizations.callProvider(request, () => signIn.signOut(request, now));
    if (signedOut) this.#deps.events('credential.signed_out', request);
    this.#deps.revocations.runSoon();
    return signedOut;
  }

  /** Tries each connection, even if one fails.
   * @returns the connections that had a credential
   * @throws {SignInError} the first failure, after all were tried */
  async signOutOf(user: SignInUser, connectionIds: readonly string[], now: number): Promise<string[]> {
    const results = await Promise.allSettled(
      connectionIds.map((connectionId) => this.signOut({ ...user, connectionId }, now)),
    );
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return connectionIds.filter((_, at) => (results[at] as PromiseFulfilledResult<boolean>).value);
  }

  async sweep(now: number): Promise<void> {
    this.#deps.credentials.sweep(now);
    // Also if a part of the store fails.
    await this.#deps.store.sweep(now).finally(() => this.#deps.revocations.runSoon());
    await this.#idleBrowserLinks.sweep(now).finally(() => this.#reportDamaged());
  }

  /** T94: logs each damaged record once. */
  async #reportDamaged(): Promise<void> {
    for (const { kind, owner } of await this.#deps.store.takeDamaged()) {
      this.#deps.events('record.damaged', owner ?? {}, { reason: kind });
    }
  }

  async workOffRevocations(): Promise<void> {
    await this.#deps.revocations.workOff();
  }

  async drain(): Promise<void> {
    await this.#deps.revocations.drain();
  }

  /** T12: a Web Chat user signs in only in their own browser, not with a forwarded link. */
  #checkSameBrowser(owner: Owner, browserUser: User | undefined): void {
    if (!isWebChatUser(owner.asker) || (browserUser && isSameUser(browserUser, owner.asker))) return;
    this.#deps.events('transaction.other_browser', owner);
    throw new SignInError('transaction.cookie');
  }

  /** Each sign-in adds a record to the store and opens a page at the provider. */
  async #checkRateLimit(owner: Owner): Promise<void> {
    const { tenantId, objectId } = owner.asker;
    const retryAfter = await this.#deps.store.limits.consume(SIGN_IN_LIMIT, `${tenantId}/${objectId}`);
    if (retryAfter === undefined) return;
    this.#deps.events('signin.limited', owner);
    throw new SignInError('limit.exceeded', { retryAfter });
  }

  /** If the provider only refuses its account chooser, the sign-in continues once without it. @throws {SignInError} */
  async #afterError(
    target: AuthorizationTarget,
    transaction: ConsumedTransaction,
    { error, hint }: { error: string; hint?: string | undefined },
    now: number,
  ): Promise<SignInOutcome> {
    if (asksForAccount(target, transaction) && !transaction.selectAccountRefused && isChooserRefused(error)) {
      return this.#continueAt(target, { ...transaction, selectAccountRefused: true }, now);
    }
    const { problem, reason } = readAuthorizationError(error, hint);
    this.#deps.events('signin.cancelled', transaction, { reason });
    throw new SignInError(problem);
  }

  /** T12: a transaction that began before the connection had an identity check proves no user. */
  #checkIdentityCheckPassed(
    { connection, isIdentityCheck }: AuthorizationTarget,
    { gatePassed, asker }: ConsumedTransaction,
  ): void {
    if (connection.identityCheck && !isIdentityCheck && !gatePassed && !isWebChatUser(asker))
      throw new SignInError('transaction.unknown');
  }

  async #continueToProvider(exchanged: ExchangedSignIn, now: number): Promise<SignInOutcome> {
    await this.#checkSameUser(exchanged, now);
    await this.#revoke(exchanged.link, now);
    const checked = { gatePassed: true, choosePerson: false, selectAccountRefused: false };
    const target = providerTarget(exchanged.target.connection);
    return this.#continueAt(target, { ...exchanged.transaction, ...checked }, now);
  }

  /** The pop-up continues with a new transaction of the same browser. */
  async #continueAt(
    target: AuthorizationTarget,
    { cookieHash, ...transaction }: ConsumedTransaction,
    now: number,
  ): Promise<SignInOutcome> {
    const authorizationUrl = await this.#deps.authorizations.open(target, transaction, cookieHash, now);
    return { next: 'continue', authorizationUrl };
  }

  async #revoke(link: Link, now: number): Promise<void> {
    await this.#deps.issued.keep(link, () => this.#deps.store.revocations.add(link, now));
    this.#deps.revocations.runSoon();
  }

  /** T12: only the asker's own account is linked. */
  async #checkSameUser(
    { target, transaction, identity, credential, link }: ExchangedSignIn,
    now: number,
  ): Promise<void> {
    const { asker, connectionId, name, chooseAccount } = transaction;
    if (identity && isSameUser(identity, asker)) return;
    this.#deps.events('signin.identity_mismatch', { asker, connectionId }, { reason: mismatchOf(asker, identity) });
    await this.#revoke(link, now);
    const again = this.#ticketForAnother(target, transaction, !target.isIdentityCheck || chooseAccount, now);
    throw new SignInError('signin.identity_mismatch', { expected: name, used: shownOf(credential.account), again });
  }

  /** Links at once, so that a lost pop-up message does no harm. */
  async #linkProven(link: Link, now: number): Promise<SignInOutcome & { next: 'done' }> {
    await this.#deps.issued.keep(link, () => this.#deps.store.links.put(link, now));
    this.#deps.revocations.runSoon();
    this.#deps.events('signin.completed', link);
    return { next: 'done', securityCode: await this.#deps.codes.issue(link, now), proven: true };
  }

  /** T12: only the user can confirm that both accounts are theirs. */
  async #requestConfirmation(
    { target, transaction, credential, link }: ExchangedSignIn,
    now: number,
  ): Promise<SignInOutcome> {
    const { id, title } = target.connection;
    const { cookieHash, name, asker, teamsUserVerified } = transaction;
    const again = this.#ticketForAnother(target, transaction, true, now);
    const confirmation = await this.#deps.codes.parkForConfirmation(link, cookieHash, now);
    if (!teamsUserVerified) this.#deps.events('signin.teams_user_unknown', link);
    const teamsUser = teamsUserVerified ? 'verified' : 'unknown';
    const named = { asker: { name, tenantId: asker.tenantId }, account: shownOf(credential.account) };
    return { next: 'confirm', confirmation, teamsUser, ...named, connection: { id, title }, again };
  }

  #ticketForAnother(
    { connection }: AuthorizationTarget,
    { asker, name }: NewTransaction,
    chooseAccount: boolean,
    now: number,
  ): string {
    const { vault, ticketTtlSeconds } = this.#deps;
    // The page already has its language.
    const ticket = { asker, name, locale: '', connectionId: connection.id, chooseAccount };
    return sealTicket(vault, ticket, ticketTtlSeconds, new Date(now));
  }
}
