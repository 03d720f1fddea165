import { numberOf, type Refusal, type Reply, type Service } from '../../../../local/oauth2/service.ts';

/** As in league/oauth2-server, the base of the extension: no `error_description` before its version 8, and
 * `invalid_request` for a code or a refresh token that has ended. */
const ERRORS: Record<Refusal, Reply> = {
  client: {
    ...leagueError(401, 'invalid_client', 'Client authentication failed'),
    headers: { 'www-authenticate': 'Basic realm="OAuth"' },
  },
  code: leagueError(400, 'invalid_request', 'The request is malformed.', 'Authorization code has been revoked'),
  code_verifier: leagueError(400, 'invalid_grant', 'The grant is invalid.', 'Failed to verify `code_verifier`.'),
  redirect_uri: leagueError(400, 'invalid_request', 'The request is malformed.', 'Invalid redirect URI'),
  refresh_token: leagueError(401, 'invalid_request', 'The refresh token is invalid.', 'Token has been revoked'),
  grant_type: leagueError(400, 'unsupported_grant_type', 'The grant type is not supported.'),
  content_type: leagueError(500, 'server_error', 'The authorization server encountered an unexpected condition'),
};

function leagueError(status: number, error: string, message: string, hint?: string): Reply {
  return { status, body: { error, error_description: message, ...(hint !== undefined && { hint }), message } };
}

/** The OAuth extension, for a confidential client.
 * @see https://github.com/wikimedia/mediawiki-extensions-OAuth (src/Rest/Handler, src/UserStatementProvider.php) */
export const mediawiki: Service = {
  title: 'Test wiki',
  paths: { authorize: '/rest.php/oauth2/authorize', token: '/rest.php/oauth2/access_token' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['basic', 'mwoauth-authonly', 'highvolume'],
  // league/oauth2-server splits Basic credentials without decoding them.
  clientAuthentications: ['client_secret_post', 'client_secret_basic_raw'],
  formats: ['form'],
  pkce: 'optional',
  rotates: true,
  // Its refresh grant always validates the client, and ClientEntity::validate needs the secret.
  refreshNeedsSecret: true,
  tokens: ({ accessToken, refreshToken, ttl }) => ({
    token_type: 'Bearer',
    expires_in: ttl,
    access_token: accessToken,
    refresh_token: refreshToken,
  }),
  refuse: (refusal) => ERRORS[refusal],
  // Without `state`: the exception has the redirect URI alone.
  cancelled: { error: 'unauthorized_client', message: 'The user denied the request.', state: undefined },
  resources: {
    '/rest.php/oauth2/resource/profile': (account) => ({
      status: 200,
      body: {
        sub: numberOf(account),
        username: account.username.replace(/^./, (first) => first.toUpperCase()),
        editcount: 4,
        confirmed_email: true,
        blocked: false,
        registered: '20260101000000',
        groups: ['*', 'user', 'autoconfirmed'],
        rights: ['read'],
        grants: ['basic'],
      },
    }),
  },
  unauthorized: {
    status: 200,
    body: { error: { code: 'mwoauth-invalid-authorization', info: 'The authorization headers are not valid.' } },
    headers: { 'mediawiki-api-error': 'mwoauth-invalid-authorization' },
  },
  anonymous: true,
};
