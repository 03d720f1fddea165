import * as client from 'openid-client';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import {
  type AuthorizationRequest,
  type AuthorizationResponse,
  type AuthorizationUrl,
  type Credential,
  type ExpectedResponse,
  ProviderError,
  type RevocableTokens,
  type Revocation,
} from '../identity-provider.ts';
import { toProviderError } from '../provider-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { Discovery, type IssuerMetadata } from './discovery.ts';
import { accountFromClaims, CLOCK_SKEW_SECONDS, type Claims, checkIdToken } from './id-token.ts';
import { ClientAuthenticator, clientTimeouts, type OAuthClientOptions, type Timeouts } from './oauth-client-options.ts';
import {
  matchesExactScope,
  parseTokenResponse,
  refreshGrant,
  refusalCodeOf,
  requireScopes,
  type ScopeMatcher,
  standardRefusals,
  type TokenResponse,
} from './token-response.ts';

/** RFC 7009 section 2.2 requires 200 for an invalid token, but for example Google sends `invalid_token`. */
const ALREADY_INVALID = new Set([
  'invalid_token',
  'invalid_grant',
  'invalid_refresh_token',
  'token_expired',
  'token_inactive',
]);

type Step = 'revoked' | 'unsupported' | ProviderError;

/** RFC 7009. The refresh token comes first: at most providers it ends the whole grant (section 2.1). The access token
 * follows, because some providers leave it alive. */
export async function revokeTokens(
  config: client.Configuration,
  { refreshToken, accessToken, isGrantRevoked }: Omit<RevocableTokens, 'issuer'>,
): Promise<Revocation> {
  if (!config.serverMetadata().revocation_endpoint) return { outcome: 'unsupported', reason: 'no revocation endpoint' };
  const { [client.customFetch]: fetch } = config;
  if (fetch) config[client.customFetch] = revocationResponses(fetch);
  const steps: Step[] = isGrantRevoked ? ['revoked'] : [];
  const left: Omit<RevocableTokens, 'issuer'> = isGrantRevoked ? { isGrantRevoked } : {};
  if (refreshToken !== undefined) {
    const step = await revokeToken(config, refreshToken, 'refresh_token', false);
    if (step instanceof ProviderError) left.refreshToken = refreshToken;
    if (step === 'revoked') left.isGrantRevoked = true;
    steps.push(step);
  }
  if (accessToken !== undefined) {
    const step = await revokeToken(config, accessToken, 'access_token', steps[0] === 'revoked');
    if (step instanceof ProviderError) left.accessToken = accessToken;
    steps.push(step);
  }
  const error = steps.find((step) => step instanceof ProviderError);
  if (error) return { outcome: 'incomplete', left, error };
  if (steps.includes('revoked')) return { outcome: 'revoked' };
  return { outcome: 'unsupported', reason: 'unsupported_token_type' };
}

async function revokeToken(
  config: client.Configuration,
  token: string,
  hint: 'refresh_token' | 'access_token',
  grantEnded: boolean,
): Promise<Step> {
  try {
    await client.tokenRevocation(config, token, { token_type_hint: hint });
    return 'revoked';
  } catch (error) {
    const code = error instanceof client.ResponseBodyError ? error.error : undefined;
    if (code === 'unsupported_token_type') return 'unsupported';
    if (code !== undefined && ALREADY_INVALID.has(code)) return 'revoked';
    if (code === 'invalid_request' && grantEnded) return 'revoked';
    return toProviderError(error, 'revoke');
  }
}

/** Turns every 2xx, and a 404 (no such token), into a success. Drops a challenge, which openid-client would report
 * instead of the error. */
function revocationResponses(fetch: client.CustomFetch): client.CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (response.ok || response.status === 404) return new Response(null, { status: 200 });
    const headers = new Headers(response.headers);
    if (response.status === 400) headers.delete('www-authenticate');
    return new Response(response.body, { status: response.status, headers });
  };
}

interface CodeExchangeResult {
  credential: Credential;
  claims: Claims;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The fetch adds the credentials, because it may try two methods. */
export const NO_CREDENTIALS: client.ClientAuth = () => undefined;

/** For OpenID Connect issuers, on openid-client. Every method throws only {@link ProviderError}. */
export class OAuthClient {
  readonly #options: OAuthClientOptions;
  readonly #match: ScopeMatcher;
  readonly #timeouts: Required<Timeouts>;
  readonly #discovery: Discovery;
  readonly #authenticator: ClientAuthenticator;

  constructor(options: OAuthClientOptions, match: ScopeMatcher = matchesExactScope) {
    this.#options = options;
    this.#match = match;
    this.#authenticator = new ClientAuthenticator(options);
    this.#timeouts = clientTimeouts(options);
    this.#discovery = new Discovery({ ...options, timeoutMs: this.#timeouts.refreshMs });
  }

  async authorize(
    issuer: string,
    request: AuthorizationRequest,
    extraFor: (metadata: client.ServerMetadata) => Record<string, string>,
  ): Promise<AuthorizationUrl> {
    const { nonce } = request;
    return this.#run('authorize', issuer, this.#timeouts.exchangeMs, async (config) =>
      authorizationUrl(config, this.#options.scopes, request, { nonce, ...extraFor(config.serverMetadata()) }),
    );
  }

  async exchange(
    issuer: string,
    response: AuthorizationResponse,
    expected: ExpectedResponse,
  ): Promise<CodeExchangeResult> {
    const callback = callbackUrl(issuer, response, expected);
    try {
      const { config, discovered } = await this.#open(issuer, this.#timeouts.exchangeMs);
      fetchKeysEarly(config, discovered.keys);
      const sentAt = Date.now();
      const response = await client.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: expected.codeVerifier,
        expectedState: expected.oauthState,
        // With a nonce, openid-client requires an ID token.
        expectedNonce: expected.nonce,
      });
      const tokens = parseTokenResponse(response, sentAt);
      const claims = await this.#accept(response).catch((error: unknown) =>
        revokeAndThrow(error, 'answer', () => revokeTokens(config, tokens)),
      );
      discovered.keys = client.getJwksCache(config);
      const scope = response.scope || this.#options.scopes.join(' ');
      return { claims, credential: { ...tokens, scope, issuer, account: accountFromClaims(claims) } };
    } catch (error) {
      throw toProviderError(error, 'exchange');
    }
  }

  /** OpenID Connect Core section 5.3. The caller compares `sub`. */
  async userinfo(issuer: string, accessToken: string): Promise<client.UserInfoResponse> {
    return this.#run('userinfo', issuer, this.#timeouts.refreshMs, async (config) => {
      const { userinfo_endpoint } = config.serverMetadata();
      if (!isSafeUrl(userinfo_endpoint, this.#options.allowInsecureLoopback))
        throw new ProviderError('unavailable', 'there is no endpoint');
      return client.fetchUserInfo(config, accessToken, client.skipSubjectCheck);
    });
  }

  async #accept(response: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): Promise<Claims> {
    const claims = this.#claimsOf(response);
    if (claims === undefined) throw new ProviderError('invalid_response', 'no ID token');
    requireScopes(this.#options.scopes, response.scope || undefined, this.#match, 'insufficient_scope');
    return claims;
  }

  /** @param check validates the ID token, if there is one */
  async refresh(issuer: string, credential: Credential, check: (claims: Claims) => void): Promise<Credential> {
    const refreshToken = refreshTokenOf(credential, issuer);
    return this.#run('refresh', issuer, this.#timeouts.refreshMs, async (config) => {
      const sentAt = Date.now();
      const response = await refreshGrant(config, refreshToken);
      const { account, scope } = credential;
      const tokens = { refreshToken, ...parseTokenResponse(response, sentAt) };
      try {
        const claims = this.#claimsOf(response);
        if (claims) check(claims);
        // Not `invalid_response`: only a new sign-in can request more.
        requireScopes(this.#options.scopes, response.scope || undefined, this.#match, 'invalid_grant');
      } catch (error) {
        if (!isOrphaned(tokens, refreshToken, error)) throw error;
        return revokeAndThrow(error, 'answer', () => revokeTokens(config, tokens));
      }
      return { ...tokens, scope: response.scope || scope, issuer, account };
    });
  }

  /** RFC 7523 section 2.1. @returns the raw refusal, if the provider refuses */
  async exchangeAssertion(
    operation: string,
    issuer: string,
    parameters: Record<string, string>,
  ): Promise<ReturnType<typeof parseTokenResponse> | { refused: TokenResponse }> {
    const last: { response?: TokenResponse } = {};
    try {
      return await withDeadline(operation, this.#timeouts.refreshMs, async (fetch) => {
        const recordResponse: client.CustomFetch = async (url, options) => {
          const response = await fetch(url, options);
          const { status, headers } = response;
          last.response = { status, headers, text: await response.clone().text() };
          return response;
        };
        const config = this.#configure(await this.#discovery.get(issuer), recordResponse);
        const sentAt = Date.now();
        return parseTokenResponse(await client.genericGrantRequest(config, JWT_BEARER, parameters), sentAt);
      });
    } catch (error) {
      const { response } = last;
      if (response && refusalCodeOf(response) !== undefined) return { refused: response };
      throw error;
    }
  }

  async revoke(issuer: string, tokens: RevocableTokens): Promise<Revocation> {
    if (tokens.issuer !== issuer) return { outcome: 'unsupported', reason: 'granted by another issuer' };
    return this.#run('revoke', issuer, this.#timeouts.refreshMs, (config) => revokeTokens(config, tokens));
  }

  async #run<T>(
    operation: string,
    issuer: string,
    timeoutMs: number,
    work: (config: client.Configuration) => Promise<T>,
  ): Promise<T> {
    try {
      const { config, discovered } = await this.#open(issuer, timeoutMs);
      const result = await work(config);
      discovered.keys = client.getJwksCache(config);
      return result;
    } catch (error) {
      throw toProviderError(error, operation);
    }
  }

  /** @param timeoutMs for all requests */
  async #open(
    issuer: string,
    timeoutMs: number,
  ): Promise<{ config: client.Configuration; discovered: IssuerMetadata }> {
    const fetch = boundedFetch(AbortSignal.timeout(timeoutMs));
    const discovered = await this.#discovery.get(issuer);
    return { config: this.#configure(discovered, fetch), discovered };
  }

  #configure({ metadata, keys }: IssuerMetadata, fetch: client.CustomFetch): client.Configuration {
    const standard = standardRefusals(fetch);
    const { revocationEndpoint, assertion } = this.#options;
    const known = revocationEndpoint ? { ...metadata, revocation_endpoint: revocationEndpoint } : metadata;
    const config = assertion
      ? configure(known, assertion, this.#options, standard)
      : configure(known, NO_CREDENTIALS, this.#options, this.#authenticator.authenticated(standard, metadata));
    if (keys) client.setJwksCache(config, keys);
    return config;
  }

  #claimsOf(response: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): Claims | undefined {
    const claims = response.claims();
    if (claims) checkIdToken(claims, this.#options.clientId, Date.now());
    return claims;
  }
}

/* Steps of the authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636), with or without ID tokens. */

/** openid-client fetches keys that it does not have, or that are older. */
const MAX_KEYS_AGE_SECONDS = 300;

/** openid-client fetches the keys after the token response. This sends both requests at once, which saves a round trip.
 * openid-client still checks the response, and fetches again for an unknown key. */
function fetchKeysEarly(config: client.Configuration, keys: client.ExportedJWKSCache | undefined): void {
  const { [client.customFetch]: fetch } = config;
  const { jwks_uri: keysUrl } = config.serverMetadata();
  const isFresh = keys !== undefined && Date.now() / 1000 - keys.uat < MAX_KEYS_AGE_SECONDS;
  if (!fetch || keysUrl === undefined || isFresh) return;
  let sent: Promise<Response> | undefined;
  let wanted = true;
  config[client.customFetch] = (url, options) => {
    if (url === keysUrl) {
      const response = sent ?? fetch(url, options);
      sent = undefined;
      return response;
    }
    if (wanted) {
      wanted = false;
      sent = fetch(keysUrl, { body: undefined, headers: KEYS_HEADERS, method: 'GET', redirect: 'manual' });
      // If the provider refuses the code, openid-client does not ask for the keys.
      sent.catch(() => undefined);
    }
    return fetch(url, options);
  };
}

/** As openid-client sends them. */
const KEYS_HEADERS = { accept: 'application/json, application/jwk-set+json' };

/** Every failure is a {@link ProviderError}.
 * @param operation for the log
 * @param timeoutMs for all requests */
export async function withDeadline<T>(
  operation: string,
  timeoutMs: number,
  work: (fetch: client.CustomFetch) => Promise<T>,
): Promise<T> {
  try {
    return await work(boundedFetch(AbortSignal.timeout(timeoutMs)));
  } catch (error) {
    throw toProviderError(error, operation);
  }
}

export function configure(
  metadata: client.ServerMetadata,
  authentication: client.ClientAuth,
  { clientId, allowInsecureLoopback }: Pick<OAuthClientOptions, 'clientId' | 'allowInsecureLoopback'>,
  fetch: client.CustomFetch,
): client.Configuration {
  const tolerance = { [client.clockTolerance]: CLOCK_SKEW_SECONDS };
  const config = new client.Configuration(metadata, clientId, tolerance, authentication);
  config[client.customFetch] = fetch;
  config.timeout = undefined;
  // T29: by default, openid-client does not verify the signature of an ID token from the token endpoint.
  client.enableNonRepudiationChecks(config);
  if (allowInsecureLoopback) client.allowInsecureRequests(config);
  return config;
}

/** Always sends `state` and PKCE's S256 (T27, T28). */
export function authorizationUrl(
  config: client.Configuration,
  scopes: readonly string[],
  { redirectUri, oauthState, codeChallenge }: AuthorizationRequest,
  extra: Record<string, string>,
): AuthorizationUrl {
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: new URL(redirectUri).href,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    state: oauthState,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...extra,
  });
  return { url: url.href, issuer: config.serverMetadata().issuer };
}

/** T30: the response must come from this issuer. `iss` may be absent but not different or empty. openid-client requires
 * it if the issuer's metadata promise it. */
export function callbackUrl(
  issuer: string,
  { code, oauthState, iss }: AuthorizationResponse,
  expected: ExpectedResponse,
): URL {
  if (expected.issuer !== issuer) throw new ProviderError('invalid_response', 'exchange: begun with another issuer');
  if (iss !== undefined && iss !== issuer)
    throw new ProviderError('invalid_response', 'exchange: iss is another issuer');
  const url = new URL(expected.redirectUri);
  url.search = new URLSearchParams({ code, state: oauthState, ...(iss === undefined ? {} : { iss }) }).toString();
  return url;
}

/** @throws {ProviderError} `invalid_grant` without a refresh token of this issuer */
export function refreshTokenOf({ refreshToken, issuer: grantedBy }: Credential, issuer: string): string {
  if (refreshToken === undefined) throw new ProviderError('invalid_grant', 'refresh: there is no refresh token');
  // The configuration has changed: do not send the token to another issuer.
  if (grantedBy !== issuer) throw new ProviderError('invalid_grant', 'refresh: granted by another issuer');
  return refreshToken;
}

/** T76: revokes rejected tokens, which would stay valid, and then throws.
 * @throws {ProviderError} always */
export async function revokeAndThrow(
  why: unknown,
  operation: string,
  revoke: () => Promise<Revocation>,
): Promise<never> {
  const reason = toProviderError(why, operation);
  const failed = await revoke().then(
    (revocation) => (revocation.outcome === 'incomplete' ? revocation.error : undefined),
    (error: unknown) => (error instanceof ProviderError ? error : toProviderError(error, 'withdraw')),
  );
  throw failed ? new ProviderError(reason.failure, `${reason.message}; ${failed.message}`) : reason;
}

/** T76: whether to revoke the tokens of a rejected refresh. If the refresh token is unchanged and the link stays, a
 * revocation would end the link. */
export function isOrphaned(renewed: { refreshToken: string }, refreshToken: string, why: unknown): boolean {
  const isUnlinked = why instanceof ProviderError && why.failure === 'invalid_grant';
  return isUnlinked || renewed.refreshToken !== refreshToken;
}
