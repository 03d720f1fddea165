import { bearer, numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

const DRIVE = 'https://www.googleapis.com/auth/drive.readonly';

/** A refresh returns no refresh token: the first one stays valid.
 * @see https://developers.google.com/identity/protocols/oauth2/web-server
 * @see https://developers.google.com/identity/openid-connect/openid-connect */
export const google: Service = {
  title: 'Google',
  paths: { authorize: '/o/oauth2/v2/auth', token: '/token', revoke: '/revoke' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['openid', 'profile', 'email', DRIVE],
  clientAuthentications: ['client_secret_post', 'client_secret_basic'],
  formats: ['form'],
  pkce: 'optional',
  rotates: false,
  allowsRefresh: (_scopes, query) => query.get('access_type') === 'offline',
  tokens: (issued) => bearer({ ...issued, refreshToken: issued.isRefresh ? undefined : issued.refreshToken }),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied' },
  resources: {},
  unauthorized: {
    status: 401,
    body: { error: { code: 401, message: 'Invalid Credentials', status: 'UNAUTHENTICATED' } },
    headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  },
  openid: {
    path: '',
    claims: (account, scopes) => ({
      sub: String(numberOf(account)),
      ...(scopes.includes('profile') && { name: account.person.name, given_name: account.person.name.split(' ')[0] }),
      ...(scopes.includes('email') && { email: account.person.username, email_verified: true }),
    }),
  },
};
