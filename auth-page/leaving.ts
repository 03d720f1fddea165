import type { TeamsWindow } from './teams.ts';
import { type Action, show, showCloseByHand } from './view.ts';

/** How long the window may stay open after it was told to close, in milliseconds. */
const MAX_WAIT_MS = 1_000;

/** Runs `action` when the window goes away (closed, reloaded, navigated), unless it is called off before. */
export function onPageHide(action: () => void): { callOff(): void } {
  window.addEventListener('pagehide', action, { once: true });
  return { callOff: () => window.removeEventListener('pagehide', action) };
}

/** Tells Teams how it ended and closes the window; where the browser keeps it open, the page says so. */
export async function reportFailureAndClose(teams: TeamsWindow, reason: string): Promise<void> {
  await teams.found;
  // teams-js closes the window a moment after it sent the message: closing it here could overtake the message.
  if (teams.fail(reason)) setTimeout(showCloseByHand, MAX_WAIT_MS);
  else closeWindow();
}

/** The button that closes the window; none in a tab that nobody opened, which a browser does not let us close. */
export function closeButton(run: () => void): Action[] {
  return window.opener !== null || 'nativeInterface' in window ? [{ label: 'close', run }] : [];
}

/** Closes the window where Teams has nothing more to hear. */
export function closeWindow(): void {
  window.close();
  setTimeout(showCloseByHand, MAX_WAIT_MS);
}

/** Goes to an identity provider. Replaces this page in the history: going back does not come upon what is used up. */
export function goToProvider(authorizationUrl: string): void {
  show({ name: 'leaving', tone: 'busy' });
  window.location.replace(authorizationUrl);
}
