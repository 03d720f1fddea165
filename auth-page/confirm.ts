import { abandon, type Completion, type Decision } from './api.ts';
import { onPageHide } from './leaving.ts';
import type { TeamsWindow } from './teams.ts';
import { type Note, show } from './view.ts';

type Question = Extract<Completion, { next: 'confirm' }>;

/** Asks whether the account over there and the asker belong together (THREATS.md, T12): the provider cannot say so.
 * Nothing is preselected; closing the window is a Cancel. */
export function askToConfirm(
  teams: TeamsWindow,
  question: Question,
  decide: (decision: Decision, confirmation: string) => Promise<void>,
  useAnother: (ticket: string, confirmation: string) => Promise<void>,
): void {
  const closing = onPageHide(() => {
    abandon(question.confirmation);
    teams.fail('cancelled');
  });
  const choose = (decision: Decision) => () => {
    closing.callOff();
    show({ name: decision === 'connect' ? 'connecting' : 'cancelling', tone: 'busy' });
    void decide(decision, question.confirmation);
  };
  const { again } = question;
  const another = (ticket: string) => () => {
    closing.callOff();
    show({ name: 'leaving', tone: 'busy' });
    void useAnother(ticket, question.confirmation);
  };
  show({
    name: question.account.unnamed ? 'confirmUnnamed' : 'confirm',
    tone: 'ask',
    names: { asker: question.asker, account: question.account.name, connection: question.connection },
    notes: notesOn(question, teams.userByNow()?.signInName),
    actions: [
      { label: 'connect', primary: true, run: choose('connect') },
      ...(again === undefined ? [] : [{ label: 'switchAccount' as const, run: another(again) }]),
      { label: 'cancel', run: choose('cancel') },
    ],
  });
}

/** Anybody may be called what the asker is called. So the page says more: in the asker's own Teams, how they sign in there,
 * in Teams' own words; else the tenant, which Teams said with the search, and that nobody knows whose Teams this is. */
function notesOn({ isAskersTeams, tenant }: Question, signInName: string | undefined): Note[] {
  if (isAskersTeams && signInName) return [{ text: 'signInName', names: { signInName } }];
  const inTenant: Note[] = tenant ? [{ text: 'tenant', names: { tenant } }] : [];
  return isAskersTeams ? inTenant : [{ text: 'unknown' }, ...inTenant];
}
