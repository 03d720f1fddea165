import type { Owner } from '../store/store.ts';
import { type Asker, isOfBrowser, sameAsker, toAsker } from './asker.ts';
import { SignInProblem } from './problems.ts';
import type { SecurityEvents } from './security-events.ts';

/** The person who uses the Teams window behind the pop-up, as teams-js `app.getContext()` told our page. */
export interface TeamsUser {
  /** Entra's object id, `context.user.id`. */
  id: string;
  /** `context.user.tenant.id`. */
  tenantId: string;
}

/** T91: Teams returns the security code to the app that opened the pop-up, and that app need not be ours. In the asker's own
 * Teams this does no harm: a code is useless to any other asker. So another person's Teams goes no further.
 * @throws {SignInProblem} */
export function refuseOtherTeamsUser(
  { asker, connectionId, name }: Owner & { name: string },
  teamsUser: TeamsUser | undefined,
  events: SecurityEvents,
): void {
  if (!isOtherTeamsUser(asker, teamsUser)) return;
  events('signin.other_teams_user', { asker, connectionId });
  throw new SignInProblem('signin.other_teams_user', { expected: name });
}

/** False where Teams did not say who uses it, and in Web Chat, where the browser's cookie says who asks. */
export function isOtherTeamsUser(asker: Asker, teamsUser: TeamsUser | undefined): boolean {
  if (!teamsUser || isOfBrowser(asker)) return false;
  const user = toAsker(teamsUser.tenantId, teamsUser.id);
  return !user || !sameAsker(user, asker);
}
