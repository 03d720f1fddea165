import { LatchkeyError } from '../../platform/latchkey-error.ts';
import type { User } from '../user.ts';

/** The seam to an identity provider: four verbs. An implementation keeps no state about people.
 * Every method may throw {@link ProviderError}, and nothing else. */
export interface IdentityProvider {
  /** Where to send the browser (RFC 6749 section 4.1.1, RFC 7636). */
  authorize(request: AuthorizationRequest): Promise<AuthorizationUrl>;
  /** Exchanges an authorization code and checks the answer: `iss`, `nonce`, the ID token's signature and claims. */
  exchange(response: AuthorizationResponse, expected: ExpectedResponse): Promise<SignedIn>;
  /** New tokens for a refresh token (RFC 6749 section 6). Keeps the old refresh token where none comes back. */
  refresh(credential: Credential, asker: User): Promise<Credential>;
  /** Makes the tokens useless at the provider (RFC 7009), where it can. */
  revoke(tokens: RevocableTokens, asker: User): Promise<Revocation>;
}

/** The part of a credential that is still to be revoked. */
export interface RevocableTokens extends Partial<Pick<Credential, 'accessToken' | 'refreshToken'>> {
  issuer: string;
  /** An earlier try revoked the refresh token, and with it, at most providers, the grant. */
  isGrantRevoked?: true;
}

/** What a provider did with tokens that are to be revoked. */
export type Revocation =
  /** They do not work any more, by this try or by an earlier one. */
  | { outcome: 'revoked' }
  /** The provider cannot revoke them: they live to their end. `reason` is for the log. */
  | { outcome: 'unsupported'; reason: string }
  /** `left` has to be tried again. T97: a token that was revoked is not among it, as a provider that detects reuse ends the
   * next sign-in when it sees that token again. */
  | { outcome: 'incomplete'; left: Omit<RevocableTokens, 'issuer'>; error: ProviderError };

export interface AuthorizationRequest {
  asker: User;
  redirectUri: string;
  oauthState: string;
  nonce: string;
  /** S256 of the code verifier. */
  codeChallenge: string;
  /** The person wants another account than the one they are signed in with over there. */
  chooseAccount: boolean;
  /** The provider refused `prompt=select_account` a moment ago. */
  selectAccountRefused?: boolean;
  /** A claims challenge that this sign-in has to meet, as the provider worded it (OpenID Connect Core section 5.5). */
  claims?: string;
}

export interface AuthorizationUrl {
  url: string;
  /** Whose answer the callback must be (RFC 9207). */
  issuer: string;
}

/** What came back to the redirect URI. */
export interface AuthorizationResponse {
  code: string;
  oauthState: string;
  iss: string | undefined;
}

/** What the transaction remembers. */
export interface ExpectedResponse {
  asker: User;
  redirectUri: string;
  oauthState: string;
  nonce: string;
  codeVerifier: string;
  issuer: string;
}

/** Tokens and whose they are. Serialised as JSON, encrypted, into the store. */
export interface Credential {
  accessToken: string;
  refreshToken?: string;
  /** Milliseconds since the epoch; absent where the provider did not say. */
  expiresAt?: number;
  /** Space separated, as granted. */
  scope: string;
  issuer: string;
  account: Account;
}

/** The account at the provider: shown to its owner, never logged. */
export interface Account {
  name: string;
  /** The provider did not name the account: `name` is its id. Never show an id alone. */
  unnamed?: true;
  /** Its id (`sub`), where there is one. */
  subject?: string;
}

/** What a person sees of it. */
export type ShownAccount = Pick<Account, 'name' | 'unnamed'>;

export interface SignedIn {
  credential: Credential;
  /** Why the account has no name, for the log. */
  unnamedBecause?: string;
  /** Who signed in, where the provider's own token proves it in Teams' terms (Entra `tid` and `oid`). */
  identity?: User;
}

export type ProviderFailure =
  /** The grant is gone: `invalid_grant`. Only a new sign-in helps. */
  | 'invalid_grant'
  /** The person or the provider did not grant all that was asked for. */
  | 'insufficient_scope'
  /** The answer broke a rule: wrong `iss`, `nonce`, signature, claim, shape or size. */
  | 'invalid_response'
  /** It answered with an error, or did not answer: worth another try. */
  | 'unavailable'
  /** It did not answer in time. */
  | 'timeout';

/** `detail` is for the log: the rule that was broken, never a token, claim value or the provider's own words. */
export class ProviderError extends LatchkeyError {
  override readonly name = 'ProviderError';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure, detail: string, options: { cause?: unknown } = {}) {
    super(detail, options);
    this.failure = failure;
  }
}

/** Exchanges the token of a Teams client for a credential. Methods that return a promise throw only {@link ProviderError}. */
export interface SingleSignOn {
  /** The channel gets a token for this resource. */
  readonly resource: string;
  /** Checks that the token is for us, from a Teams client, and this user's own. @returns the reason of a refusal, for the log */
  refusalOf(token: string, asker: User): Promise<string | undefined>;
  /** The on-behalf-of exchange. Only for a token that was not refused. */
  exchange(token: string, asker: User): Promise<Exchanged>;
  /** Forgets every token that was exchanged for the user. */
  evict(asker: User): void;
}

export type Exchanged =
  | { credential: Credential }
  /** The user must consent first. */
  | { wants: 'consent' }
  /** Only a sign-in helps: a policy requires it, with these `claims`, or the provider refused the token. */
  | { wants: 'sign_in'; claims?: string };
