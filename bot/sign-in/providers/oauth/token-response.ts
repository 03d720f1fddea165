import type { TokenEndpointResponse } from 'openid-client';
import * as client from 'openid-client';
import { asObject, type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { type Credential, ProviderError, type ProviderFailure } from '../identity-provider.ts';
import { describeFailure } from '../provider-errors.ts';

/* Refusals of a token endpoint (RFC 6749 section 5.2), in the shapes in which providers write them. */

/** Worth another try, whatever the status is. */
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
]);

/** `invalid_client`, `unauthorized_client`, and what providers write instead (`incorrect_client_credentials`). */
const ABOUT_CLIENT = /(^|_)client(_|$)|^unauthorized$/;

/** What a status without an error code is about: a 401 refuses the client (RFC 6749 section 5.2), and 404 or 405 come from
 * an endpoint that moved or a proxy that is wrong. */
const NOT_ABOUT_TOKEN = new Set([401, 404, 405]);

/** What the error code of a refusal is about. */
type RefusalCause = 'token' | 'client' | 'outage';

/** T58: what a refusal is about. A code that is not known refuses the token: else the person would read "try again" for
 * ever. A code that refuses the client is a wrong configuration, for example a secret that was rotated at the provider
 * alone. It says nothing of the token, and unlinking would sign out everybody. So the link stays, and the log has the code. */
export function causeOf(code: string): RefusalCause {
  const name = code.toLowerCase();
  if (TRANSIENT.has(name)) return 'outage';
  return ABOUT_CLIENT.test(name) ? 'client' : 'token';
}

/** An answer of a token endpoint. */
export interface TokenResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** The error code of a refusal. `undefined` for an answer that refuses nothing, and where the provider wrote no code. */
function errorCodeOf({ status, headers, text }: TokenResponse): string | undefined {
  const response = parseJsonObject(text);
  if (status < 300) {
    const isRefusal = response?.error !== undefined && response.access_token === undefined;
    return isRefusal ? (codeIn(response) ?? 'invalid_request') : undefined;
  }
  if (status < 400 || status > 499) return undefined;
  return codeIn(response) ?? codeInText(text) ?? codeInChallenge(headers);
}

/** The error code of a refusal, or the one that fits its status where the provider wrote none. */
export function refusalCodeOf(response: TokenResponse): string | undefined {
  const code = errorCodeOf(response);
  if (code !== undefined || response.status < 400 || response.status > 499) return code;
  if (response.status === 401) return 'invalid_client';
  return NOT_ABOUT_TOKEN.has(response.status) ? 'temporarily_unavailable' : 'invalid_request';
}

/** Refusals as the standard has them: a 4xx with JSON and no challenge beside it, which openid-client would take for the
 * error itself. GitHub and others refuse with status 200, some in plain text. */
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

/** Exchanges a refresh token (RFC 6749 section 6). @throws {ProviderError} `invalid_grant` if the provider refuses it */
export async function refreshGrant(config: client.Configuration, refreshToken: string) {
  try {
    return await client.refreshTokenGrant(config, refreshToken);
  } catch (error) {
    if (!refusesToken(error)) throw error;
    throw new ProviderError('invalid_grant', describeFailure(error));
  }
}

/** Statuses of outages (408, 425, 429, 5xx) do not come here: the fetch refuses them. */
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

/** `error`, as text or as an object of its own, and Okta's `errorCode`. */
function codeIn(response: JsonObject | undefined): string | undefined {
  const { error, errorCode } = response ?? {};
  const { code, type } = asObject(error);
  return [error, code, type, errorCode].find((each) => typeof each === 'string' && each !== '') as string | undefined;
}

/** A form (`error=invalid_grant&…`), or the code alone. */
function codeInText(text: string): string | undefined {
  const form = /^(?:[a-z_]+=[^&\s]*&)*error=([^&\s]+)/.exec(text)?.[1];
  return form ?? /^\s*([a-z]+(?:_[a-z]+)+)\s*$/.exec(text)?.[1];
}

/** RFC 6750 section 3.1. */
function codeInChallenge(headers: Headers): string | undefined {
  return /(?:^|[\s,])error="?([^",\s]+)/i.exec(headers.get('www-authenticate') ?? '')?.[1];
}

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
