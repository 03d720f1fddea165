import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { CLIENT } from '../people.ts';
import { sendJson } from '../teams/http.ts';
import type { Codes } from './codes.ts';
import type { TokenResponse, Tokens } from './tokens.ts';

type Failure = 'incorrect_client_credentials' | 'redirect_uri_mismatch' | 'bad_verification_code' | 'bad_refresh_token';

const DESCRIPTIONS: Record<Failure, string> = {
  incorrect_client_credentials: 'The client_id and/or client_secret passed are incorrect.',
  redirect_uri_mismatch: 'The redirect_uri MUST match the registered callback URL for this application.',
  bad_verification_code: 'The code passed is incorrect or expired.',
  bad_refresh_token: 'The refresh token passed is incorrect or expired.',
};

/** `POST /login/oauth/access_token`: sends 200 even for errors, and JSON only on request.
 * @returns whether it issued tokens */
export async function handleAccessToken(
  { codes, tokens }: { codes: Codes; tokens: Tokens },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ grantType: string; ok: boolean }> {
  const form = new URLSearchParams(await readBody(request));
  const received = grant(codes, tokens, form);
  const body = typeof received === 'string' ? errorResponse(received) : received;
  if (/\bjson\b/.test(request.headers.accept ?? '')) sendJson(response, 200, body);
  else sendForm(response, body);
  return { grantType: form.get('grant_type') ?? 'authorization_code', ok: typeof received !== 'string' };
}

function grant(codes: Codes, tokens: Tokens, form: URLSearchParams): TokenResponse | Failure {
  if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
    return 'incorrect_client_credentials';
  if (form.get('grant_type') === 'refresh_token')
    return tokens.renew(form.get('refresh_token') ?? '') ?? 'bad_refresh_token';
  const granted = codes.take(form.get('code') ?? '', form.get('code_verifier') ?? undefined);
  if (granted === undefined) return 'bad_verification_code';
  const redirectUri = form.get('redirect_uri');
  if (redirectUri !== null && redirectUri !== granted.request.redirectUri) return 'redirect_uri_mismatch';
  return tokens.issue(granted.account, granted.request.scopes);
}

function errorResponse(error: Failure): TokenResponse {
  const place = '/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/';
  return { error, error_description: DESCRIPTIONS[error], error_uri: `${place}#${error.replaceAll('_', '-')}` };
}

function sendForm(response: ServerResponse, body: TokenResponse): void {
  const pairs = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  const type = 'application/x-www-form-urlencoded; charset=utf-8';
  response.writeHead(200, { 'content-type': type }).end(new URLSearchParams(pairs).toString());
}
