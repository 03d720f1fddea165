import type { Owner } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import { SignInError, type SignInErrorCode, signInErrorCode } from './errors.ts';
import {
  type AuthorizationRequest,
  type ExpectedResponse,
  type IdentityProvider,
  ProviderError,
  type SignedIn,
  type SingleSignOn,
} from './providers/identity-provider.ts';
import { randomSecret, secretFor, sha256 } from './secrets.ts';
import type { ConsumedTransaction, PendingTransaction, Transactions } from './transactions.ts';

/** RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6, RFC 8707, and errors of GitHub and LinkedIn. */
const ERROR_CODES: Readonly<Record<string, SignInErrorCode>> = {
  access_denied: 'signin.cancelled',
  // The bot never sends `prompt=none`, so the person saw a page and left it.
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
const ENTRA_DECLINED = 'AADSTS65004';
/** Not assigned to the app, no account in the tenant, locked, disabled, more proof required, admin consent required.
 * 53xxx and 53xxxx: conditional access.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const ENTRA_POLICY = /^AADSTS(50105|50020|50034|50053|50057|50076|50079|50158|53\d{3,4}|65001|90094|90095)$/;
/** Wrong redirect URI, application, scope or permission list. */
const ENTRA_MISCONFIGURED = /^AADSTS(50011|700016|70011|650052|650053|65005|90002)$/;

/** @param hint Entra's code or `policy`, from the error description
 * @returns the problem for the page, and codes for the log, never the provider's text (T32) */
export function readAuthorizationError(
  error: string,
  hint: string | undefined,
): { problem: SignInErrorCode; reason: string } {
  const code = Object.hasOwn(ERROR_CODES, error) ? error : 'provider_error';
  const entra = hint !== undefined && ENTRA_CODE.test(hint) ? hint : undefined;
  const problem = refineErrorCode(ERROR_CODES[code] ?? 'provider.refused', entra, hint === 'policy');
  return { problem, reason: entra ? `${code} ${entra}` : code };
}

function refineErrorCode(standard: SignInErrorCode, entra: string | undefined, isPolicy: boolean): SignInErrorCode {
  if (entra === ENTRA_DECLINED) return 'signin.cancelled';
  if (entra && ENTRA_POLICY.test(entra)) return 'provider.policy';
  if (entra && ENTRA_MISCONFIGURED.test(entra)) return 'provider.misconfigured';
  // A person who cancels gives no reason.
  const isRefusal = standard === 'signin.cancelled' || standard === 'provider.refused';
  return isRefusal && (entra || isPolicy) ? 'provider.policy' : standard;
}

/** @param id of a connection, or of its identity check */
export function redirectUriOf(baseUrl: string, id: string): string {
  return `${baseUrl}/auth/callback/${id}`;
}

export function isChooserRefused(error: string): boolean {
  return CHOOSER_REFUSED.has(error);
}

const CHOOSER_REFUSED = new Set([
  'invalid_request',
  'account_selection_required',
  'invalid_prompt',
  'unsupported_prompt',
]);

export interface OAuthConnection {
  id: string;
  title: string;
  provider: IdentityProvider;
  /** Entra with only `openid`, if `provider` cannot prove who uses the browser. */
  identityCheck: IdentityProvider | undefined;
  /** A token proves who signed in. If false, the person confirms. */
  proven: boolean;
  sso?: SingleSignOn;
}

/** One redirect to a provider. A connection with an identity check has two. */
export interface AuthorizationTarget {
  /** The connection's id, or `<id>.gate`, which is no valid connection id. The redirect URI, transactions and tokens
   * carry it, so a response for one target is useless for the other (T27, T30). */
  id: string;
  connection: OAuthConnection;
  provider: IdentityProvider;
  isIdentityCheck: boolean;
}

/** Also an earlier transaction of the sign-in: `open` replaces its secrets. */
export type NewTransaction = Pick<
  PendingTransaction,
  'asker' | 'name' | 'chooseAccount' | 'choosePerson' | 'selectAccountRefused' | 'gatePassed' | 'teamsUserVerified'
> & { claims?: string };

interface AuthorizationDependencies {
  connections: readonly OAuthConnection[];
  transactions: Transactions;
  events: ReportSecurityEvent;
  baseUrl: string;
}

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

  /** Opens a transaction. @returns the authorization URL */
  async open(
    target: AuthorizationTarget,
    { claims, ...fields }: NewTransaction,
    cookieHash: string,
    now: number,
  ): Promise<string> {
    const { id, provider, isIdentityCheck } = target;
    const { asker, selectAccountRefused = false } = fields;
    const owner: Owner = { asker, connectionId: id };
    const request = {
      asker,
      redirectUri: this.#redirectUri(id),
      chooseAccount: asksForAccount(target, fields),
      selectAccountRefused,
      ...(claims !== undefined && !isIdentityCheck && { claims }),
    };
    const { url, expected } = await this.callProvider(owner, () => newAuthorization(provider, request));
    const { issuer, nonce, codeVerifier, oauthState } = expected;
    const transaction = { ...fields, ...owner, issuer, nonce, codeVerifier };
    await this.#deps.transactions.open(transaction, oauthState, cookieHash, now);
    return url;
  }

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

  /** Turns the failure of a provider or token service into a problem for the page. @throws {SignInError} */
  async callProvider<T>(owner: Owner, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#toSignInError(error, owner);
    }
  }

  #toSignInError(error: unknown, owner: Owner): unknown {
    if (!(error instanceof ProviderError)) return error;
    this.#deps.events('signin.provider_failed', owner, { reason: error.message });
    return new SignInError(signInErrorCode(error.failure), { cause: error });
  }

  #redirectUri(targetId: string): string {
    return redirectUriOf(this.#deps.baseUrl, targetId);
  }
}

/** An authorization request with a new `state`, `nonce` and PKCE verifier, and what its response must match.
 * @throws {ProviderError} */
export async function newAuthorization(
  provider: IdentityProvider,
  request: Omit<AuthorizationRequest, 'oauthState' | 'nonce' | 'codeChallenge'>,
): Promise<{ url: string; expected: ExpectedResponse }> {
  const { asker, redirectUri } = request;
  const [oauthState, nonce, codeVerifier] = [secretFor(asker), randomSecret(), randomSecret()];
  const secrets = { oauthState, nonce, codeChallenge: sha256(codeVerifier) };
  const { url, issuer } = await provider.authorize({ ...request, ...secrets });
  return { url, expected: { asker, redirectUri, oauthState, nonce, codeVerifier, issuer } };
}

/** `chooseAccount` applies to the connection's provider, not to its identity check. */
export function asksForAccount(
  { isIdentityCheck }: AuthorizationTarget,
  { chooseAccount, choosePerson = false }: Pick<NewTransaction, 'chooseAccount' | 'choosePerson'>,
): boolean {
  return choosePerson || (chooseAccount && !isIdentityCheck);
}

export function initialTarget(connection: OAuthConnection): AuthorizationTarget {
  const { id, identityCheck } = connection;
  return identityCheck
    ? { id: `${id}.gate`, connection, provider: identityCheck, isIdentityCheck: true }
    : providerTarget(connection);
}

export function providerTarget(connection: OAuthConnection): AuthorizationTarget {
  return { id: connection.id, connection, provider: connection.provider, isIdentityCheck: false };
}
