import { abandon, type Completion, type Decision } from './api.ts';
import type { TeamsWindow } from './opener/teams.ts';
import { onPageHide } from './opener/window.ts';
import { type Note, show } from './view/view.ts';

type ConfirmationRequest = Extract<Completion, { next: 'confirm' }>;

/** Asks whether the account belongs to the user who searched (T12): the provider cannot know. Closing the window
 * cancels. */
export function askToConfirm(
  teams: TeamsWindow,
  request: ConfirmationRequest,
  decide: (decision: Decision, confirmation: string) => Promise<void>,
  useAnother: (ticket: string, confirmation: string) => Promise<void>,
): void {
  const closing = onPageHide(() => {
    abandon(request.confirmation);
    teams.fail('cancelled');
  });
  const choose = (decision: Decision) => () => {
    closing.cancel();
    show({ name: decision === 'connect' ? 'connecting' : 'cancelling', tone: 'busy' });
    void decide(decision, request.confirmation);
  };
  const { again } = request;
  const another = (ticket: string) => () => {
    closing.cancel();
    show({ name: 'leaving', tone: 'busy' });
    void useAnother(ticket, request.confirmation);
  };
  show({
    name: request.account.unnamed ? 'confirmUnnamed' : 'confirm',
    tone: 'ask',
    names: { asker: request.asker, account: request.account.name, connection: request.connection },
    notes: notesOn(request, teams.userByNow()?.signInName),
    actions: [
      { label: 'connect', primary: true, run: choose('connect') },
      ...(again === undefined ? [] : [{ label: 'switchAccount' as const, run: another(again) }]),
      { label: 'cancel', run: choose('cancel') },
    ],
  });
}

/** Names can be faked. In the user's own Teams, the page adds Teams' sign-in name. Otherwise it adds the tenant of
 * the search, and that Teams' user is unknown. */
function notesOn({ isAskersTeams, tenant }: ConfirmationRequest, signInName: string | undefined): Note[] {
  if (isAskersTeams && signInName) return [{ text: 'signInName', names: { signInName } }];
  const inTenant: Note[] = tenant ? [{ text: 'tenant', names: { tenant } }] : [];
  return isAskersTeams ? inTenant : [{ text: 'unknown' }, ...inTenant];
}
