import { bearer, type Refusal, type Reply, type Service } from '../../../../local/oauth2/service.ts';

const ERRORS: Record<Refusal, [status: number, error: string]> = {
  client: [400, 'invalid_client'],
  code: [400, 'invalid_grant'],
  code_verifier: [400, 'invalid_grant'],
  redirect_uri: [400, 'invalid_request'],
  refresh_token: [400, 'invalid_grant'],
  grant_type: [400, 'unsupported_grant_type'],
  content_type: [400, 'invalid_request'],
};

/** The library is @node-oauth/oauth2-server.
 * @see https://github.com/outline/outline (server/routes/oauth, server/routes/api/auth) */
export const outline: Service = {
  title: 'Outline',
  paths: { authorize: '/oauth/authorize', token: '/oauth/token', revoke: '/oauth/revoke' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['read', 'write'],
  clientAuthentications: ['client_secret_post', 'client_secret_basic'],
  formats: ['form'],
  pkce: 'optional',
  rotates: true,
  tokens: (issued) => bearer(issued),
  refuse: (refusal): Reply => {
    const [status, error] = ERRORS[refusal];
    return { status, body: { error, error_description: `The ${refusal} was refused.` } };
  },
  cancelled: { error: 'access_denied', error_description: 'The user denied access.' },
  resources: {
    'POST /api/auth.info': ({ accountId, person }) => ({
      status: 200,
      body: {
        data: { user: { id: accountId, name: person.name, email: person.username }, team: { name: 'Contoso' } },
        status: 200,
        ok: true,
      },
    }),
  },
  unauthorized: {
    status: 401,
    body: { ok: false, error: 'authentication_required', status: 401, message: 'Authentication required' },
  },
};
