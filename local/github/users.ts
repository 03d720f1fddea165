import { type LocalAccount, type LocalIssuer, plain } from '../identity-provider/issuers.ts';

/** By login name: `ada`. */
export const GITHUB: LocalIssuer = plain('', 'GitHub stand-in', '#1f2328');

/** Only the members that the bot reads. */
export function publicUser({ accountId, person, username }: LocalAccount): Record<string, unknown> {
  return { login: username, id: numberOf(accountId), type: 'User', site_admin: false, name: person.name };
}

/** GitHub's ids are numbers and stay when the login changes. */
function numberOf(accountId: string): number {
  return 583_231 + GITHUB.accounts.findIndex((each) => each.accountId === accountId);
}
