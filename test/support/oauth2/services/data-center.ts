import { bearer, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';

/** Jira and Confluence Data Center, whose OAuth 2.0 provider is one plugin.
 * @see https://confluence.atlassian.com/adminjiraserver/jira-oauth-2-0-provider-api-1115659070.html */
const dataCenter: Omit<Service, 'title' | 'resources'> = {
  paths: { authorize: '/rest/oauth2/latest/authorize', token: '/rest/oauth2/latest/token' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['READ', 'WRITE'],
  clientAuthentications: ['client_secret_post'],
  formats: ['form'],
  pkce: 'optional',
  rotates: true,
  tokens: (issued) => bearer(issued),
  refuse: refuseByStandard,
  cancelled: { error: 'access_denied' },
  unauthorized: {
    status: 401,
    body: { 'status-code': 401, message: 'Client must be authenticated to access this resource.' },
  },
};

export const confluenceDataCenter: Service = {
  ...dataCenter,
  title: 'Confluence',
  resources: {
    '/rest/api/user/current': ({ accountId, person, username }) => ({
      status: 200,
      body: { type: 'known', username, userKey: accountId.slice(0, 32), displayName: person.name },
    }),
  },
};

export const jiraDataCenter: Service = {
  ...dataCenter,
  title: 'Jira',
  resources: {
    '/rest/api/2/myself': ({ person, username }) => ({
      status: 200,
      body: {
        key: `JIRAUSER-${username}`,
        name: username,
        emailAddress: person.username,
        displayName: person.name,
        active: true,
      },
    }),
  },
};
