import type { Owner } from '../store/store.ts';
import { SignInError } from './errors.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { isSameUser, isWebChatUser, parseUser, type User } from './user.ts';

/** The person who uses the Teams window behind the pop-up, as teams-js `app.getContext()` told our page. */
export interface TeamsUser {
  /** Entra's object id, `context.user.id`. */
  id: string;
  /** `context.user.tenant.id`. */
  tenantId: string;
}

/** T91: Teams returns the security code to the app that opened the pop-up, and that app need not be ours. In the asker's own
 * Teams this does no harm: a code is useless to any other asker. So another person's Teams goes no further.
 * @throws {SignInError} */
export function refuseOtherTeamsUser(
  { asker, connectionId, name }: Owner & { name: string },
  teamsUser: TeamsUser | undefined,
  events: ReportSecurityEvent,
): void {
  if (!isOtherTeamsUser(asker, teamsUser)) return;
  events('signin.other_teams_user', { asker, connectionId });
  throw new SignInError('signin.other_teams_user', { expected: name });
}

/** False where Teams did not say who uses it, and in Web Chat, where the browser's cookie says who asks. */
export function isOtherTeamsUser(asker: User, teamsUser: TeamsUser | undefined): boolean {
  if (!teamsUser || isWebChatUser(asker)) return false;
  const user = parseUser(teamsUser.tenantId, teamsUser.id);
  return !user || !isSameUser(user, asker);
}
