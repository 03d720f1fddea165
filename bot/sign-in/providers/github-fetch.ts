import type { CustomFetch } from 'openid-client';

/** GitHub's errors at its token endpoint in the terms of RFC 6749 section 5.2
 * (https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors;
 * `bad_refresh_token` is in no list, but in its answers). */
const STANDARD = new Map([
  ['bad_verification_code', 'invalid_grant'],
  ['bad_refresh_token', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
  ['redirect_uri_mismatch', 'invalid_request'],
  // With status 404: there is no such client id.
  ['Not Found', 'invalid_client'],
]);

/** GitHub's token answers as the standard has them: GitHub says no with status 200 and codes of its own, and puts commas
 * between scopes. The rest passes as it came, for openid-client to judge; of an error, nothing but its code. */
export function normalizeTokenResponses(fetch: CustomFetch): CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    const text = await response.text();
    const { body, status } = normalizeTokenResponse(text, response.status);
    return new Response(body || null, { status, headers: response.headers });
  };
}

function normalizeTokenResponse(body: string, status: number): { body: string; status: number } {
  const answer = parse(body);
  if (typeof answer?.error === 'string') {
    const error = STANDARD.get(answer.error) ?? answer.error;
    return { body: JSON.stringify({ error }), status: status === 200 ? 400 : status };
  }
  if (typeof answer?.scope !== 'string') return { body, status };
  const scope = answer.scope.split(/[\s,]+/).filter(Boolean);
  return { body: JSON.stringify({ ...answer, scope: scope.join(' ') }), status };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // No JSON at all: that is for openid-client to say.
    return undefined;
  }
}
