import { bearer, type Refusal, type Reply, type Service } from '../../../../local/oauth2/service.ts';

/** Ada's site, and one that she shares with others. */
export const SITES = [
  { id: '11111111-2222-4333-8444-555555555555', name: 'contoso', url: 'https://contoso.atlassian.net' },
  { id: '66666666-7777-4888-8999-000000000000', name: 'fabrikam', url: 'https://fabrikam.atlassian.net' },
] as const;

const ERRORS: Partial<Record<Refusal, Reply>> = {
  client: { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } },
  content_type: { status: 400, body: { error: 'invalid_request', error_description: 'Unsupported content type' } },
};

/** @see https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/ */
export const atlassian: Service = {
  title: 'Atlassian',
  paths: { authorize: '/authorize', token: '/oauth/token' },
  requires: { audience: 'api.atlassian.com', prompt: 'consent' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['search:confluence', 'read:page:confluence', 'read:jira-work', 'read:me', 'offline_access'],
  clientAuthentications: ['client_secret_post'],
  formats: ['json', 'form'],
  // Its documentation does not mention PKCE.
  pkce: 'ignored',
  rotates: true,
  allowsRefresh: (scopes) => scopes.includes('offline_access'),
  tokens: (issued) => bearer(issued),
  refuse: (refusal) =>
    ERRORS[refusal] ?? {
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    },
  cancelled: { error: 'access_denied', error_description: 'User did not authorize the request' },
  resources: {
    '/me': ({ accountId, person }) => ({
      status: 200,
      body: { account_type: 'atlassian', account_id: accountId, email: person.username, name: person.name },
    }),
    '/oauth/token/accessible-resources': ({ username }) => ({
      status: 200,
      // Linus granted access to no site.
      body: username === 'linus' ? [] : SITES.map((site) => ({ ...site, scopes: ['search:confluence'] })),
    }),
  },
  unauthorized: { status: 401, body: { code: 401, message: 'Unauthorized' } },
};
