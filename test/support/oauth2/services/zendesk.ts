import { bearer, numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** @see https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/ */
export const zendesk: Service = {
  title: 'Zendesk',
  paths: { authorize: '/oauth/authorizations/new', token: '/oauth/tokens' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['read', 'hc:read', 'tickets:read'],
  clientAuthentications: ['client_secret_post'],
  formats: ['json', 'form'],
  pkce: 'optional',
  rotates: true,
  tokens: (issued) => ({ ...bearer(issued), token_type: 'bearer', refresh_token_expires_in: 7_776_000 }),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied', error_description: 'The end-user or authorization server denied the request.' },
  resources: {
    '/api/v2/users/me.json': (account) => ({
      status: 200,
      body: { user: { id: numberOf(account), name: account.person.name, email: account.person.username } },
    }),
  },
  unauthorized: { status: 401, body: { error: 'invalid_token', error_description: 'The access token is invalid.' } },
};
