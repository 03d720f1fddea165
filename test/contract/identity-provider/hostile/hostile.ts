import type { ServerResponse } from 'node:http';
import type { ProviderFailure } from '../../../../bot/sign-in/providers/identity-provider.ts';
import { type Json, json, type Reply } from '../../../support/provider/byzantine-provider.ts';

/* T33: responses that no token endpoint should send, and what the provider makes of them. */

const html: Reply = (response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-page</html>');
export const textResponse =
  (status: number, body: string): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
export const errorResponse =
  (status: number, code: string): Reply =>
  (response) =>
    json(response, status, { error: code, error_description: '<script>attacker</script> secret-words' });

/** Responses that no provider sends, and their result at an exchange and at a refresh. */
export const hostileResponses = (
  origin: () => string,
): [string, Reply, ProviderFailure, RegExp, ProviderFailure?][] => [
  ['an HTML page', html, 'invalid_response', /unexpected response content-type/],
  [
    'an HTML error page',
    (r) => r.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
    'invalid_response',
    /content-type/,
    'invalid_grant',
  ],
  [
    'a redirect to elsewhere',
    (r) => r.writeHead(307, { location: `${origin()}/thief/token` }).end(),
    'invalid_response',
    /a redirect \(307\)/,
  ],
  [
    'a redirect to the same host',
    (r) => r.writeHead(302, { location: '/thief/token' }).end(),
    'invalid_response',
    /a redirect \(302\)/,
  ],
  ['nothing', textResponse(200, ''), 'invalid_response', /parse "response" body/],
  ['no content', (r) => r.writeHead(204).end(), 'invalid_response', /status code/],
  ['JSON that breaks off', textResponse(200, '{"access_token":"secret-'), 'invalid_response', /parse "response" body/],
  ['a JSON array', textResponse(200, '[]'), 'invalid_response', /top level object/],
  ['JSON null', textResponse(200, 'null'), 'invalid_response', /top level object/],
  ['a success with another status', textResponse(201, '{}'), 'invalid_response', /status code/],
  ['an error without a body', textResponse(400, ''), 'invalid_response', /status code/, 'invalid_grant'],
  [
    'an error whose code is not a string',
    textResponse(400, '{"error":{"secret-":1}}'),
    'invalid_response',
    /status code/,
    'invalid_grant',
  ],
  [
    'an error code of its own',
    errorResponse(400, 'secret-error-attacker'),
    'unavailable',
    /error of another kind/,
    'invalid_grant',
  ],
  ['invalid_grant', errorResponse(400, 'invalid_grant'), 'invalid_grant', /error invalid_grant/],
  ['invalid_client', errorResponse(401, 'invalid_client'), 'unavailable', /error invalid_client/],
  [
    'a challenge',
    (r) => r.writeHead(401, { 'www-authenticate': 'Basic realm="secret-realm"' }).end(),
    'unavailable',
    /client refused \(401\)/,
  ],
  ['invalid_request', errorResponse(400, 'invalid_request'), 'unavailable', /error invalid_request/, 'invalid_grant'],
  ['408', errorResponse(408, 'invalid_grant'), 'unavailable', /answered 408/],
  ['425', textResponse(425, ''), 'unavailable', /answered 425/],
  ['429', errorResponse(429, 'slow_down'), 'unavailable', /answered 429/],
  ['500 with invalid_grant in it', errorResponse(500, 'invalid_grant'), 'unavailable', /answered 500/],
  ['503', textResponse(503, ''), 'unavailable', /answered 503/],
  ['a cut connection', (r) => r.destroy(), 'unavailable', /no connection/],
  ['an answer cut in the middle', (r) => cut(r), 'unavailable', /no connection/],
  ['an answer that never comes', () => undefined, 'timeout', /no answer in time/],
  ['an answer that never ends', (r) => trickle(r), 'timeout', /no answer in time/],
];

const challenge =
  (status: number, value: string, body = ''): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', 'www-authenticate': value }).end(body);
const plain =
  (status: number, body: string): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);

/** Refusals of a refresh token, in the forms that providers use. Only a new sign-in helps. */
export const REFUSED_TOKENS: [string, Reply, RegExp][] = [
  [
    'invalid_grant with a challenge beside it',
    challenge(400, 'Bearer realm="Doorkeeper", error="invalid_grant"', '{"error":"invalid_grant"}'),
    /error invalid_grant/,
  ],
  ['401 with token_inactive', errorResponse(401, 'token_inactive'), /error token_inactive/],
  ['401 with invalid_token', errorResponse(401, 'invalid_token'), /error invalid_token/],
  ['401 with a challenge alone', challenge(401, 'Bearer error="invalid_token"'), /error invalid_token/],
  ['401 with a challenge for a bearer token', challenge(401, 'Bearer realm="secret-"'), /client refused \(401\)/],
  ['400 with a challenge for the client', challenge(400, 'Basic realm="secret-"'), /client refused \(400\)/],
  ['token_expired', errorResponse(400, 'token_expired'), /error token_expired/],
  ['invalid_refresh_token', errorResponse(400, 'invalid_refresh_token'), /error invalid_refresh_token/],
  ['invalid_scope', errorResponse(400, 'invalid_scope'), /error invalid_scope/],
  ['access_denied', errorResponse(403, 'access_denied'), /error access_denied/],
  ['a code in text/plain', plain(400, 'invalid_grant'), /error invalid_grant/],
  ['a code in a form', plain(400, 'error=invalid_grant&error_description=secret-words'), /error invalid_grant/],
  ['words in text/plain', plain(400, 'secret-words of theirs'), /content-type/],
  ['an object for a code', textResponse(400, '{"error":{"code":"invalid_grant"}}'), /error invalid_grant/],
  ['status 200 with an error', textResponse(200, '{"error":"invalid_grant"}'), /error invalid_grant/],
  ['status 200 with an error and no tokens', textResponse(200, '{"error":"bad","access_token":null}'), /another kind/],
  ['410 without JSON', plain(410, 'gone'), /content-type/],
];

/** Refusals of the client, and outages. They do not concern the refresh token. */
export const REMAINING_TOKENS: [string, Reply, RegExp][] = [
  ['invalid_client', errorResponse(401, 'invalid_client'), /error invalid_client/],
  ['invalid_client with status 400', errorResponse(400, 'invalid_client'), /error invalid_client/],
  ['invalid_client with status 200', textResponse(200, '{"error":"invalid_client"}'), /error invalid_client/],
  [
    'invalid_client with a challenge beside it',
    challenge(401, 'Basic realm="secret-"', '{"error":"invalid_client"}'),
    /error invalid_client/,
  ],
  ['unauthorized_client', errorResponse(400, 'unauthorized_client'), /error unauthorized_client/],
  ['a code of its own for the client', errorResponse(400, 'bad_client_credentials'), /error of another kind/],
  ['401 with a challenge for the client', challenge(401, 'Basic realm="secret-"'), /client refused \(401\)/],
  ['401 without words', textResponse(401, ''), /status code/],
  ['404, as of an endpoint that moved', textResponse(404, '{}'), /status code/],
  ['405', textResponse(405, '<h1>Not allowed</h1>'), /status code/],
  ['temporarily_unavailable', errorResponse(400, 'temporarily_unavailable'), /error temporarily_unavailable/],
  ['server_error', errorResponse(400, 'server_error'), /error server_error/],
  ['server_error with status 200', textResponse(200, '{"error":"server_error"}'), /error server_error/],
  ['slow_down', errorResponse(400, 'slow_down'), /error slow_down/],
  ['a limit, as of Slack', textResponse(200, '{"ok":false,"error":"ratelimited"}'), /error of another kind/],
  ['an outage, as of Slack', textResponse(200, '{"ok":false,"error":"fatal_error"}'), /error of another kind/],
];

function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"access_token":');
  setImmediate(() => response.destroy());
}

/** Sends a byte now and then, without end: an idle timeout alone would never end it. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

/** Token responses that are well-formed except for one property. */
export const ODD_TOKENS: [string, Json, RegExp][] = [
  ['no access token', { access_token: undefined }, /"access_token"/],
  ['an empty access token', { access_token: '' }, /"access_token"/],
  ['an access token that is null', { access_token: null }, /"access_token"/],
  ['an access token that is an object', { access_token: { secret: 1 } }, /"access_token"/],
  ['an access token with a line break', { access_token: 'secret-\r\nHost: attacker' }, /access_token is not printable/],
  ['a refresh token that is a number', { refresh_token: 1 }, /"refresh_token"/],
  ['no token type', { token_type: undefined }, /"token_type"/],
  ['an empty token type', { token_type: '' }, /"token_type"/],
  ['token type MAC', { token_type: 'MAC' }, /token_type/],
  ['token type DPoP', { token_type: 'DPoP' }, /token_type is not Bearer/],
  ['expires_in below zero', { expires_in: -1 }, /"expires_in"/],
  ['expires_in that is no number', { expires_in: 'secret-soon' }, /"expires_in"/],
  ['a scope that is a list', { scope: ['wiki.read'] }, /"scope"/],
];

/** Writes as fast as the client reads, and counts. */
export function flood(response: ServerResponse, written: { bytes: number }): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    let room = !response.destroyed;
    while (room) {
      room = response.write(chunk);
      written.bytes += chunk.length;
    }
  };
  response.on('drain', more);
  more();
}
