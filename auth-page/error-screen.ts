import { type Account, ApiError } from './api.ts';
import type { ErrorCode } from './locales/en.ts';
import { notifyChat } from './opener/chat-channel.ts';
import { isOpenedByChat } from './opener/from-chat.ts';
import type { TeamsWindow } from './opener/teams.ts';
import { closeButton, onPageHide, reportFailureAndClose } from './opener/window.ts';
import { pageMessages } from './view/messages.ts';
import { type Action, show } from './view/view.ts';

interface Failure {
  code: ErrorCode;
  expected?: string | undefined;
  used?: Account | undefined;
  again?: string | undefined;
}

/** A code without a text becomes `page.unexpected`. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { code: 'page.unexpected' };
  const { code, expected, used, again } = error;
  return isErrorCode(code) ? { code, expected, used, again } : { code: 'page.unexpected' };
}

function isErrorCode(code: string): code is ErrorCode {
  return code.includes('.') && Object.hasOwn(pageMessages.screens, code);
}

/** A screen that the page can withdraw until the user chooses. */
export interface ErrorScreen {
  withdraw(): boolean;
}

/** Tells Teams only when the user closes the window: Teams closes it at once after a failure. */
export function showError(
  teams: TeamsWindow,
  { code, expected, used, retry, useAnother }: Failure & { retry?: () => void; useAnother?: (() => void) | undefined },
): ErrorScreen {
  let chosen = false;
  const closing = onPageHide(() => teams.fail(code));
  const again: Action[] = retry ? [{ label: 'retry', primary: true, run: () => done(retry) }] : [];
  const another: Action[] = useAnother ? [{ label: 'switchAccount', primary: true, run: () => done(useAnother) }] : [];
  const close = closeButton(() => done(() => void reportFailureAndClose(teams, code)));
  show({ name: code, tone: 'stopped', names: { expected, used }, actions: [...another, ...again, ...close] });

  return {
    withdraw() {
      if (chosen) return false;
      closing.cancel();
      return true;
    },
  };

  function done(next: () => void): void {
    chosen = true;
    closing.cancel();
    next();
  }
}

/** Tells Teams at once, because the user decided. */
export function showCancelled(teams: TeamsWindow): void {
  if (isOpenedByChat()) notifyChat('cancelled');
  show({
    name: 'signin.cancelled',
    tone: 'stopped',
    actions: closeButton(() => void reportFailureAndClose(teams, 'cancelled')),
  });
  void teams.foundLate.then(() => teams.fail('cancelled'));
}
