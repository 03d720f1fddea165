import * as client from 'openid-client';
import {
  type AuthorizationRequest,
  type AuthorizationResponse,
  type AuthorizationUrl,
  type Credential,
  type ExpectedResponse,
  ProviderError,
  type Revocation,
} from '../identity-provider.ts';
import { toProviderError } from '../provider-errors.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { CLOCK_SKEW_SECONDS } from './id-token.ts';
import type { OAuthClientOptions } from './oauth-client-options.ts';

/* Steps of the authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636) on openid-client that every provider
 * takes, whether it signs ID tokens or not. */

/** Runs one operation, whose requests share a deadline, and whose every failure is a {@link ProviderError}.
 * @param operation for the log @param timeout milliseconds */
export async function withDeadline<T>(
  operation: string,
  timeout: number,
  work: (fetch: client.CustomFetch) => Promise<T>,
): Promise<T> {
  try {
    return await work(boundedFetch(AbortSignal.timeout(timeout)));
  } catch (error) {
    throw toProviderError(error, operation);
  }
}

/** A configuration for one operation. @param fetch of that operation */
export function configure(
  metadata: client.ServerMetadata,
  authentication: client.ClientAuth,
  { clientId, allowInsecureLoopback }: OAuthClientOptions,
  fetch: client.CustomFetch,
): client.Configuration {
  const tolerance = { [client.clockTolerance]: CLOCK_SKEW_SECONDS };
  const config = new client.Configuration(metadata, clientId, tolerance, authentication);
  config[client.customFetch] = fetch;
  config.timeout = undefined;
  // Without it openid-client takes the ID token of a token answer on TLS's word alone: T29.
  client.enableNonRepudiationChecks(config);
  if (allowInsecureLoopback) client.allowInsecureRequests(config);
  return config;
}

/** Where to send the browser: always with `state`, and with PKCE's S256 (T27, T28).
 * @param extra parameters that the provider wants besides */
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

/** The response as openid-client reads it, once it is sure that it is this issuer's (T30).
 * `iss` may only be absent, never different or empty; where the issuer's metadata promise it, openid-client wants it. */
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

/** The refresh token of a credential that this issuer granted. @throws {ProviderError} `invalid_grant` without one */
export function refreshTokenOf({ refreshToken, issuer: grantedBy }: Credential, issuer: string): string {
  if (refreshToken === undefined) throw new ProviderError('invalid_grant', 'refresh: there is no refresh token');
  // Another issuer's token is none of this one's business: the configuration has changed since.
  if (grantedBy !== issuer) throw new ProviderError('invalid_grant', 'refresh: granted by another issuer');
  return refreshToken;
}

/** Tokens that nobody will get must not live on (T76): ends them, and says why they were not taken.
 * @param operation for the log @param revoke ends them at the provider @throws {ProviderError} always */
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

/** T76: whether tokens of a refresh that was not accepted have no place any more. Where the refresh token is still the old
 * one, and the link stays, revoking them would end the link. */
export function isOrphaned(renewed: { refreshToken: string }, refreshToken: string, why: unknown): boolean {
  const isUnlinked = why instanceof ProviderError && why.failure === 'invalid_grant';
  return isUnlinked || renewed.refreshToken !== refreshToken;
}
