import type { Owner } from '../store/store.ts';
import type { ReportSecurityEvent } from './audit/security-events.ts';
import { SignInError } from './errors.ts';
import { isSameUser, isWebChatUser, mismatchOf, parseUser, type User } from './user.ts';

/** The user of the Teams window around the pop-up (teams-js `app.getContext()`). */
export interface TeamsUser {
  /** Entra's object id, `context.user.id`. */
  id: string;
  /** `context.user.tenant.id`. */
  tenantId: string;
}

/** T91: Teams gives the security code to the app that opened the pop-up, which may be an attacker's. In the user's own
 * Teams this is harmless, because the code is useless to other users. So only another person's Teams is refused.
 * @throws {SignInError} */
export function refuseOtherTeamsUser(
  { asker, connectionId, name }: Owner & { name: string },
  teamsUser: TeamsUser | undefined,
  events: ReportSecurityEvent,
): void {
  if (!isOtherTeamsUser(asker, teamsUser)) return;
  events('signin.other_teams_user', { asker, connectionId }, { reason: teamsMismatchOf(asker, teamsUser) });
  throw new SignInError('signin.other_teams_user', { expected: name });
}

/** False if Teams did not name its user, and in Web Chat, where the cookie identifies the user. */
export function isOtherTeamsUser(asker: User, teamsUser: TeamsUser | undefined): boolean {
  if (!teamsUser || isWebChatUser(asker)) return false;
  const user = parseUser(teamsUser.tenantId, teamsUser.id);
  return !user || !isSameUser(user, asker);
}

/** For the event. */
export function teamsMismatchOf(asker: User, teamsUser: TeamsUser | undefined): ReturnType<typeof mismatchOf> {
  return mismatchOf(asker, teamsUser && parseUser(teamsUser.tenantId, teamsUser.id));
}
