import { bearer, type Refusal, type Reply, type Service } from '../../../../local/oauth2/service.ts';

/** Other refusals are `invalid_request`. */
const ERRORS: Partial<Record<Refusal, string>> = {
  client: 'invalid_client',
  code_verifier: 'invalid_grant',
  grant_type: 'invalid_grant',
};
const NOT_LOGGED_IN: Reply = {
  status: 401,
  body: { ocs: { meta: { status: 'failure', statuscode: 997, message: 'Current user is not logged in' }, data: [] } },
};

/** It has no scopes. A token may do whatever its user may.
 * @see https://github.com/nextcloud/server (apps/oauth2/lib/Controller) */
export const nextcloud: Service = {
  title: 'Nextcloud',
  paths: { authorize: '/apps/oauth2/authorize', token: '/apps/oauth2/api/v1/token' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: [],
  clientAuthentications: ['client_secret_post', 'client_secret_basic'],
  formats: ['form', 'json'],
  pkce: 'optional',
  rotates: true,
  ignoresRedirectUri: true,
  tokens: (issued) => ({ ...bearer(issued), scope: undefined, user_id: issued.account.username }),
  refuse: (refusal) => ({ status: 400, body: { error: ERRORS[refusal] ?? 'invalid_request' } }),
  cancelled: { error: 'access_denied' },
  resources: {
    '/ocs/v2.php/cloud/user': ({ person, username }, query, _origin, headers) => {
      if (headers['ocs-apirequest'] !== 'true' || query.get('format') !== 'json') return NOT_LOGGED_IN;
      const meta = { status: 'ok', statuscode: 200, message: 'OK' };
      const data = { id: username, displayname: person.name, email: person.username };
      return { status: 200, body: { ocs: { meta, data } } };
    },
  },
  unauthorized: NOT_LOGGED_IN,
};
