import { type LocalAccount, type LocalIssuer, plain } from '../identity-provider/issuers.ts';

/** The same people as everywhere, by login names: `ada`. */
export const GITHUB: LocalIssuer = plain('', 'GitHub stand-in', '#1f2328');

/** What GitHub's API says of somebody, as far as anybody here reads it. */
export function publicUser({ accountId, person, username }: LocalAccount): Record<string, unknown> {
  return { login: username, id: numberOf(accountId), type: 'User', site_admin: false, name: person.name };
}

/** Ids are numbers at GitHub, which stay when a login changes. */
function numberOf(accountId: string): number {
  return 583_231 + GITHUB.accounts.findIndex((each) => each.accountId === accountId);
}
