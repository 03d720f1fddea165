import type { CustomFetch } from 'openid-client';
import { parseJsonObject } from '../../../platform/json.ts';
import { parsePointer } from '../../../platform/json-pointer.ts';
import type { OAuth2Settings } from './settings.ts';

/** Codes of providers for a code or a refresh token that has ended. RFC 6749 section 5.2 has `invalid_grant` for it.
 * @see https://api.slack.com/methods/oauth.v2.access#errors */
const ENDED = [
  'invalid_code',
  'code_already_used',
  'code_expired',
  'bad_verification_code',
  'invalid_refresh_token',
  'bad_refresh_token',
  'token_expired',
  'token_revoked',
];

/** The answer as the provider sent it: it can name the account and the site. */
export type OnAnswer = (answer: unknown) => void;

/** Sends the request as the provider wants it, and turns its answer into that of RFC 6749 section 5. */
export function tokenEndpoint(fetch: CustomFetch, settings: OAuth2Settings, onAnswer: OnAnswer): CustomFetch {
  const normalized = answerReader(settings);
  return async (url, options) => {
    if (options.method !== 'POST' || url !== new URL(settings.tokenUrl).href) return fetch(url, options);
    const response = await fetch(url, settings.tokenRequestFormat === 'json' ? asJson(options) : options);
    const text = await response.text();
    const answer = parseJsonObject(text);
    if (answer === undefined) return new Response(text || null, { status: response.status, headers: response.headers });
    onAnswer(answer);
    const { body, refused } = normalized(answer);
    return Response.json(body, { status: refused && response.status < 400 ? 400 : response.status });
  };
}

type RequestOptions = Parameters<CustomFetch>[1];

function asJson(options: RequestOptions): RequestOptions {
  const body = JSON.stringify(Object.fromEntries(new URLSearchParams(options.body as URLSearchParams)));
  return { ...options, body, headers: { ...options.headers, 'content-type': 'application/json' } };
}

/** Drops all other members, such as an ID token that nobody checks. */
function answerReader({ token, scopes }: OAuth2Settings) {
  const at = {
    accessToken: parsePointer(token.accessToken),
    refreshToken: parsePointer(token.refreshToken),
    expiresIn: parsePointer(token.expiresIn),
    scope: parsePointer(token.scope),
    error: parsePointer(token.error),
  };
  const ended = new Set([...ENDED, ...token.endedErrors]);
  return (answer: object): { body: object; refused: boolean } => {
    const error = at.error(answer);
    if (typeof error === 'string' && error !== '')
      return { body: { error: ended.has(error) ? 'invalid_grant' : error }, refused: true };
    const scope = at.scope(answer);
    const body = {
      access_token: at.accessToken(answer),
      refresh_token: at.refreshToken(answer),
      expires_in: secondsOf(at.expiresIn(answer)),
      scope: typeof scope === 'string' ? normalizedScope(scope) : listedScopes(scope),
      // Providers without ID tokens know no other type, and some omit or rename it.
      token_type: 'Bearer',
    };
    return { body: body.scope === '' && scopes.length > 0 ? { ...body, scope: undefined } : body, refused: false };
  };
}

function normalizedScope(scope: string): string {
  return scope
    .split(/[\s,]+/)
    .filter(Boolean)
    .join(' ');
}

function listedScopes(scope: unknown): string | undefined {
  return Array.isArray(scope) ? scope.filter((each) => typeof each === 'string').join(' ') : undefined;
}

/** Some providers send a text. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}
