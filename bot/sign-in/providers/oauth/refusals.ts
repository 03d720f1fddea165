import * as client from 'openid-client';
import { asObject, type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { ProviderError } from '../identity-provider.ts';
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
