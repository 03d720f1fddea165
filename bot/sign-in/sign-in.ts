import { randomUUID } from 'node:crypto';
import { v7 as newVersion } from 'uuid';
import type { Limit, Link, Owner, Store } from '../store/store.ts';
import { AccountDirectory } from './account-directory.ts';
import {
  AuthorizationRequests,
  type AuthorizationTarget,
  asksForAccount,
  initialTarget,
  isChooserRefused,
  type NewTransaction,
  providerTarget,
  readAuthorizationError,
  type SignInConnection,
} from './authorization.ts';
import { ChatSignIns } from './chat-sign-in.ts';
import type { ConnectionSignIn, KeptElsewhere, PresentedSignIn, Visit } from './connection-sign-in.ts';
import { type ActiveCredential, Credentials, IdleBrowserLinks } from './credentials/credentials.ts';
import { IssuedTokens, Revocations } from './credentials/revocation.ts';
import { sealCredential, type Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import type { Credential, SignedIn } from './providers/identity-provider.ts';
import { isSecret, secretFor, sha256 } from './secrets.ts';
import { SecurityCodes, WRONG_CODES } from './security-codes.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { SilentSignIn } from './sso/sso-sign-in.ts';
import { refuseOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { acceptTicket, SettingsTickets, sealTicket } from './ticket.ts';
import { isMagicCode } from './token-service/magic-codes.ts';
import { type ConsumedTransaction, Transactions } from './transactions.ts';
import {
  type AuthorizationResponse,
  type ConfirmationOutcome,
  type Decision,
  type SignInOutcome,
  type SignInPrompt,
  type SignInState,
  type StartedSignIn,
  shownOf,
} from './types.ts';
import { isSameUser, isWebChatUser, type User } from './user.ts';

export interface SignInDependencies {
  store: Store;
  vault: Vault;
  connections: ReadonlyMap<string, SignInConnection | KeptElsewhere>;
  events: ReportSecurityEvent;
  /** This service's public origin. */
  baseUrl: string;
  /** Seconds. */
  ticketTtl: number;
  /** Seconds. */
  securityCodeTtl: number;
}

/** What the page says of the browser that begins a sign-in. */
export interface PopUp {
  /** Who this browser is in Web Chat, if it is anybody. */
  browserUser: User | undefined;
  /** Who uses the Teams window behind it, if Teams says so. */
  teamsUser: TeamsUser | undefined;
  /** Another person than the asker signed in from this browser a moment ago. */
  wasWrongPerson?: boolean;
}

/** Far more than anybody needs, far less than hurts. */
const BEGUN: Limit = { name: 'begun', points: 120, window: 600_000 };

/**
 * The protocol, in the order in which it happens: a ticket for Teams; `startFromTicket`, `complete` and `confirm` in the pop-up;
 * `session` when Teams comes back, and at every later query. Knows neither Teams nor HTTP. Each check is named for
 * what it stops (THREATS.md). A store that fails throws its StoreError through all of these.
 */
export class SignIn {
  /** Who may use the settings page. */
  readonly settings: SettingsTickets;
  readonly accounts: AccountDirectory;
  readonly chat: ChatSignIns;
  readonly #deps: SignInDependencies;
  /** Connections whose credentials are in our store. */
  readonly #own: ReadonlyMap<string, SignInConnection>;
  /** Who keeps those of the others. */
  readonly #keepers: ReadonlyMap<string, ConnectionSignIn>;
  readonly #transactions: Transactions;
  readonly #authorizations: AuthorizationRequests;
  readonly #codes: SecurityCodes;
  readonly #credentials: Credentials;
  readonly #revocations: Revocations;
  readonly #silent: SilentSignIn;
  readonly #idleBrowserLinks: IdleBrowserLinks;
  readonly #issued: IssuedTokens;

  constructor(deps: SignInDependencies) {
    const { store } = deps;
    const paginate = [...deps.connections.values()];
    this.#deps = deps;
    this.#own = new Map(paginate.flatMap((each) => ('keeper' in each ? [] : [[each.id, each]])));
    this.#keepers = new Map(paginate.flatMap((each) => ('keeper' in each ? [[each.id, each.keeper]] : [])));
    this.#transactions = new Transactions(deps);
    this.#authorizations = new AuthorizationRequests({
      ...deps,
      connections: this.#own,
      transactions: this.#transactions,
    });
    const provider = (id: string) => this.#authorizations.byId(id)?.provider;
    const revocations = new Revocations({ ...deps, provider, queue: store.revocations });
    const issued = new IssuedTokens({ store, revocations });
    this.#codes = new SecurityCodes({ ...deps, revocations, issued });
    this.#credentials = new Credentials({ ...deps, provider, revocations, issued });
    this.#revocations = revocations;
    this.#idleBrowserLinks = new IdleBrowserLinks(deps);
    this.#issued = issued;
    this.#silent = new SilentSignIn({ ...deps, credentials: this.#credentials, issued });
    const [keepers, credentials] = [this.#keepers, this.#credentials];
    this.settings = new SettingsTickets({ ...deps, withActivity: keepers.size > 0 });
    this.accounts = new AccountDirectory({ ...deps, keepers, credentials });
    this.chat = new ChatSignIns({ ...deps, keepers });
  }

  /** Where somebody signs in. Writes nothing: Teams asks once a keystroke (T45).
   * @throws {ProviderError} where another service has the address, and is out of reach */
  prompt(visit: Visit, now: number): SignInPrompt | Promise<SignInPrompt> {
    const connectionSignIn = this.#keepers.get(visit.connectionId);
    if (connectionSignIn) return connectionSignIn.prompt(visit, now);
    const sso = this.#own.get(visit.connectionId)?.sso;
    const url = this.#startUrl(visit, now);
    if (!sso) return { url };
    // It is no connection of the Azure Bot's: the name only has to come back.
    const exchange = { id: randomUUID(), uri: sso.resource, connectionName: visit.connectionId };
    return { url, exchange, isInPackage: true };
  }

  #startUrl({ activity: _, ...ticket }: Visit, now: number): string {
    const { vault, baseUrl, ticketTtl } = this.#deps;
    const sealed = sealTicket(vault, ticket, ticketTtl, new Date(now));
    // Hints for the page, which has to know before its first call: no Teams to look for; no way on without Teams.
    if (isWebChatUser(ticket.asker)) return `${baseUrl}/auth/start?browser&ticket=${sealed}`;
    const hint = this.#own.get(ticket.connectionId)?.proven === false ? '&confirmed' : '';
    return `${baseUrl}/auth/start?ticket=${sealed}${hint}`;
  }

  /** The pop-up's first call: opens a transaction in this browser.
   * @throws {SignInError} */
  async startFromTicket(
    sealedTicket: string,
    { browserUser, teamsUser, wasWrongPerson = false }: PopUp,
    now: number,
  ): Promise<StartedSignIn> {
    const ticket = acceptTicket(this.#deps.vault, sealedTicket, new Date(now));
    this.#checkSameBrowser(ticket, browserUser);
    refuseOtherTeamsUser(ticket, teamsUser, this.#deps.events);
    const { chooseAccount = false, claims } = ticket;
    const wish = { chooseAccount, choosePerson: wasWrongPerson, teamsUserVerified: teamsUser !== undefined };
    return this.startSignIn(ticket, { ...wish, ...(claims !== undefined && { claims }) }, now);
  }

  /** The same for somebody whom a page of ours knows already. @throws {SignInError} */
  async startSignIn(
    visit: Visit,
    wish: { chooseAccount: boolean; choosePerson?: boolean; teamsUserVerified: boolean; claims?: string },
    now: number,
  ): Promise<StartedSignIn> {
    const { asker, name, connectionId } = visit;
    const owner: Owner = { asker, connectionId };
    const connectionSignIn = this.#keepers.get(connectionId);
    const connection = this.#own.get(connectionId);
    if (!connection && !(connectionSignIn && visit.activity)) throw new SignInError('ticket.invalid');
    await this.#checkRateLimit(owner);
    if (!connection) return this.#startAtTokenService(visit, now);
    const cookie = secretFor(asker);
    const beginning = { asker, name, ...wish, gatePassed: false };
    // Who is at this browser needs no other proof where the asker is this browser.
    const target = isWebChatUser(asker) ? providerTarget(connection) : initialTarget(connection);
    const authorizationUrl = await this.#authorizations.open(target, beginning, sha256(cookie), now);
    this.#deps.events('signin.started', owner);
    if (isWebChatUser(asker)) return { authorizationUrl, cookie, proven: true, inBrowser: true };
    return { authorizationUrl, cookie, proven: connection.proven };
  }

  /** The pop-up is back from the provider: consumes the transaction, exchanges the code, finds out who signed in.
   * @param cookies the secrets of this browser's transactions. @throws {SignInError} */
  async complete(
    callback: AuthorizationResponse,
    cookies: readonly string[],
    teamsUser: TeamsUser | undefined,
    now: number,
  ): Promise<SignInOutcome> {
    const consumed = await this.#transactions.consume({ ...callback, cookies }, now);
    // Before the exchange: of another person's sign-in there is then no token to revoke.
    refuseOtherTeamsUser(consumed, teamsUser, this.#deps.events);
    const transaction = teamsUser ? { ...consumed, teamsUserVerified: true } : consumed;
    const target = this.#authorizations.byId(transaction.connectionId);
    if (!target) throw new SignInError('transaction.unknown');
    if ('error' in callback) return this.#afterError(target, transaction, callback, now);
    this.#checkIdentityCheckPassed(target, transaction);
    const signedIn = await this.#authorizations.exchange(target, transaction, callback);
    const link = this.#seal(transaction, signedIn.credential);
    if (target.isIdentityCheck) return this.#continueToProvider(target, transaction, signedIn, link, now);
    // The transaction's cookie says that this browser began it, and nobody else's may begin one for it.
    if (isWebChatUser(transaction.asker)) return { ...(await this.#linkProven(link, now)), inBrowser: true };
    if (!target.connection.proven)
      return this.#requestConfirmation(target.connection, transaction, link, signedIn.credential, now);
    if (!target.connection.identityCheck) await this.#checkSameUser(target, transaction, signedIn, link, now);
    return this.#linkProven(link, now);
  }

  /** The person's decision on the confirm page: only after it can the parked credential be redeemed.
   * @param confirmation which one, as `complete` named it; without it, the newest of this browser. @throws {SignInError} */
  async confirm(
    decision: Decision,
    cookies: readonly string[],
    confirmation: string | undefined,
    teamsUser: TeamsUser | undefined,
    now: number,
  ): Promise<ConfirmationOutcome> {
    if (cookies.length === 0) throw new SignInError('transaction.cookie');
    if (decision === 'cancel') {
      await this.#codes.cancel(cookies, confirmation, now);
      return { next: 'cancelled' };
    }
    const securityCode = await this.#codes.connect(cookies, confirmation, teamsUser, now);
    return { next: 'done', securityCode, proven: false };
  }

  /** All that can be searched. */
  connectionIds(): string[] {
    return [...this.#deps.connections.keys()];
  }

  /** Which connections a code may be for; takes nothing, and says nothing of whose it is. Six digits say nothing of where
   * they are from, so they may be for every connection that knows such codes. */
  async connectionsForCode(code: unknown): Promise<readonly string[]> {
    if (isMagicCode(code)) return [...this.#keepers.keys()];
    const owner = isSecret(code) ? await this.#deps.store.parking.owner(sha256(code)) : undefined;
    return owner ? [owner.connectionId] : [];
  }

  /** Whether the asker is signed in, after redeeming the security code that came along, if one did. Somebody who is
   * linked already is answered, whatever the code says. @throws {ProviderError} when a refresh is due and fails */
  async session(owner: Visit, brought: PresentedSignIn, now: number): Promise<SignInState> {
    const connectionSignIn = this.#keepers.get(owner.connectionId);
    if (connectionSignIn) return connectionSignIn.session(owner, brought, now);
    const { store, events } = this.#deps;
    const { code } = brought;
    let link = await store.links.get(owner);
    const pause = link ? undefined : await store.attempts.pausedUntil(owner.asker, WRONG_CODES, now);
    if (pause !== undefined) return { state: 'paused', until: pause };
    if (isSecret(code)) {
      const outcome = await this.#codes.redeem(owner, code, now);
      // Read again: another delivery of the same code may have linked it in between (T14, T15).
      link = await store.links.get(owner);
      if (outcome !== 'redeemed' && !link) return this.#recordWrongCode(owner, now);
      if (outcome === 'wrong') events('code.replayed', owner);
    }
    const live = link && (await this.#credentials.active(link, now));
    if (live) return { state: 'signed_in', ...live };
    const { token } = brought;
    return typeof token === 'string' ? this.#signInWithSsoToken(token, owner, now) : { state: 'signed_out' };
  }

  /** T67: a token that the Teams client got without a window, where the connection takes such tokens. */
  async #signInWithSsoToken(token: string, visit: Visit, now: number): Promise<SignInState> {
    const sso = this.#own.get(visit.connectionId)?.sso;
    if (!sso) return { state: 'signed_out' };
    const session = await this.#silent.session(visit, sso, token, now);
    if (session.state !== 'challenged') return session;
    // What the policy wants goes with the sign-in; whoever has done that can come back without a window.
    const url = this.#startUrl(session.claims === undefined ? visit : { ...visit, claims: session.claims }, now);
    return { state: 'signed_out', prompt: { url }, challenged: true };
  }

  /** After the source refused the access token: one refresh, whoever asks. `undefined` when only signing in helps.
   * @throws {ProviderError} when the provider is out of reach */
  async renew(owner: Visit, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined> {
    const connectionSignIn = this.#keepers.get(owner.connectionId);
    if (connectionSignIn) return connectionSignIn.renew(owner, used, now);
    // Else it would have the token that was refused at hand.
    this.#own.get(owner.connectionId)?.sso?.evict(owner.asker);
    const link = await this.#deps.store.links.get(owner);
    if (!link) return undefined;
    if (link.version !== used.version) return this.#credentials.active(link, now);
    return this.#credentials.refresh(link, used.credential);
  }

  /** Signs the asker out of a connection, at once and on every instance; false when they were not signed in.
   * The tokens are revoked at the provider as soon as it answers (T62). */
  async signOut(owner: Visit, now: number): Promise<boolean> {
    const { store, events } = this.#deps;
    const connectionSignIn = this.#keepers.get(owner.connectionId);
    const signedOut = connectionSignIn
      ? await this.#authorizations.callProvider(owner, () => connectionSignIn.signOut(owner, now))
      : await store.links.unlink(owner, now);
    this.#own.get(owner.connectionId)?.sso?.evict(owner.asker);
    if (signedOut) events('credential.signed_out', owner);
    this.#revocations.runSoon();
    return signedOut;
  }

  /** Drops what expired, and revokes what is due. */
  async sweep(now: number): Promise<void> {
    // Also where a part of the store is out of reach: what is due in the rest is revoked.
    await this.#deps.store.sweep(now).finally(() => this.#revocations.runSoon());
    await this.#idleBrowserLinks.sweep(now).finally(() => this.#reportDamaged());
  }

  /** T94: the store isolates a damaged record without a word; the log says so once. */
  async #reportDamaged(): Promise<void> {
    for (const { kind, owner } of await this.#deps.store.takeDamaged()) {
      this.#deps.events('record.damaged', owner ?? {}, { reason: kind });
    }
  }

  /** Revokes all that is due, however much that is. */
  async workOffRevocations(): Promise<void> {
    await this.#revocations.workOff();
  }

  /** Resolves when nothing runs beside the requests any more. */
  async drain(): Promise<void> {
    await this.#revocations.drain();
  }

  /** The settings page goes to the keeper's own pages. They end with a code for Teams, as everywhere. */
  async #startAtTokenService(visit: Visit, now: number): Promise<StartedSignIn> {
    const { url } = await this.#authorizations.callProvider(visit, async () => this.prompt(visit, now));
    this.#deps.events('signin.started', visit);
    return { authorizationUrl: url, proven: false };
  }

  /** T12: a sign-in of somebody of Web Chat happens in their own browser: whoever else is sent its link gets nowhere. */
  #checkSameBrowser(owner: Owner, browserUser: User | undefined): void {
    if (!isWebChatUser(owner.asker) || (browserUser && isSameUser(browserUser, owner.asker))) return;
    this.#deps.events('transaction.other_browser', owner);
    throw new SignInError('transaction.cookie');
  }

  /** One person's sign-ins, each of which is written to the store and opens a page at the provider. */
  async #checkRateLimit(owner: Owner): Promise<void> {
    const { tenantId, objectId } = owner.asker;
    const retryAfter = await this.#deps.store.limits.consume(BEGUN, `${tenantId}/${objectId}`);
    if (retryAfter === undefined) return;
    this.#deps.events('signin.limited', owner);
    throw new SignInError('limit.exceeded', { retryAfter });
  }

  /** The provider did not let the person in. A provider that only does not know its account chooser shows its sign-in page
   * instead: the same browser goes on, once. @throws {SignInError} */
  async #afterError(
    target: AuthorizationTarget,
    transaction: ConsumedTransaction,
    { error, hint }: { error: string; hint?: string | undefined },
    now: number,
  ): Promise<SignInOutcome> {
    if (asksForAccount(target, transaction) && !transaction.selectAccountRefused && isChooserRefused(error)) {
      const { asker, name, chooseAccount, choosePerson, gatePassed, teamsUserVerified, cookieHash } = transaction;
      const wish = { chooseAccount, choosePerson: choosePerson === true, selectAccountRefused: true };
      const beginning = { asker, name, ...wish, gatePassed, teamsUserVerified };
      return {
        next: 'continue',
        authorizationUrl: await this.#authorizations.open(target, beginning, cookieHash, now),
      };
    }
    const { problem, reason } = readAuthorizationError(error, hint);
    this.#deps.events('signin.cancelled', transaction, { reason });
    throw new SignInError(problem);
  }

  /** T12: a transaction that did not come through the connection's gate (begun before it had one) proves nobody. */
  #checkIdentityCheckPassed(
    { connection, isIdentityCheck: isGate }: AuthorizationTarget,
    { gatePassed, asker }: ConsumedTransaction,
  ): void {
    if (connection.identityCheck && !isGate && !gatePassed && !isWebChatUser(asker))
      throw new SignInError('transaction.unknown');
  }

  /** The gate's tokens have said all that they are for. The asker at this browser goes on, with the same cookie. */
  async #continueToProvider(
    target: AuthorizationTarget,
    transaction: ConsumedTransaction,
    signedIn: SignedIn,
    link: Link,
    now: number,
  ): Promise<SignInOutcome> {
    await this.#checkSameUser(target, transaction, signedIn, link, now);
    await this.#revoke(link, now);
    const { asker, name, chooseAccount, teamsUserVerified, cookieHash } = transaction;
    const beginning = { asker, name, chooseAccount, teamsUserVerified, gatePassed: true };
    const authorizationUrl = await this.#authorizations.open(
      providerTarget(target.connection),
      beginning,
      cookieHash,
      now,
    );
    return { next: 'continue', authorizationUrl };
  }

  async #revoke(link: Link, now: number): Promise<void> {
    await this.#issued.keep(link, () => this.#deps.store.revocations.add(link, now));
    this.#revocations.runSoon();
  }

  /** T12: whoever signed in over there must be who asked over here; else nothing is kept. */
  async #checkSameUser(
    { connection, isIdentityCheck: isGate }: AuthorizationTarget,
    transaction: ConsumedTransaction,
    { identity, credential }: SignedIn,
    link: Link,
    now: number,
  ): Promise<void> {
    const { asker, connectionId, name, chooseAccount } = transaction;
    if (identity && isSameUser(identity, asker)) return;
    this.#deps.events('signin.identity_mismatch', { asker, connectionId });
    await this.#revoke(link, now);
    const again = this.#ticketForAnother(connection, transaction, !isGate || chooseAccount, now);
    throw new SignInError('signin.identity_mismatch', { expected: name, used: shownOf(credential.account), again });
  }

  /** Links at once, so that a lost pop-up message strands nobody; the code is for Teams to go on with. */
  async #linkProven(link: Link, now: number): Promise<SignInOutcome & { next: 'done' }> {
    await this.#issued.keep(link, () => this.#deps.store.links.put(link, now));
    this.#revocations.runSoon();
    this.#deps.events('signin.completed', link);
    return { next: 'done', securityCode: await this.#codes.issue(link, now), proven: true };
  }

  /** T12: nobody but the person can say that both are theirs. */
  async #requestConfirmation(
    connection: SignInConnection,
    transaction: ConsumedTransaction,
    link: Link,
    { account }: Credential,
    now: number,
  ): Promise<SignInOutcome> {
    const { id, title } = connection;
    const { cookieHash, name, asker, teamsUserVerified } = transaction;
    const again = this.#ticketForAnother(connection, transaction, true, now);
    const confirmation = await this.#codes.parkForConfirmation(link, cookieHash, now);
    if (!teamsUserVerified) this.#deps.events('signin.teams_user_unknown', link);
    const teamsUser = teamsUserVerified ? 'verified' : 'unknown';
    const named = { asker: { name, tenantId: asker.tenantId }, account: shownOf(account) };
    return { next: 'confirm', confirmation, teamsUser, ...named, connection: { id, title }, again };
  }

  /** For the browser that began this sign-in, to begin it once more. It binds to the browser as any other does. */
  #ticketForAnother(
    { id }: SignInConnection,
    { asker, name }: NewTransaction,
    chooseAccount: boolean,
    now: number,
  ): string {
    const { vault, ticketTtl } = this.#deps;
    // Nothing of ours reads the locale: the page has its language by now.
    const ticket = { asker, name, locale: '', connectionId: id, chooseAccount };
    return sealTicket(vault, ticket, ticketTtl, new Date(now));
  }

  async #recordWrongCode(owner: Owner, now: number): Promise<SignInState> {
    const until = await this.#codes.recordWrongCode(owner, now);
    return until === undefined ? { state: 'signed_out' } : { state: 'paused', until };
  }

  #seal({ asker, connectionId }: Owner, credential: Credential): Link {
    const version = newVersion();
    const owner: Owner = { asker, connectionId };
    return { ...owner, version, sealed: sealCredential(this.#deps.vault, owner, version, credential) };
  }
}
