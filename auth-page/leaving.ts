import type { TeamsWindow } from './teams.ts';
import { type Action, show, showCloseByHand } from './view.ts';

/** How long the browser gets to close the window. */
const MAX_WAIT_MS = 1_000;

/** Runs `action` when the page closes, reloads or navigates, unless it is called off. */
export function onPageHide(action: () => void): { callOff(): void } {
  window.addEventListener('pagehide', action, { once: true });
  return { callOff: () => window.removeEventListener('pagehide', action) };
}

/** Tells Teams the outcome and closes the window. If the browser keeps it open, the page tells the user to close it. */
export async function reportFailureAndClose(teams: TeamsWindow, reason: string): Promise<void> {
  await teams.found;
  // teams-js closes the window after it has sent the message. Closing it here could stop the message.
  if (teams.fail(reason)) setTimeout(showCloseByHand, MAX_WAIT_MS);
  else closeWindow();
}

/** No button in a tab without an opener, which a browser does not let scripts close. */
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
