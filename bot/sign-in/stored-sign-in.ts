import type { Owner, Store } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import { type AuthorizationRequests, initialTarget, type OAuthConnection, providerTarget } from './authorization.ts';
import type { ConnectionSignIn, PresentedSignIn, SignInRequest, StartOptions } from './connection-sign-in.ts';
import type { Credentials } from './credentials/credentials.ts';
import type { ActiveCredential } from './credentials/opened-credentials.ts';
import type { IssuedTokens } from './credentials/revocation.ts';
import type { Vault } from './credentials/vault.ts';
import type { Account } from './providers/identity-provider.ts';
import { isSecret, secretFor, sha256 } from './secrets.ts';
import { type SecurityCodes, WRONG_CODES } from './security-codes.ts';
import { sealTicket } from './ticket.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from './types.ts';
import type { UnreturnedCodes } from './unreturned-codes.ts';
import { isWebChatUser } from './user.ts';

export interface ConnectionSignInDependencies {
  store: Store;
  vault: Vault;
  events: ReportSecurityEvent;
  authorizations: AuthorizationRequests;
  codes: SecurityCodes;
  unreturned: UnreturnedCodes;
  credentials: Credentials;
  issued: IssuedTokens;
  baseUrl: string;
  ticketTtlSeconds: number;
}

export class StoredSignIn implements ConnectionSignIn {
  readonly usesMagicCodes = false;
  readonly #connection: OAuthConnection;
  readonly #deps: ConnectionSignInDependencies;

  constructor(connection: OAuthConnection, deps: ConnectionSignInDependencies) {
    this.#connection = connection;
    this.#deps = deps;
  }

  prompt({ activity: _, ...ticket }: SignInRequest, now: number): SignInPrompt {
    const { vault, baseUrl, ticketTtlSeconds } = this.#deps;
    const sealed = sealTicket(vault, ticket, ticketTtlSeconds, new Date(now));
    // The page needs these hints before its first call: Web Chat has no Teams, and a confirmed sign-in needs Teams.
    if (isWebChatUser(ticket.asker)) return { url: `${baseUrl}/auth/start?browser&ticket=${sealed}` };
    return { url: `${baseUrl}/auth/start?ticket=${sealed}${this.#connection.proven ? '' : '&confirmed'}` };
  }

  async start({ asker, name }: SignInRequest, options: StartOptions, now: number): Promise<StartedSignIn> {
    const connection = this.#connection;
    const cookie = secretFor(asker);
    const transaction = { asker, name, ...options, gatePassed: false };
    // In Web Chat the browser is the user: an identity check adds no proof.
    const inBrowser = isWebChatUser(asker);
    const target = inBrowser ? providerTarget(connection) : initialTarget(connection);
    const authorizationUrl = await this.#deps.authorizations.open(target, transaction, sha256(cookie), now);
    this.#deps.events('signin.started', { asker, connectionId: connection.id });
    if (inBrowser) return { authorizationUrl, cookie, proven: true, inBrowser };
    return { authorizationUrl, cookie, proven: connection.proven };
  }

  /** Not async: a query without a code needs no further promise. */
  state(request: SignInRequest, { code, hasOtherCode }: PresentedSignIn, now: number): Promise<SignInState> {
    const isCodeReturned = code !== undefined || hasOtherCode === true;
    return isCodeReturned ? this.#stateAfterCode(request, code, now) : this.#stateWithoutCode(request, now);
  }

  async #stateWithoutCode(request: SignInRequest, now: number): Promise<SignInState> {
    const { store, credentials, unreturned } = this.#deps;
    const remembered = await credentials.remembered(request, now);
    if (remembered) return { state: 'signed_in', ...remembered };
    const lease = this.#connection.proven ? undefined : unreturned.lease(request);
    const { link, pausedUntil, isLeaseHeld } = await store.queryState(request, { rule: WRONG_CODES, lease }, now);
    if (pausedUntil !== undefined) return { state: 'paused', until: pausedUntil };
    const active = link && (await credentials.active(link, now));
    if (active) return { state: 'signed_in', ...active };
    // With a credential that cannot be used, the lease was not read.
    const codeMissing = link && lease ? await store.leases.isHeld(lease.name, lease.lengthMs, now) : isLeaseHeld;
    return codeMissing ? { state: 'signed_out', codeMissing } : { state: 'signed_out' };
  }

  /** A wrong code does not sign a linked user out. */
  async #stateAfterCode(request: SignInRequest, code: unknown, now: number): Promise<SignInState> {
    const { store, credentials, codes, events, unreturned } = this.#deps;
    if (!this.#connection.proven) await unreturned.forget(request);
    const found = await store.queryState(request, { rule: WRONG_CODES }, now);
    if (found.pausedUntil !== undefined) return { state: 'paused', until: found.pausedUntil };
    let { link } = found;
    if (isSecret(code)) {
      const outcome = await codes.redeem(request, code, now);
      // A duplicate delivery may have redeemed the code (T14, T15).
      link = await store.links.get(request);
      if (outcome !== 'redeemed' && !link) return this.#recordWrongCode(request, now);
      if (outcome === 'wrong') events('code.replayed', request);
    }
    const active = link && (await credentials.active(link, now));
    return active ? { state: 'signed_in', ...active } : { state: 'signed_out' };
  }

  async renew(request: SignInRequest, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined> {
    const { store, credentials } = this.#deps;
    const link = await store.links.get(request);
    if (!link) return undefined;
    if (link.version !== used.version) return credentials.active(link, now);
    return credentials.renew(link);
  }

  /** T62: the tokens wait for their revocation. */
  async signOut(request: SignInRequest, now: number): Promise<boolean> {
    this.#deps.credentials.forget(request);
    return this.#deps.store.links.unlink(request, now);
  }

  async account(request: SignInRequest): Promise<Account | undefined> {
    const link = await this.#deps.store.links.get(request);
    return link && this.#deps.credentials.accountOf(link);
  }

  async #recordWrongCode(owner: Owner, now: number): Promise<SignInState> {
    const until = await this.#deps.codes.recordWrongCode(owner, now);
    return until === undefined ? { state: 'signed_out' } : { state: 'paused', until };
  }
}
