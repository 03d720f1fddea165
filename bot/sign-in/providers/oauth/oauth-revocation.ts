import * as client from 'openid-client';
import { ProviderError, type RevocableTokens, type Revocation } from '../identity-provider.ts';
import { toProviderError } from '../provider-errors.ts';

/** What providers answer for a token that does not work any more. RFC 7009 section 2.2 wants 200; Google, for one, answers
 * `invalid_token`. */
const ALREADY_INVALID = new Set([
  'invalid_token',
  'invalid_grant',
  'invalid_refresh_token',
  'token_expired',
  'token_inactive',
]);

type Step = 'revoked' | 'unsupported' | ProviderError;

/** Revokes tokens at the provider (RFC 7009). The refresh token first: most providers end the whole grant with it (section
 * 2.1). The access token is sent whatever became of that, as some providers leave it alive. */
export async function revokeTokens(
  config: client.Configuration,
  { refreshToken, accessToken, isGrantRevoked }: Omit<RevocableTokens, 'issuer'>,
): Promise<Revocation> {
  if (!config.serverMetadata().revocation_endpoint) return { outcome: 'unsupported', reason: 'no revocation endpoint' };
  const { [client.customFetch]: fetch } = config;
  if (fetch) config[client.customFetch] = revocationAnswers(fetch);
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

/** @param grantEnded whether the refresh token of the same grant is revoked by now */
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

/** Revocation answers as the standard has them: every 2xx is a success, and so is 404, which says that there is no such
 * token. openid-client would take a challenge beside the error for the error itself. */
function revocationAnswers(fetch: client.CustomFetch): client.CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (response.ok || response.status === 404) return new Response(null, { status: 200 });
    const headers = new Headers(response.headers);
    if (response.status === 400) headers.delete('www-authenticate');
    return new Response(response.body, { status: response.status, headers });
  };
}
