import { app, authentication } from '@microsoft/teams-js';
import { loadHostOrigins } from './host-origins.ts';

/** How long Teams may take to answer `initialize`, in milliseconds; teams-js itself would wait for 60 s. */
const TIMEOUT = 3_000;

/** The Teams window behind this pop-up. The only importer of teams-js, and so the only way out for a security code. */
export interface TeamsWindow {
  /** Settles once, within 3 s: whether an allowed host answered. */
  readonly found: Promise<boolean>;
  /** Hands the security code over; Teams closes the window then. False where nothing can have taken it. */
  succeed(securityCode: string): boolean;
  /** The same for every other end. `reason` is a stable code, never a person's or a provider's words. */
  fail(reason: string): boolean;
}

/** What Teams looks like to its user: the name of its theme, and its language as a BCP 47 tag. Some hosts leave out the latter. */
export interface TeamsLooks {
  theme: string;
  locale: string | undefined;
}

/** Looks for Teams. `onLooks` hears of its theme and language, if Teams tells.
 * Allowed hosts are Microsoft's (the list in the teams-js package), our own origin and TEAMS_HOST_ORIGINS. */
export function findTeams(onLooks: (looks: TeamsLooks) => void): TeamsWindow {
  const initialized = initialize().then(
    () => true,
    () => false, // No parent window (rejected at once), or 60 s of silence.
  );
  void initialized.then((found) => {
    if (found) askForLooks(onLooks);
  });
  return {
    found: Promise.race([initialized, after(TIMEOUT, false)]),
    succeed: (securityCode) => tell(() => authentication.notifySuccess(securityCode)),
    fail: (reason) => tell(() => authentication.notifyFailure(reason)),
  };
}

async function initialize(): Promise<void> {
  await app.initialize([window.location.origin, ...(await loadHostOrigins())]);
}

/** A host may answer `initialize` and nothing else; then the system's colours and the browser's language stay. */
function askForLooks(onLooks: (looks: TeamsLooks) => void): void {
  app.getContext().then(
    (context) => onLooks(context.app),
    () => undefined,
  );
}

/** teams-js throws where Teams shows this page as something else than a sign-in pop-up (another frame context). */
function tell(send: () => void): boolean {
  if (!app.isInitialized() || isTeamsClosed()) return false;
  try {
    send();
    return true;
  } catch {
    return false; // The caller then says in words what to do.
  }
}

/** A pop-up loses its opener with the window that opened it; teams-js would then send to nobody, and close the page. */
function isTeamsClosed(): boolean {
  const inPopUp = window.parent === window && !('nativeInterface' in window);
  return inPopUp && (window.opener === null || window.opener.closed);
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value));
}
