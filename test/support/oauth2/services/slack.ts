import type { Issued, Refusal, Service } from '../../../../local/oauth2/service.ts';

const ERRORS: Record<Refusal, string> = {
  client: 'bad_client_secret',
  code: 'invalid_code',
  code_verifier: 'invalid_code',
  redirect_uri: 'bad_redirect_uri',
  refresh_token: 'invalid_refresh_token',
  grant_type: 'invalid_grant_type',
  content_type: 'invalid_form_data',
};

/** @see https://docs.slack.dev/reference/methods/oauth.v2.access
 * @see https://docs.slack.dev/authentication/using-token-rotation */
export const slack: Service = {
  title: 'Slack',
  paths: { authorize: '/oauth/v2/authorize', token: '/api/oauth.v2.access' },
  scopeParameter: 'user_scope',
  scopeSeparator: ',',
  scopes: ['search:read', 'identify'],
  clientAuthentications: ['client_secret_basic', 'client_secret_post'],
  formats: ['form', 'json'],
  // An app that enables it becomes a public client.
  pkce: 'ignored',
  rotates: true,
  tokens: answer,
  refuse: (refusal) => ({ status: 200, body: { ok: false, error: ERRORS[refusal] } }),
  cancelled: { error: 'access_denied' },
  resources: {
    '/api/auth.test': ({ accountId, username }) => ({
      status: 200,
      body: {
        ok: true,
        url: 'https://contoso.slack.com/',
        team: 'Contoso',
        user: username,
        user_id: userId(accountId),
      },
    }),
  },
  unauthorized: { status: 200, body: { ok: false, error: 'invalid_auth' } },
};

/** The exchange has the user's token under `authed_user`, and a bot's, if there is one, at the top. A refresh has the
 * token at the top. */
function answer({ account, accessToken, refreshToken, scopes, ttl, isRefresh }: Issued): object {
  const tokens = {
    scope: scopes.join(),
    access_token: accessToken,
    token_type: 'user',
    ...(ttl !== undefined && { expires_in: ttl, refresh_token: refreshToken }),
  };
  const app = { ok: true, app_id: 'A0LATCHKEY', team: { id: 'T0CONTOSO', name: 'Contoso' }, enterprise: null };
  if (isRefresh) return { ...app, ...tokens };
  const bot = { access_token: 'xoxb-token-of-a-bot', token_type: 'bot', scope: 'commands', bot_user_id: 'U0BOT' };
  return { ...app, ...bot, authed_user: { id: userId(account.accountId), ...tokens }, is_enterprise_install: false };
}

function userId(accountId: string): string {
  return `U${Buffer.from(accountId, 'base64url').toString('hex').slice(0, 9).toUpperCase()}`;
}
