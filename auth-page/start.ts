import * as api from './api.ts';
import { type Ending, showError, toErrorCode } from './ends.ts';
import { applyTeamsContext } from './follow.ts';
import { noteOpenedByChat } from './from-chat.ts';
import { goToProvider } from './leaving.ts';
import type { EndCode } from './locales/en.ts';
import { findTeams, type TeamsWindow } from './teams.ts';
import { show } from './view.ts';

/** Ends that another try may turn, without a new ticket. */
const WORTH_A_RETRY: readonly EndCode[] = [
  'page.offline',
  'page.timeout',
  'store.unavailable',
  'provider.unavailable',
  'provider.timeout',
];

/** `GET /auth/start?ticket=…`: looks for Teams, then trades the ticket for the authorization URL and goes there. */
export async function start(query: URLSearchParams): Promise<void> {
  if (query.has('browser')) noteOpenedByChat();
  const teams = findTeams(applyTeamsContext);
  const [given, ...others] = query.getAll('ticket');
  // Web Chat, where nobody keeps it from it, puts something of its own behind a sign-in address.
  const ticket = given?.split('&', 1)[0];
  if (!ticket || others.length > 0) showError(teams, { code: 'ticket.invalid' });
  else if (query.has('browser')) await begin(ticket, teams, 'chat');
  else if (await teams.found) await begin(ticket, teams, 'teams');
  else beginOnceFound(ticket, teams, query.has('confirmed') ? showError(teams, { code: 'page.no_teams' }) : undefined);
}

/** Teams on a slow phone may answer after the page has said that it does not: the sign-in then begins by itself, unless
 * the person has chosen something. */
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

/** What the sign-in's end will be told to. */
type Behind = 'teams' | 'chat' | 'none';

/** Signs in once more, with another account than the one that was used in this window. */
export async function useAnotherAccount(ticket: string, teams: TeamsWindow): Promise<void> {
  // By now Teams may have answered late.
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

/** Nobody will hear of the end, but where the sign-in is proven the link is made without a pop-up message. */
function offerToProceed(proceed: () => void): void {
  show({ name: 'outsideTeams', tone: 'ask', actions: [{ label: 'proceed', primary: true, run: proceed }] });
}
