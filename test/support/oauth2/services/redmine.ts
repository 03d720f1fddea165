import { bearer, numberOf, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** Doorkeeper. Its scopes are the permissions of Redmine.
 * @see https://github.com/redmine/redmine (config/initializers/30-redmine.rb) */
export const redmine: Service = {
  title: 'Redmine',
  paths: { authorize: '/oauth/authorize', token: '/oauth/token', revoke: '/oauth/revoke' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['view_project', 'search_project', 'view_issues', 'view_wiki_pages'],
  clientAuthentications: ['client_secret_basic', 'client_secret_post'],
  formats: ['form', 'json'],
  pkce: 'optional',
  rotates: true,
  tokens: (issued) => ({ ...(bearer(issued) as object), created_at: Math.floor(Date.now() / 1000) }),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied', error_description: 'The resource owner or authorization server denied it.' },
  resources: {
    '/users/current.json': (account) => ({
      status: 200,
      body: { user: { id: numberOf(account), login: account.username, firstname: 'Ada', mail: 'ada@contoso.example' } },
    }),
  },
  unauthorized: {
    status: 401,
    body: { errors: ['Unauthorized'] },
    headers: { 'www-authenticate': 'Basic realm="Redmine API"' },
  },
};
