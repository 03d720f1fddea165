import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { User } from '../user.ts';

/** An implementation stores no state about people. Every method throws only {@link ProviderError}. */
export interface IdentityProvider {
  /** RFC 6749 section 4.1.1, RFC 7636. */
  authorize(request: AuthorizationRequest): Promise<AuthorizationUrl>;
  /** Also checks `iss`, `nonce`, and the signature and claims of the ID token. */
  exchange(response: AuthorizationResponse, expected: ExpectedResponse): Promise<SignedIn>;
  /** RFC 6749 section 6. Keeps the old refresh token if the response contains none. */
  refresh(credential: Credential, asker: User): Promise<Credential>;
  /** RFC 7009, if the provider supports it. */
  revoke(tokens: RevocableTokens, asker: User): Promise<Revocation>;
}

export interface RevocableTokens extends Partial<Pick<Credential, 'accessToken' | 'refreshToken'>> {
  issuer: string;
  /** An earlier try revoked the refresh token, which ends the grant at most providers. */
  isGrantRevoked?: true;
}

export type Revocation =
  | { outcome: 'revoked' }
  /** The tokens live until they expire. `reason` is for the log. */
  | { outcome: 'unsupported'; reason: string }
  /** `left` needs another try. T97: it contains no revoked token, because a provider that detects reuse would end the
   * user's next sign-in. */
  | { outcome: 'incomplete'; left: Omit<RevocableTokens, 'issuer'>; error: ProviderError };

export interface AuthorizationRequest {
  asker: User;
  redirectUri: string;
  oauthState: string;
  nonce: string;
  /** S256 of the code verifier. */
  codeChallenge: string;
  chooseAccount: boolean;
  /** The provider has just refused `prompt=select_account`. */
  selectAccountRefused?: boolean;
  /** The provider's claims challenge (OpenID Connect Core section 5.5). */
  claims?: string;
}

export interface AuthorizationUrl {
  url: string;
  /** The callback must come from this issuer (RFC 9207). */
  issuer: string;
}

export interface AuthorizationResponse {
  code: string;
  oauthState: string;
  iss: string | undefined;
}

export interface ExpectedResponse {
  asker: User;
  redirectUri: string;
  oauthState: string;
  nonce: string;
  codeVerifier: string;
  issuer: string;
}

export interface Credential {
  accessToken: string;
  refreshToken?: string;
  /** Milliseconds since the epoch; absent if the provider sent no lifetime. */
  expiresAt?: number;
  /** Granted, separated by spaces. */
  scope: string;
  issuer: string;
  account: Account;
  /** `{site}` in the source's addresses, if the provider has a place of its own for each organization. */
  site?: string;
}

/** Show it only to its owner, and never log it. */
export interface Account {
  name: string;
  /** The provider sent no name, so `name` is the id. Never show an id without explanation. */
  unnamed?: true;
  subject?: string;
}

export type ShownAccount = Pick<Account, 'name' | 'unnamed'>;

export interface SignedIn {
  credential: Credential;
  unnamedBecause?: string;
  /** Entra's `tid` and `oid`, if the provider's own token proves who signed in. */
  identity?: User;
}

export type ProviderFailure =
  /** The grant has ended: only a new sign-in helps. */
  | 'invalid_grant'
  | 'insufficient_scope'
  /** Wrong `iss`, `nonce`, signature, claim, format or size. */
  | 'invalid_response'
  /** An error or no connection: worth another try. */
  | 'unavailable'
  | 'timeout';

/** The detail is for the log: the broken rule, never a token, claim value or the provider's text. */
export class ProviderError extends LatchkeyError {
  override readonly name = 'ProviderError';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure, detail: string, options: { cause?: unknown } = {}) {
    super(detail, options);
    this.failure = failure;
  }
}

/** Exchanges the token of a Teams client for a credential. Async methods throw only {@link ProviderError}. */
export interface SingleSignOn {
  /** The channel gets a token for this resource. */
  readonly resource: string;
  /** Checks audience, client and user of the token. @returns the reason of a refusal, for the log */
  refusalOf(token: string, asker: User): Promise<string | undefined>;
  /** Call this only for a token that `refusalOf` accepts. */
  exchange(token: string, asker: User): Promise<TokenExchangeOutcome>;
  evict(asker: User): void;
}

export type TokenExchangeOutcome =
  | { credential: Credential }
  | { required: 'consent' }
  /** A policy requires a sign-in with these `claims`, or the provider refused the token. */
  | { required: 'sign_in'; claims?: string };
