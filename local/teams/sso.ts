import type { Person } from '../people.ts';
import type { Activity } from './page-api.ts';

/** Returns Entra's token for the Teams client; `undefined` without an Entra stand-in. */
export type SsoTokens = (person: Person) => Promise<string | undefined>;

/** @param identityProviderUrl a stand-in with IDP_SSO */
export function ssoTokensAt(identityProviderUrl: string | undefined): SsoTokens {
  return async ({ tenantId, username }) => {
    if (!identityProviderUrl) return undefined;
    const url = `${identityProviderUrl}/${tenantId}/v2.0/__sso`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ username }) });
    if (!response.ok) return undefined;
    return ((await response.json()) as { token: string }).token;
  };
}

/** Like Teams after `silentAuth`. */
export function withToken(activity: Activity, token: string): Activity {
  const authentication = { id: activity.id, connectionName: '', token };
  return { ...activity, value: { ...(activity.value as object), authentication } };
}
