import { type TokenCheck, TokenRejected, type TokenUser } from '../access-token.ts';
import { ApiError, Params } from './params.ts';
import { query, type Wiki } from './query.ts';

export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const HELP = 'See /w/api.php for API usage.';

/** `GET /w/api.php`. Checks the token first. */
export async function handleApi(
  wiki: Wiki,
  check: TokenCheck,
  authorization: string | undefined,
  values: URLSearchParams,
): Promise<ApiResponse> {
  const errorFormat = values.get('errorformat') ?? 'bc';
  try {
    const reader = await check(authorization);
    return json(200, act(wiki, values, reader), {});
  } catch (error) {
    if (error instanceof ApiError) return exitFailure(200, error.code, error.message, errorFormat);
    if (error instanceof TokenRejected) return refusal(error, errorFormat);
    throw error;
  }
}

function act(wiki: Wiki, values: URLSearchParams, reader: TokenUser): Record<string, unknown> {
  const params = new Params(values);
  params.one('action', ['query'], 'help');
  params.one('format', ['json'], 'jsonfm');
  params.one('formatversion', ['2'], '1');
  return query(wiki, params, reader);
}

/** Like MediaWiki's OAuth extension. */
function refusal(refused: TokenRejected, errorFormat: string): ApiResponse {
  const challenge: Record<string, string> = refused.challenge ? { 'www-authenticate': refused.challenge } : {};
  const [code, info] =
    refused.status === 401
      ? ['mwoauth-invalid-authorization', `The authorization headers in your request are not valid: ${refused.message}`]
      : refused.status === 403
        ? ['readapidenied', `You need read permission to use this module. ${refused.message}.`]
        : ['internal_api_error', refused.message];
  return exitFailure(refused.status, code, info, errorFormat, challenge);
}

function exitFailure(status: number, code: string, info: string, format: string, headers = {}): ApiResponse {
  const body =
    format === 'bc'
      ? { error: { code, info, docref: HELP }, servedby: 'local-wiki' }
      : { errors: [{ code, text: info, module: 'main' }], docref: HELP, servedby: 'local-wiki' };
  return json(status, body, { 'mediawiki-api-error': code, ...headers });
}

function json(status: number, body: unknown, headers: Record<string, string>): ApiResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, must-revalidate, max-age=0',
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
