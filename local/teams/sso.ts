import type { Person } from '../people.ts';
import type { Activity } from './page-api.ts';

/** What Entra gives the Teams client for somebody, without a window; nothing where there is no such Entra. */
export type SsoTokens = (person: Person) => Promise<string | undefined>;

/** @param identityProviderUrl the stand-in's, where it is started with IDP_SSO */
export function ssoTokensAt(identityProviderUrl: string | undefined): SsoTokens {
  return async ({ tenantId, username }) => {
    if (!identityProviderUrl) return undefined;
    const url = `${identityProviderUrl}/${tenantId}/v2.0/__sso`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ username }) });
    if (!response.ok) return undefined;
    return ((await response.json()) as { token: string }).token;
  };
}

/** The same activity with the token, as Teams sends it after `silentAuth`. */
export function withToken(activity: Activity, token: string): Activity {
  const authentication = { id: activity.id, connectionName: '', token };
  return { ...activity, value: { ...(activity.value as object), authentication } };
}
