import { abandon, type Completion, type Decision } from './api.ts';
import { onLeaving } from './leaving.ts';
import type { TeamsWindow } from './teams.ts';
import { show } from './view.ts';

type Question = Extract<Completion, { next: 'confirm' }>;

/** Asks whether the account over there and the asker belong together (THREATS.md, T12): the provider cannot say so.
 * Nothing is preselected; closing the window is a Cancel. */
export function askToConfirm(
  teams: TeamsWindow,
  question: Question,
  decide: (decision: Decision, confirmation: string) => Promise<void>,
): void {
  const closing = onLeaving(() => {
    abandon(question.confirmation);
    teams.fail('cancelled');
  });
  const choose = (decision: Decision) => () => {
    closing.callOff();
    show({ name: decision === 'connect' ? 'connecting' : 'cancelling', tone: 'busy' });
    void decide(decision, question.confirmation);
  };
  show({
    name: 'confirm',
    tone: 'ask',
    names: { asker: question.asker, account: question.account, connection: question.connection },
    actions: [
      { label: 'connect', primary: true, run: choose('connect') },
      { label: 'cancel', run: choose('cancel') },
    ],
  });
}
