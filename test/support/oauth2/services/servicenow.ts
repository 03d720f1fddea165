import { bearer, type Reply, type Service } from '../../../../local/oauth2/service.ts';

/** Its response to every refused request. */
const REFUSED: Reply = { status: 401, body: { error_description: 'access_denied', error: 'server_error' } };

/** @see https://www.servicenow.com/docs/r/zurich/platform-security/authentication/authorization-workflow.html */
export const servicenow: Service = {
  title: 'ServiceNow',
  paths: { authorize: '/oauth_auth.do', token: '/oauth_token.do' },
  scopeParameter: 'scope',
  scopeSeparator: ' ',
  scopes: ['useraccount'],
  clientAuthentications: ['client_secret_post'],
  // A JSON body is refused.
  formats: ['form'],
  pkce: 'optional',
  // A refresh returns the same refresh token.
  rotates: false,
  tokens: (issued) => bearer(issued),
  refuse: () => REFUSED,
  cancelled: { error: 'access_denied' },
  resources: {
    '/api/now/table/sys_user': ({ accountId, person, username }, query) => {
      const isOwn = query.get('sysparm_query') === 'sys_id=javascript:gs.getUserID()';
      const sysId = Buffer.from(accountId, 'base64url').toString('hex').slice(0, 32);
      const record = { sys_id: sysId, user_name: username, name: person.name, email: person.username };
      const others = [{ sys_id: '0'.repeat(32), user_name: 'admin', name: 'System Administrator', email: '' }];
      return { status: 200, body: { result: isOwn ? [record] : [...others, record] } };
    },
  },
  unauthorized: {
    status: 401,
    body: { error: { message: 'User Not Authenticated', detail: null }, status: 'failure' },
  },
};
