import { numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** Its response has no lifetime of the token, and a refresh returns no refresh token.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm */
export const salesforce: Service = {
  title: 'Salesforce',
  paths: {
    authorize: '/services/oauth2/authorize',
    token: '/services/oauth2/token',
    revoke: '/services/oauth2/revoke',
  },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['openid', 'api', 'refresh_token'],
  clientAuthentications: ['client_secret_post', 'client_secret_basic'],
  formats: ['form'],
  // An app can require it.
  pkce: 'required',
  rotates: false,
  allowsRefresh: (scopes) => scopes.includes('refresh_token'),
  tokens: ({ account, accessToken, refreshToken, scopes, isRefresh }) => ({
    access_token: accessToken,
    ...(!isRefresh && refreshToken !== undefined && { refresh_token: refreshToken }),
    signature: 'c2lnbmF0dXJl',
    scope: scopes.join(' '),
    instance_url: 'https://contoso.my.salesforce.com',
    id: `https://login.salesforce.com/id/00D000000000001/${numberOf(account)}`,
    token_type: 'Bearer',
    issued_at: String(Date.now()),
  }),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied', error_description: 'end-user denied authorization' },
  resources: {
    '/services/oauth2/userinfo': (account) => ({
      status: 200,
      body: {
        sub: subjectOf(numberOf(account)),
        user_id: String(numberOf(account)),
        preferred_username: account.person.username,
        name: account.person.name,
      },
    }),
  },
  unauthorized: {
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
  },
  openid: {
    path: '',
    userinfo: '/services/oauth2/userinfo',
    claims: (account) => ({ sub: subjectOf(numberOf(account)) }),
  },
};

function subjectOf(number: number): string {
  return `https://login.salesforce.com/id/00D000000000001/${number}`;
}
