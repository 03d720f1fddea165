import { type Action, show, showCloseByHand } from '../view/view.ts';
import type { TeamsWindow } from './teams.ts';

/** The time for the browser to close the window. */
const MAX_WAIT_MS = 1_000;

export function onPageHide(action: () => void): { cancel(): void } {
  window.addEventListener('pagehide', action, { once: true });
  return { cancel: () => window.removeEventListener('pagehide', action) };
}

/** If the browser keeps the window open, the page asks the user to close it. */
export async function reportFailureAndClose(teams: TeamsWindow, reason: string): Promise<void> {
  await teams.found;
  // teams-js closes the window after it sends the message. An earlier close could stop the message.
  if (teams.fail(reason)) setTimeout(showCloseByHand, MAX_WAIT_MS);
  else closeWindow();
}

/** Browsers do not let scripts close a tab without an opener. */
export function closeButton(run: () => void): Action[] {
  return window.opener !== null || 'nativeInterface' in window ? [{ label: 'close', run }] : [];
}

export function closeWindow(): void {
  window.close();
  setTimeout(showCloseByHand, MAX_WAIT_MS);
}

/** Replaces this page in the history, so that Back does not return to used values. */
export function goToProvider(authorizationUrl: string): void {
  show({ name: 'leaving', tone: 'busy' });
  window.location.replace(authorizationUrl);
}
