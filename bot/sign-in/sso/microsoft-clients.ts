/** A Microsoft product in which the app runs. */
export type MicrosoftHost = 'teams' | 'outlook' | 'microsoft365';

interface MicrosoftClient {
  host: MicrosoftHost;
  /** As docs/SIGN-IN.md names it. */
  name: string;
  /** As Entra knows it, in every tenant. */
  id: string;
}

/** The clients that get a token for an app without a window, with the ids that Microsoft publishes for them
 * (https://learn.microsoft.com/microsoftteams/platform/m365-apps/extend-m365-teams-message-extension). Outlook on the web has
 * two. Two clients are one application of Entra. */
export const MICROSOFT_CLIENTS: readonly MicrosoftClient[] = [
  { host: 'teams', name: 'Teams on desktops and phones', id: '1fec8e78-bce4-4aaf-ab1b-5451cc387264' },
  { host: 'teams', name: 'Teams on the web', id: '5e3ce6c0-2b1f-4285-8d4b-75ee78787346' },
  { host: 'outlook', name: 'Outlook on desktops', id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c' },
  { host: 'outlook', name: 'Outlook on the web', id: 'bc59ab01-8403-45c6-8796-ac3ef710b3e3' },
  { host: 'outlook', name: 'Outlook on the web', id: '00000002-0000-0ff1-ce00-000000000000' },
  { host: 'outlook', name: 'Outlook on phones', id: '27922004-5251-4030-b22d-91ecd9a37ea4' },
  { host: 'microsoft365', name: 'Microsoft 365 on the web', id: '4765445b-32c6-49b0-83e6-1d93765276ca' },
  { host: 'microsoft365', name: 'Microsoft 365 on desktops', id: '0ec893e0-5785-4de6-99da-4ed124e5296c' },
  { host: 'microsoft365', name: 'Microsoft 365 on phones', id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c' },
];

export const MICROSOFT_HOSTS = ['teams', 'outlook', 'microsoft365'] as const satisfies readonly MicrosoftHost[];

/** The ids of the clients of these products. */
export function clientIdsIn(hosts: readonly MicrosoftHost[]): ReadonlySet<unknown> {
  return new Set(MICROSOFT_CLIENTS.filter(({ host }) => hosts.includes(host)).map(({ id }) => id));
}
