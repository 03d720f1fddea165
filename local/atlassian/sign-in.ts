import { bearer, type Refusal, type Reply, refuseByStandard, type Service } from '../oauth2/service.ts';

/** The form parameters of the token endpoint are read by JAX-RS, which fails for another content type. */
const UNREADABLE: Reply = { status: 500, body: { message: 'Internal server error', 'status-code': 500 } };

/** The OAuth 2.0 provider of Jira and Confluence Data Center. PKCE is optional, and refresh tokens rotate. A refresh
 * without the redirect URI is refused.
 * @see https://confluence.atlassian.com/adminjiraserver101/jira-oauth-2-0-provider-api-1455427907.html
 * @see https://developer.atlassian.com/server/confluence/confluence-oauth2-provider-api/ */
export function dataCenterSignIn(title: string): Service {
  return {
    title,
    paths: { authorize: '/rest/oauth2/latest/authorize', token: '/rest/oauth2/latest/token' },
    scopeParameter: 'scope',
    scopeSeparator: ' ',
    scopes: ['READ', 'WRITE', 'ADMIN', 'SYSTEM_ADMIN'],
    clientAuthentications: ['client_secret_post'],
    formats: ['form'],
    pkce: 'optional',
    rotates: true,
    refreshNeedsRedirectUri: true,
    tokens: (issued) => ({ ...bearer(issued), created_at: Math.floor(Date.now() / 1000) }),
    refuse: (refusal: Refusal) => (refusal === 'content_type' ? UNREADABLE : refuseByStandard(refusal)),
    cancelled: { error: 'access_denied' },
    resources: {},
    unauthorized: {
      status: 401,
      body: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
      headers: { 'www-authenticate': 'OAuth realm="localhost"' },
    },
  };
}
