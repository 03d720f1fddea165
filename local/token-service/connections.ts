/** As in the Azure portal. */
export interface Connection {
  name: string;
  title: string;
  /** @param tenantId the user's tenant, if the channel names it */
  issuer(identityProviderUrl: string, tenantId: string): string;
  /** "Token exchange URL": the resource of the Teams client's token. Without it, no exchange. */
  exchangeUri?: string;
}

/** `wiki` uses the tenant and has single sign-on. The others use the plain issuer. */
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
