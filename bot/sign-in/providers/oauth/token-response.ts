import type { TokenEndpointResponse } from 'openid-client';
import { type Credential, ProviderError, type ProviderFailure } from '../identity-provider.ts';

/** Whether a granted scope is one that was asked for. */
export type ScopeMatcher = (requested: string, granted: string) => boolean;

/** RFC 6749 section 3.3: case-sensitive, to the letter. */
export const matchesExactScope: ScopeMatcher = (requested, granted) => requested === granted;

/** OpenID Connect's own scopes (Core sections 5.4 and 11): providers need not repeat them, and Entra does not. */
const OPENID_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);
const YEAR = 365 * 24 * 60 * 60;

/** What of a token answer (RFC 6749 section 5.1) goes into a credential, checked as openid-client does not.
 * @param sentAt when the request went out, milliseconds since the epoch: `expires_in` counts from then at the latest
 * @throws {ProviderError} */
export function parseTokenResponse(
  response: TokenEndpointResponse,
  sentAt: number,
): Pick<Credential, 'accessToken' | 'refreshToken' | 'expiresAt'> {
  const { access_token, refresh_token, expires_in, token_type } = response;
  if (token_type.toLowerCase() !== 'bearer') throw invalid('token_type is not Bearer');
  // It goes into a header (RFC 6750 section 2.1).
  if (!/^[\x21-\x7e]+$/.test(access_token)) throw invalid('access_token is not printable');
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresAt: sentAt + Math.min(expires_in, YEAR) * 1000 }),
  };
}

/** Each scope that was asked for must have been granted. An answer that names none grants what was asked (RFC 6749
 * section 5.1). @throws {ProviderError} as `exitFailure` */
export function requireScopes(
  requested: readonly string[],
  granted: string | undefined,
  match: ScopeMatcher,
  failure: ProviderFailure,
): void {
  if (granted === undefined) return;
  const grantedScopes = granted.split(' ');
  const missing = requested.some(
    (scope) => !OPENID_SCOPES.has(scope) && !grantedScopes.some((each) => match(scope, each)),
  );
  if (missing) throw new ProviderError(failure, 'fewer scopes granted than asked for');
}

function invalid(rule: string): ProviderError {
  return new ProviderError('invalid_response', `token answer: ${rule}`);
}
