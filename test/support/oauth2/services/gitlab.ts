import { bearer, numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** Doorkeeper, with its OpenID Connect.
 * @see https://docs.gitlab.com/api/oauth2/ and https://docs.gitlab.com/integration/openid_connect_provider/ */
export const gitlab: Service = {
  title: 'GitLab',
  paths: { authorize: '/oauth/authorize', token: '/oauth/token', revoke: '/oauth/revoke' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['openid', 'profile', 'email', 'read_api', 'read_user'],
  clientAuthentications: ['client_secret_basic', 'client_secret_post'],
  formats: ['form', 'json'],
  pkce: 'optional',
  rotates: true,
  tokens: (issued) => ({ ...(bearer(issued) as object), created_at: Math.floor(Date.now() / 1000) }),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied', error_description: 'The resource owner or authorization server denied it.' },
  resources: {},
  unauthorized: {
    status: 401,
    body: { error: 'invalid_token', error_description: 'Token was revoked. You have to re-authorize from the user.' },
  },
  openid: {
    path: '',
    claims: (account) => ({
      sub: String(numberOf(account)),
      name: account.person.name,
      nickname: account.username,
      preferred_username: account.username,
    }),
  },
};
