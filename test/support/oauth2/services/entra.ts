import { ISSUERS } from '../../../../local/identity-provider/issuers.ts';
import { bearer, type Refusal, type Reply, refuseByStandard, type Service } from '../../../../local/oauth2/service.ts';
import { TENANTS } from '../../../../local/people.ts';

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const CODES: Record<Refusal, number> = {
  client: 7000215,
  code: 54005,
  code_verifier: 501481,
  redirect_uri: 50011,
  refresh_token: 70000,
  grant_type: 70003,
  content_type: 900144,
};

/** The tenant of Contoso, for an app whose permissions are of one API.
 * @param permissions scopes of the API, as the app requests them
 * @param unauthorized how the API refuses a token
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
export function entra(permissions: readonly string[], unauthorized: Reply): Service {
  const tenant = TENANTS.contoso;
  return {
    title: 'Contoso',
    accounts: ISSUERS.find(({ path }) => path.includes(tenant)) ?? fail(),
    paths: { authorize: `/${tenant}/oauth2/v2.0/authorize`, token: `/${tenant}/oauth2/v2.0/token` },
    scopeParameter: 'scope',
    scopeSeparator: ' ',
    scopes: ['openid', 'profile', 'email', 'offline_access', ...permissions],
    clientAuthentications: ['client_secret_post', 'client_secret_basic'],
    formats: ['form'],
    pkce: 'optional',
    rotates: 'old_stays',
    allowsRefresh: (scopes) => scopes.includes('offline_access'),
    // Without the scopes of OpenID Connect.
    tokens: (issued) => bearer({ ...issued, scopes: issued.scopes.filter((scope) => permissions.includes(scope)) }),
    refuse: (refusal) => {
      const { status, body } = refuseByStandard(refusal);
      const description = `AADSTS${CODES[refusal]}: The ${refusal} was refused.`;
      return { status, body: { ...body, error_description: description, error_codes: [CODES[refusal]] } };
    },
    cancelled: { error: 'access_denied', error_subcode: 'cancel' },
    resources: {},
    unauthorized,
    openid: {
      path: `/${tenant}/v2.0`,
      metadata: { response_modes_supported: ['query', 'fragment', 'form_post'] },
      claims: ({ accountId, person }, scopes) => ({
        sub: accountId,
        tid: person.tenantId,
        ver: '2.0',
        ...(scopes.includes('profile') && {
          oid: person.objectId,
          name: person.name,
          preferred_username: person.username,
        }),
      }),
    },
  };
}

function fail(): never {
  throw new Error('There is no tenant Contoso');
}
