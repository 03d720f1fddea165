import type { Owner } from '../store/store.ts';
import { SignInError, type SignInErrorCode, signInErrorCode } from './errors.ts';
import {
  type IdentityProvider,
  ProviderError,
  type SignedIn,
  type SingleSignOn,
} from './providers/identity-provider.ts';
import { randomSecret, secretFor, sha256 } from './secrets.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import type { ConsumedTransaction, PendingTransaction, Transactions } from './transactions.ts';

/** Errors in an authorization response: RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707, and those of
 * GitHub and LinkedIn. */
const PROBLEMS: Readonly<Record<string, SignInErrorCode>> = {
  access_denied: 'signin.cancelled',
  // No request asks for `prompt=none`, so the provider showed a page, and the person left it.
  consent_required: 'signin.cancelled',
  interaction_required: 'signin.cancelled',
  login_required: 'signin.cancelled',
  account_selection_required: 'signin.cancelled',
  user_cancelled_login: 'signin.cancelled',
  user_cancelled_authorize: 'signin.cancelled',
  server_error: 'provider.unavailable',
  temporarily_unavailable: 'provider.unavailable',
  invalid_request: 'provider.misconfigured',
  invalid_scope: 'provider.misconfigured',
  invalid_client: 'provider.misconfigured',
  invalid_target: 'provider.misconfigured',
  invalid_resource: 'provider.misconfigured',
  invalid_request_uri: 'provider.misconfigured',
  invalid_request_object: 'provider.misconfigured',
  request_not_supported: 'provider.misconfigured',
  request_uri_not_supported: 'provider.misconfigured',
  registration_not_supported: 'provider.misconfigured',
  unauthorized_client: 'provider.misconfigured',
  unsupported_response_type: 'provider.misconfigured',
  redirect_uri_mismatch: 'provider.misconfigured',
  application_suspended: 'provider.misconfigured',
  unmet_authentication_requirements: 'provider.policy',
};

const ENTRA_CODE = /^AADSTS\d{4,7}$/;
/** The person did not consent. */
const ENTRA_DECLINED = 'AADSTS65004';
/** Not assigned to the app, no account in the tenant, locked, disabled, more proof wanted, consent of an administrator wanted;
 * 53xxx and 53xxxx: conditional access (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const ENTRA_POLICY = /^AADSTS(50105|50020|50034|50053|50057|50076|50079|50158|53\d{3,4}|65001|90094|90095)$/;
/** The redirect URI, the application, the scope, the permissions that it lists. */
const ENTRA_MISCONFIGURED = /^AADSTS(50011|700016|70011|650052|650053|65005|90002)$/;

/** What an error in an authorization response means.
 * @param hint what the page found in the description: Entra's code, or `policy` @returns the problem for the page, and the
 * reason for the log: codes alone, as the provider's own words go nowhere (T32) */
export function readAuthorizationError(
  error: string,
  hint: string | undefined,
): { problem: SignInErrorCode; reason: string } {
  const code = Object.hasOwn(PROBLEMS, error) ? error : 'provider_error';
  const entra = hint !== undefined && ENTRA_CODE.test(hint) ? hint : undefined;
  const problem = refineErrorCode(PROBLEMS[code] ?? 'provider.refused', entra, hint === 'policy');
  return { problem, reason: entra ? `${code} ${entra}` : code };
}

function refineErrorCode(standard: SignInErrorCode, entra: string | undefined, isPolicy: boolean): SignInErrorCode {
  if (entra === ENTRA_DECLINED) return 'signin.cancelled';
  if (entra && ENTRA_POLICY.test(entra)) return 'provider.policy';
  if (entra && ENTRA_MISCONFIGURED.test(entra)) return 'provider.misconfigured';
  // A person who cancels gives no reason: the provider has one.
  const isRefusal = standard === 'signin.cancelled' || standard === 'provider.refused';
  return isRefusal && (entra || isPolicy) ? 'provider.policy' : standard;
}

/** Whether the provider does not know `prompt=select_account`. */
export function isChooserRefused(error: string): boolean {
  return CHOOSER_REFUSED.has(error);
}

const CHOOSER_REFUSED = new Set([
  'invalid_request',
  'account_selection_required',
  'invalid_prompt',
  'unsupported_prompt',
]);

/** A connection that users sign in to with OAuth 2.0 at a provider. */
export interface OAuthConnection {
  id: string;
  title: string;
  provider: IdentityProvider;
  /** Proves who is at the browser before the provider, which can't, is asked: Entra, with `openid` alone. */
  identityCheck: IdentityProvider | undefined;
  /** The provider's own token, or the gate's, says that the signer is the asker; without it, the person confirms. */
  proven: boolean;
  /** Takes tokens that the Teams client gets for people without a window. */
  sso?: SingleSignOn;
}

/** One trip of the browser to an identity provider. A connection with a gate takes two. */
export interface AuthorizationTarget {
  /** The connection's id, or `<id>.gate`, which can't be one: the last part of the leg's redirect URI, and what its
   * transactions and tokens are kept under. So neither leg's answer is of use to the other (T27, T30). */
  id: string;
  connection: OAuthConnection;
  provider: IdentityProvider;
  isIdentityCheck: boolean;
}

/** Who begins what: all that a transaction is told and does not make itself. */
export type NewTransaction = Pick<
  PendingTransaction,
  'asker' | 'name' | 'chooseAccount' | 'choosePerson' | 'selectAccountRefused' | 'gatePassed' | 'teamsUserVerified'
> & { claims?: string };

interface AuthorizationDependencies {
  connections: readonly OAuthConnection[];
  transactions: Transactions;
  events: ReportSecurityEvent;
  /** This service's public origin. */
  baseUrl: string;
}

/** The browser's trips to the identity providers: there with a new transaction, back with a code to exchange. */
export class AuthorizationRequests {
  readonly #deps: AuthorizationDependencies;
  readonly #targets: ReadonlyMap<string, AuthorizationTarget>;

  constructor(deps: AuthorizationDependencies) {
    this.#deps = deps;
    const targets = deps.connections.flatMap((connection) => [providerTarget(connection), initialTarget(connection)]);
    this.#targets = new Map(targets.map((target) => [target.id, target]));
  }

  byId(id: string): AuthorizationTarget | undefined {
    return this.#targets.get(id);
  }

  /** Opens a transaction in the browser that the cookie names. @returns the authorization URL. @throws {SignInError} */
  async open(target: AuthorizationTarget, beginning: NewTransaction, cookieHash: string, now: number): Promise<string> {
    const { id, provider, isIdentityCheck } = target;
    const { claims, ...begins } = beginning;
    const { asker, selectAccountRefused = false } = begins;
    const [oauthState, nonce, codeVerifier] = [secretFor(asker), randomSecret(), randomSecret()];
    const owner: Owner = { asker, connectionId: id };
    const request = {
      asker,
      redirectUri: this.#redirectUri(id),
      oauthState,
      nonce,
      codeChallenge: sha256(codeVerifier),
      chooseAccount: asksForAccount(target, begins),
      selectAccountRefused,
      ...(claims !== undefined && !isIdentityCheck && { claims }),
    };
    const { url, issuer } = await this.callProvider(owner, () => provider.authorize(request));
    const transaction = { ...begins, ...owner, issuer, nonce, codeVerifier };
    await this.#deps.transactions.open(transaction, oauthState, cookieHash, now);
    return url;
  }

  /** Exchanges the authorization code that came back. @throws {SignInError} */
  async exchange(
    { id, provider }: AuthorizationTarget,
    transaction: ConsumedTransaction,
    { state: oauthState, code, iss }: { state: string; code: string; iss: string | undefined },
  ): Promise<SignedIn> {
    const { asker, issuer, nonce, codeVerifier } = transaction;
    const expected = { asker, redirectUri: this.#redirectUri(id), oauthState, nonce, codeVerifier, issuer };
    try {
      const signedIn = await provider.exchange({ code, oauthState, iss }, expected);
      const { unnamedBecause: reason } = signedIn;
      if (reason !== undefined) this.#deps.events('signin.account_unnamed', transaction, { reason });
      return signedIn;
    } catch (error) {
      throw this.#toSignInError(error, transaction);
    }
  }

  /** Asks the provider, or a keeper; what goes wrong there becomes a problem that the page can say. @throws {SignInError} */
  async callProvider<T>(owner: Owner, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#toSignInError(error, owner);
    }
  }

  /** An error of a provider becomes one that the page has a message for. Every other error stays as it is. */
  #toSignInError(error: unknown, owner: Owner): unknown {
    if (!(error instanceof ProviderError)) return error;
    this.#deps.events('signin.provider_failed', owner, { reason: error.message });
    return new SignInError(signInErrorCode(error.failure), { cause: error });
  }

  #redirectUri(legId: string): string {
    return `${this.#deps.baseUrl}/auth/callback/${legId}`;
  }
}

/** Whether a leg asks the person which account to use. The wish for another account is for the connection's own provider. */
export function asksForAccount(
  { isIdentityCheck }: AuthorizationTarget,
  { chooseAccount, choosePerson = false }: Pick<NewTransaction, 'chooseAccount' | 'choosePerson'>,
): boolean {
  return choosePerson || (chooseAccount && !isIdentityCheck);
}

/** Where a sign-in to a connection begins: at its gate, where it has one. */
export function initialTarget(connection: OAuthConnection): AuthorizationTarget {
  const { id, identityCheck } = connection;
  return identityCheck
    ? { id: `${id}.gate`, connection, provider: identityCheck, isIdentityCheck: true }
    : providerTarget(connection);
}

/** To the connection's own provider. */
export function providerTarget(connection: OAuthConnection): AuthorizationTarget {
  return { id: connection.id, connection, provider: connection.provider, isIdentityCheck: false };
}
