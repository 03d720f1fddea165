import * as api from './api.ts';
import { type Ending, showError, toErrorCode } from './ends.ts';
import { applyTeamsContext } from './follow.ts';
import { noteOpenedByChat } from './from-chat.ts';
import { goToProvider } from './leaving.ts';
import type { EndCode } from './locales/en.ts';
import { findTeams, type TeamsWindow } from './teams.ts';
import { show } from './view.ts';

/** Errors where a retry with this ticket can help. */
const WORTH_A_RETRY: readonly EndCode[] = [
  'page.offline',
  'page.timeout',
  'store.unavailable',
  'provider.unavailable',
  'provider.timeout',
];

/** `GET /auth/start?ticket=…`: looks for Teams, then trades the ticket for the authorization URL. */
export async function start(query: URLSearchParams): Promise<void> {
  if (query.has('browser')) noteOpenedByChat();
  const teams = findTeams(applyTeamsContext);
  const [given, ...others] = query.getAll('ticket');
  // Web Chat may append its own parameter to the sign-in address.
  const ticket = given?.split('&', 1)[0];
  if (!ticket || others.length > 0) showError(teams, { code: 'ticket.invalid' });
  else if (query.has('browser')) await begin(ticket, teams, 'chat');
  else if (await teams.found) await begin(ticket, teams, 'teams');
  else beginOnceFound(ticket, teams, query.has('confirmed') ? showError(teams, { code: 'page.no_teams' }) : undefined);
}

/** On a slow phone, Teams may answer after the page has shown that it found none. The sign-in then begins by itself,
 * unless the person has chosen. */
function beginOnceFound(ticket: string, teams: TeamsWindow, ending: Ending | undefined): void {
  let chosen = false;
  if (!ending) {
    offerToProceed(() => {
      chosen = true;
      void begin(ticket, teams, 'none');
    });
  }
  void teams.foundLate.then((is) => {
    if (is && !chosen && (ending?.withdraw() ?? true)) void begin(ticket, teams, 'teams');
  });
}

/** The receiver of the outcome. */
type Behind = 'teams' | 'chat' | 'none';

/** Signs in again with another account than the one that was used in this window. */
export async function useAnotherAccount(ticket: string, teams: TeamsWindow): Promise<void> {
  // Teams may have answered late.
  const found = await Promise.race([teams.foundLate, teams.found]);
  await begin(ticket, teams, found ? 'teams' : 'none');
}

/** The first call opens a transaction, and a person has eight at most: the oldest ends for a ninth. So a program that only
 * opens links must not get here (T21). */
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
    const { code, expected } = toErrorCode(error);
    const retry = () => void begin(ticket, teams, behind);
    showError(teams, WORTH_A_RETRY.includes(code) ? { code, retry } : { code, expected });
  }
}

/** No window receives the outcome, but a proven sign-in is linked without a pop-up message. */
function offerToProceed(proceed: () => void): void {
  show({ name: 'outsideTeams', tone: 'ask', actions: [{ label: 'proceed', primary: true, run: proceed }] });
}
