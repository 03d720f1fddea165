/** An OAuth connection of the Azure Bot, as one makes it in the portal. */
export interface Connection {
  name: string;
  title: string;
  /** The identity provider's issuer. @param tenantId of whoever asks, where their channel says so */
  issuer(identityProviderUrl: string, tenantId: string): string;
  /** "Token exchange URL": what the Teams client asks Entra a token for. Without, it can't be exchanged. */
  exchangeUri?: string;
}

/** `handbook` and `archive` sign in by name at the issuer that knows nothing of Teams; `wiki` at the tenant, with single
 * sign-on. */
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
