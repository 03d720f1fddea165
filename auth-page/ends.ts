import { ApiError } from './api.ts';
import { closeButton, leave, onLeaving } from './leaving.ts';
import type { EndCode } from './locales/en.ts';
import type { TeamsWindow } from './teams.ts';
import { type Action, show } from './view.ts';
import { ownTexts } from './words.ts';

/** The end that an error means; one that we have no words for is `page.unexpected`. */
export function endOf(error: unknown): { code: EndCode; expected?: string | undefined } {
  if (!(error instanceof ApiError) || !isEndCode(error.code)) return { code: 'page.unexpected' };
  return { code: error.code, expected: error.expected };
}

function isEndCode(code: string): code is EndCode {
  return code.includes('.') && Object.hasOwn(ownTexts.screens, code);
}

/** Says in words what happened. Teams hears of it only when the person closes the window, so that the words can be
 * read: on a failure Teams closes it at once. */
export function end(
  teams: TeamsWindow,
  { code, expected, retry }: { code: EndCode; expected?: string | undefined; retry?: () => void },
): void {
  const closing = onLeaving(() => teams.fail(code));
  const again: Action[] = retry ? [{ label: 'retry', primary: true, run: () => done(retry) }] : [];
  const close = closeButton(() => done(() => void leave(teams, code)));
  show({ name: code, tone: 'stopped', names: { expected }, actions: [...again, ...close] });

  function done(next: () => void): void {
    closing.callOff();
    next();
  }
}

/** The person's own decision needs no reading, so Teams hears of it at once. The words stay where there is no Teams. */
export function endCancelled(teams: TeamsWindow): void {
  show({
    name: 'signin.cancelled',
    tone: 'stopped',
    actions: closeButton(() => void leave(teams, 'cancelled')),
  });
  void teams.found.then(() => teams.fail('cancelled'));
}
