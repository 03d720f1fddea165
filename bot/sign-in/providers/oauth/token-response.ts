import type { TokenEndpointResponse } from 'openid-client';
import * as client from 'openid-client';
import { asObject, type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { type Credential, ProviderError, type ProviderFailure } from '../identity-provider.ts';
import { describeFailure } from '../provider-errors.ts';

/* Refusals of a token endpoint (RFC 6749 section 5.2), in the formats of real providers. */

/** Worth another try with any status. */
const TRANSIENT = new Set([
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'rate_limit_exceeded',
  'too_many_requests',
  'internal_error',
  'internal_server_error',
  'service_unavailable',
  'timeout',
  // Slack, with status 200: https://docs.slack.dev/reference/methods/oauth.v2.access
  'ratelimited',
  'rate_limited',
  'request_timeout',
  'fatal_error',
  'team_added_to_org',
]);

/** `invalid_client`, `unauthorized_client`, and variants of providers (`incorrect_client_credentials`). */
const ABOUT_CLIENT = /(^|_)client(_|$)|^unauthorized$/;

/** Without an error code: a 401 refuses the client (RFC 6749 section 5.2), and a 404 or 405 means a moved endpoint or a
 * wrong proxy. */
const NOT_ABOUT_TOKEN = new Set([401, 404, 405]);

type RefusalCause = 'token' | 'client' | 'outage';

/** T58: an unknown code counts as a refused token, because "try again" would never end. A refused client is a
 * configuration fault, such as a secret that was rotated only at the provider. Unlinking would sign out every user, so
 * the link stays and the log has the code. */
export function causeOf(code: string): RefusalCause {
  const name = code.toLowerCase();
  if (TRANSIENT.has(name)) return 'outage';
  return ABOUT_CLIENT.test(name) ? 'client' : 'token';
}

export interface TokenResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** @returns `undefined` if the response is no refusal or has no code */
function errorCodeOf({ status, headers, text }: TokenResponse): string | undefined {
  const response = parseJsonObject(text);
  if (status < 300) {
    const isRefusal = response?.error !== undefined && response.access_token === undefined;
    return isRefusal ? (codeIn(response) ?? 'invalid_request') : undefined;
  }
  if (status < 400 || status > 499) return undefined;
  return codeIn(response) ?? codeInText(text) ?? codeInChallenge(headers);
}

export function refusalCodeOf(response: TokenResponse): string | undefined {
  const code = errorCodeOf(response);
  if (code !== undefined || response.status < 400 || response.status > 499) return code;
  if (response.status === 401) return 'invalid_client';
  return NOT_ABOUT_TOKEN.has(response.status) ? 'temporarily_unavailable' : 'invalid_request';
}

/** Normalises refusals to a 4xx with JSON: GitHub and others refuse with status 200, some in plain text. Drops a
 * challenge, which openid-client would report instead of the error. */
export function standardRefusals(fetch: client.CustomFetch): client.CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (options.method !== 'POST') return response;
    const { status, headers } = response;
    const text = await response.text();
    const code = errorCodeOf({ status, headers, text });
    if (code === undefined) return new Response(text || null, { status, headers });
    return Response.json({ error: code }, { status: status < 400 ? 400 : status });
  };
}

/** RFC 6749 section 6. @throws {ProviderError} `invalid_grant` if the provider refuses the token */
export async function refreshGrant(
  config: client.Configuration,
  refreshToken: string,
  parameters: Record<string, string> = {},
) {
  try {
    return await client.refreshTokenGrant(config, refreshToken, parameters);
  } catch (error) {
    if (!refusesToken(error)) throw error;
    throw new ProviderError('invalid_grant', describeFailure(error));
  }
}

/** The fetch already rejects 408, 425, 429 and 5xx. */
function refusesToken(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return causeOf(error.error) === 'token';
  if (error instanceof client.WWWAuthenticateChallengeError) {
    const challenges = error.cause as { scheme?: string }[];
    return error.status !== 401 || challenges.some(({ scheme }) => scheme?.toLowerCase() === 'bearer');
  }
  if (!(error instanceof client.ClientError) || !(error.cause instanceof Response)) return false;
  const { status } = error.cause;
  return status >= 400 && status < 500 && !NOT_ABOUT_TOKEN.has(status);
}

/** Reads `error` as text or object, and Okta's `errorCode`. */
function codeIn(response: JsonObject | undefined): string | undefined {
  const { error, errorCode } = response ?? {};
  const { code, type } = asObject(error);
  return [error, code, type, errorCode].find((each) => typeof each === 'string' && each !== '') as string | undefined;
}

/** Reads a form (`error=invalid_grant&…`) or a plain code. */
function codeInText(text: string): string | undefined {
  const form = /^(?:[a-z_]+=[^&\s]*&)*error=([^&\s]+)/.exec(text)?.[1];
  return form ?? /^\s*([a-z]+(?:_[a-z]+)+)\s*$/.exec(text)?.[1];
}

/** RFC 6750 section 3.1. */
function codeInChallenge(headers: Headers): string | undefined {
  return /(?:^|[\s,])error="?([^",\s]+)/i.exec(headers.get('www-authenticate') ?? '')?.[1];
}

export type ScopeMatcher = (requested: string, granted: string) => boolean;

/** RFC 6749 section 3.3: case-sensitive. */
export const matchesExactScope: ScopeMatcher = (requested, granted) => requested === granted;

/** OpenID Connect's own scopes (Core sections 5.4 and 11). A provider need not repeat them, and Entra does not. */
const OPENID_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);
const YEAR = 365 * 24 * 60 * 60;

/** RFC 6749 section 5.1, with checks that openid-client lacks.
 * @param sentAt milliseconds since the epoch; `expires_in` counts from it
 * @throws {ProviderError} */
export function parseTokenResponse(
  response: TokenEndpointResponse,
  sentAt: number,
): Pick<Credential, 'accessToken' | 'refreshToken' | 'expiresAt'> {
  const { access_token, refresh_token, expires_in, token_type } = response;
  if (token_type.toLowerCase() !== 'bearer') throw invalid('token_type is not Bearer');
  // It becomes a header (RFC 6750 section 2.1).
  if (!/^[\x21-\x7e]+$/.test(access_token)) throw invalid('access_token is not printable');
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(expires_in === undefined ? {} : { expiresAt: sentAt + Math.min(expires_in, YEAR) * 1000 }),
  };
}

/** A response without scopes grants all requested ones (RFC 6749 section 5.1).
 * @throws {ProviderError} with `failure` */
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
