/** An OAuth connection as in the Azure portal. */
export interface Connection {
  name: string;
  title: string;
  /** @param tenantId the user's tenant, if the channel names it */
  issuer(identityProviderUrl: string, tenantId: string): string;
  /** "Token exchange URL": the resource for which the Teams client gets a token. Without it, no exchange. */
  exchangeUri?: string;
}

/** `handbook` and `archive` use the plain issuer; `wiki` uses the tenant, with single sign-on. */
export const CONNECTIONS: readonly Connection[] = [
  { name: 'handbook', title: 'Contoso handbook', issuer: (url) => `${url}/plain` },
  { name: 'archive', title: 'Contoso archive', issuer: (url) => `${url}/plain` },
  {
    name: 'wiki',
    title: 'Contoso wiki',
    issuer: (url, tenantId) => `${url}/${tenantId}/v2.0`,
    exchangeUri: 'api://latchkey',
  },
];

export function connectionNamed(name: string): Connection | undefined {
  return CONNECTIONS.find((each) => each.name === name);
}
