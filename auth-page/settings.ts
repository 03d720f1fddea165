import * as api from './api.ts';
import { applyTeamsContext } from './apply-teams-context.ts';
import { showError, toFailure } from './error-screen.ts';
import { findTeams, type TeamsWindow } from './opener/teams.ts';
import { closeWindow, goToProvider } from './opener/window.ts';
import { type Action, type Row, type Screen, show } from './view/view.ts';

/** The message to Teams when the user closes the page. After a sign-in, Teams gets the security code. */
const DONE = 'settings';

/** `GET /auth/settings?ticket=…` */
export async function settings(query: URLSearchParams): Promise<void> {
  const teams = findTeams(applyTeamsContext);
  const [ticket, ...others] = query.getAll('ticket');
  if (others.length > 0) return void showError(teams, { code: 'ticket.invalid' });
  await change(teams, 'settingsOpening', async () => api.openSettings(ticket, await teams.user));
  // The cookie now identifies the user, so a reload works. The ticket leaves the history.
  window.history.replaceState(null, '', window.location.pathname);
}

async function change(
  teams: TeamsWindow,
  name: 'settingsOpening' | 'settingsChanging',
  work: () => Promise<api.SettingsView>,
): Promise<void> {
  show({ name, tone: 'busy' });
  try {
    show(screenOf(teams, await work()));
  } catch (error) {
    showError(teams, toFailure(error));
  }
}

function screenOf(teams: TeamsWindow, { asker, connections }: api.SettingsView): Screen {
  const signedIn = connections.filter(({ account }) => account !== undefined);
  const all: Action = { label: 'signOutAll', run: () => void change(teams, 'settingsChanging', () => api.signOut()) };
  const finish: Action = { label: 'finish', primary: true, run: () => void finishAndClose(teams) };
  const rows = connections.map((connection) => rowOf(teams, connection));
  return {
    name: 'settings',
    tone: 'ask',
    names: { asker },
    rows,
    actions: signedIn.length > 1 ? [finish, all] : [finish],
  };
}

function rowOf(teams: TeamsWindow, { id, title, account, choice }: api.SettingsConnection): Row {
  const changing = (label: Action['label'], work: () => Promise<api.SettingsView>): Action => ({
    label,
    run: () => void change(teams, 'settingsChanging', work),
  });
  const signIn = (label: 'signIn' | 'switchAccount'): Action => ({
    label,
    run: () => void goAndSignIn(teams, id, label === 'switchAccount'),
  });
  const signOut = changing('signOut', () => api.signOut(id));
  const choose = {
    none: [],
    'one of several': [changing('searchOnly', () => api.setDefault(id))],
    chosen: [changing('searchAll', () => api.setDefault())],
  };
  const actions = account === undefined ? [signIn('signIn')] : [signIn('switchAccount'), signOut];
  return { title, account, chosen: choice === 'chosen', actions: [...actions, ...choose[choice]] };
}

async function goAndSignIn(teams: TeamsWindow, connection: string, switchAccount: boolean): Promise<void> {
  show({ name: 'leaving', tone: 'busy' });
  try {
    goToProvider(await api.connect(connection, switchAccount, teams.userByNow()));
  } catch (error) {
    showError(teams, toFailure(error));
  }
}

async function finishAndClose(teams: TeamsWindow): Promise<void> {
  await teams.found;
  if (teams.succeed(DONE)) return;
  closeWindow();
  // If the window stays open, Teams may still answer.
  if (await teams.foundLate) teams.succeed(DONE);
}
