import { bearer, numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** RFC 6749 to the letter, with RFC 7009 and RFC 7636. */
export const plain: Service = {
  title: 'Plain OAuth',
  paths: { authorize: '/oauth2/authorize', token: '/oauth2/token', revoke: '/oauth2/revoke' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['wiki.read', 'profile'],
  clientAuthentications: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  formats: ['form'],
  pkce: 'required',
  rotates: true,
  tokens: (issued) => bearer(issued),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied' },
  resources: {
    '/api/user': (account) => ({
      status: 200,
      body: { id: numberOf(account), login: account.username, email: account.person.username },
    }),
  },
  unauthorized: { status: 401, body: { error: 'invalid_token' } },
};
