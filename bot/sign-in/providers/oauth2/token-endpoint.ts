import type { CustomFetch } from 'openid-client';
import { type JsonObject, parseJsonObject } from '../../../platform/json.ts';
import { type Pointer, parsePointer } from '../../../platform/json-pointer.ts';
import type { OAuth2Settings } from './settings.ts';

/** Codes of providers for an authorization code that has ended. RFC 6749 section 5.2 has `invalid_grant` for it.
 * @see https://docs.slack.dev/reference/methods/oauth.v2.access */
const ENDED = ['invalid_code', 'code_already_used', 'code_expired', 'bad_verification_code'];

/** Members of the answer that RFC 6749 section 5.1 describes, by their setting. */
const STANDARD = {
  accessToken: '/access_token',
  refreshToken: '/refresh_token',
  expiresIn: '/expires_in',
  scope: '/scope',
} as const;
type Member = keyof typeof STANDARD;

type RequestOptions = Parameters<CustomFetch>[1];

/** Sends the request as the provider wants it, and turns its answer into that of RFC 6749 section 5.
 * @param onAnswer gets the answer as the provider sent it: it can name the account and the site */
export function tokenEndpoint(
  fetch: CustomFetch,
  settings: OAuth2Settings,
  onAnswer: (answer: unknown) => void,
): CustomFetch {
  const tokenUrl = new URL(settings.tokenUrl).href;
  const standardize = answerReader(settings);
  return async (url, options) => {
    if (options.method !== 'POST') return fetch(url, options);
    const response = await fetch(url, settings.tokenRequestFormat === 'json' ? asJson(options) : options);
    if (url !== tokenUrl) return response;
    const { status, headers } = response;
    const text = await response.text();
    const answer = parseJsonObject(text);
    const isRefresh = formOf(options).get('grant_type') === 'refresh_token';
    const standard = answer && standardize(answer, status, isRefresh);
    if (!standard) return new Response(text || null, { status, headers });
    onAnswer(answer);
    return Response.json(standard.body, { status: standard.isRefusal && status < 400 ? 400 : status });
  };
}

function formOf({ body }: RequestOptions): URLSearchParams {
  return new URLSearchParams(body as URLSearchParams);
}

function asJson(options: RequestOptions): RequestOptions {
  const body = JSON.stringify(Object.fromEntries(formOf(options)));
  return { ...options, body, headers: { ...options.headers, 'content-type': 'application/json' } };
}

type Standardized = { body: object; isRefusal: boolean };

/** The result has no other members, such as an ID token that the bot would not check. It is `undefined` for a refusal in
 * another form. */
function answerReader({ token }: OAuth2Settings) {
  const pointers = membersOf((member) => parsePointer(token[member]));
  const standardPointers = membersOf((member) => parsePointer(STANDARD[member]));
  const errorAt = parsePointer(token.error);
  const typeAt = parsePointer('/token_type');
  const ended = new Set([...ENDED, ...token.endedErrors]);

  return (answer: JsonObject, status: number, isRefresh: boolean): Standardized | undefined => {
    const error = errorAt(answer);
    if (typeof error === 'string' && error !== '')
      return { body: { error: ended.has(error) ? 'invalid_grant' : error }, isRefusal: true };
    if (status >= 400) return undefined;
    // Slack answers a refresh in the standard form. Not so at the exchange: there, the standard place can have the token
    // of a bot.
    const read = (member: Member): unknown =>
      present(pointers[member](answer)) ?? (isRefresh ? present(standardPointers[member](answer)) : undefined);
    const accessToken = read('accessToken');
    if (accessToken === undefined && present(answer.error) !== undefined) return undefined;
    const body = {
      access_token: accessToken,
      refresh_token: read('refreshToken'),
      expires_in: read('expiresIn'),
      scope: normalizeScope(read('scope')),
      token_type: token.ignoreType ? 'Bearer' : typeAt(answer),
    };
    return { body, isRefusal: false };
  };
}

function membersOf(pointerOf: (member: Member) => Pointer): Record<Member, Pointer> {
  const [accessToken, refreshToken] = [pointerOf('accessToken'), pointerOf('refreshToken')];
  return { accessToken, refreshToken, expiresIn: pointerOf('expiresIn'), scope: pointerOf('scope') };
}

/** Many providers send an absent member as `null` or `""`. */
function present(value: unknown): unknown {
  return value === null || value === '' ? undefined : value;
}

/** Some providers send commas or a list between the scopes. */
function normalizeScope(scope: unknown): unknown {
  const text = Array.isArray(scope) && scope.every((each) => typeof each === 'string') ? scope.join(' ') : scope;
  return typeof text === 'string'
    ? text
        .split(/[\s,]+/)
        .filter(Boolean)
        .join(' ')
    : text;
}
