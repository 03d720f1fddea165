import * as api from './api.ts';
import { applyTeamsContext } from './apply-teams-context.ts';
import { type ErrorScreen, showError, toFailure } from './error-screen.ts';
import type { ErrorCode } from './locales/en.ts';
import { noteOpenedByChat } from './opener/from-chat.ts';
import { findTeams, type TeamsWindow } from './opener/teams.ts';
import { goToProvider } from './opener/window.ts';
import { show } from './view/view.ts';

const WORTH_A_RETRY: readonly ErrorCode[] = [
  'page.offline',
  'page.timeout',
  'store.unavailable',
  'provider.unavailable',
  'provider.timeout',
];

/** `GET /auth/start?ticket=…` */
export async function start(query: URLSearchParams): Promise<void> {
  if (query.has('browser')) noteOpenedByChat();
  const teams = findTeams(applyTeamsContext);
  const [given, ...others] = query.getAll('ticket');
  // Web Chat may append its own parameter to the address.
  const ticket = given?.split('&', 1)[0];
  if (!ticket || others.length > 0) showError(teams, { code: 'ticket.invalid' });
  else if (query.has('browser')) await begin(ticket, teams, 'chat');
  else if (await teams.found) await begin(ticket, teams, 'teams');
  else beginOnceFound(ticket, teams, query.has('confirmed') ? showError(teams, { code: 'page.no_teams' }) : undefined);
}

/** On a slow phone, Teams may answer after the page gave up. The sign-in then begins, unless the user has chosen. */
function beginOnceFound(ticket: string, teams: TeamsWindow, errorScreen: ErrorScreen | undefined): void {
  let chosen = false;
  if (!errorScreen) {
    offerToProceed(() => {
      chosen = true;
      void begin(ticket, teams, 'none');
    });
  }
  void teams.foundLate.then((is) => {
    if (is && !chosen && (errorScreen?.withdraw() ?? true)) void begin(ticket, teams, 'teams');
  });
}

/** Receives the outcome. */
type Behind = 'teams' | 'chat' | 'none';

export async function useAnotherAccount(ticket: string, teams: TeamsWindow): Promise<void> {
  // Teams may have answered late.
  const found = await Promise.race([teams.foundLate, teams.found]);
  await begin(ticket, teams, found ? 'teams' : 'none');
}

/** Opens a transaction. A user has at most eight, and a ninth ends the oldest. So a program that only opens links
 * must not get here (T21). */
async function begin(ticket: string, teams: TeamsWindow, behind: Behind): Promise<void> {
  show({ name: 'leaving', tone: 'busy' });
  try {
    const { authorizationUrl, proven, inBrowser } = await api.start(
      ticket,
      behind === 'teams' ? await teams.userLate : undefined,
    );
    if (behind === 'teams' || inBrowser || (behind === 'none' && proven)) goToProvider(authorizationUrl);
    else showError(teams, { code: 'page.no_teams' });
  } catch (error) {
    const { code, expected } = toFailure(error);
    const retry = () => void begin(ticket, teams, behind);
    showError(teams, WORTH_A_RETRY.includes(code) ? { code, retry } : { code, expected });
  }
}

/** A proven sign-in is linked without a message to Teams. */
function offerToProceed(proceed: () => void): void {
  show({ name: 'outsideTeams', tone: 'ask', actions: [{ label: 'proceed', primary: true, run: proceed }] });
}
