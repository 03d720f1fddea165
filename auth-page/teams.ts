import { app, authentication } from '@microsoft/teams-js';
import type { TeamsUser } from './api.ts';
import { isOpenedByChat } from './from-chat.ts';
import { loadHostOrigins } from './host-origins.ts';

/** How long Teams may take to answer `initialize`, in milliseconds; teams-js itself would wait for 60 s. */
const TIMEOUT = 3_000;
/** How long Teams may take to answer `getContext` after that. Some versions never do (teams-js, issues 617 and 975). */
const CONTEXT_TIMEOUT_MS = 3_000;

/** The Teams window behind this pop-up. The only importer of teams-js, and so the only way out for a security code. */
export interface TeamsWindow {
  /** Settles once, within 3 s: whether an allowed host answered. */
  readonly found: Promise<boolean>;
  /** Settles once, within a minute: whether an allowed host answered. Teams on a slow phone may take longer than 3 s. */
  readonly foundLate: Promise<boolean>;
  /** Settles once, within 3 s of `redeemed`: who uses this Teams, if it says so. */
  readonly user: Promise<TeamsUser | undefined>;
  /** The same within 3 s of `foundLate`. */
  readonly userLate: Promise<TeamsUser | undefined>;
  /** Who uses this Teams, as far as it has said so by now. */
  userByNow(): TeamsUser | undefined;
  /** Hands the security code over; Teams closes the window then. False where nothing can have taken it. */
  succeed(securityCode: string): boolean;
  /** The same for every other end. `reason` is a stable code, never a person's or a provider's words. */
  fail(reason: string): boolean;
}

/** What Teams looks like to its user: the name of its theme, and its language as a BCP 47 tag. Some hosts leave out the latter. */
export interface TeamsContext {
  theme: string;
  locale: string | undefined;
}

/** Looks for Teams. `onContext` hears of its theme and language, if Teams tells.
 * Allowed hosts are Microsoft's (the list in the teams-js package), our own origin and TEAMS_HOST_ORIGINS. */
export function findTeams(onContext: (looks: TeamsContext) => void): TeamsWindow {
  const initialized = initialize().then(
    () => true,
    () => false, // No parent window (rejected at once), or 60 s of silence.
  );
  let userByNow: TeamsUser | undefined;
  const user = initialized.then(async (answered) => {
    const context = answered ? await askForContext() : undefined;
    if (context) onContext(context.app);
    userByNow = context && userOf(context);
    return userByNow;
  });
  const found = Promise.race([initialized, after(TIMEOUT, false)]);
  const userLate = initialized.then((is) =>
    is ? Promise.race([user, after(CONTEXT_TIMEOUT_MS, undefined)]) : undefined,
  );
  return {
    found,
    foundLate: initialized,
    user: found.then((is) => (is ? userLate : undefined)),
    userLate,
    userByNow: () => userByNow,
    succeed: (securityCode) => trySend(() => authentication.notifySuccess(securityCode)),
    fail: (reason) => trySend(() => authentication.notifyFailure(reason)),
  };
}

async function initialize(): Promise<void> {
  if (isOpenedByChat()) throw new Error('Opened by Web Chat');
  await app.initialize([window.location.origin, ...(await loadHostOrigins())]);
}

/** A host may answer `initialize` and nothing else; then the system's colours and the browser's language stay. */
function askForContext(): Promise<app.Context | undefined> {
  return app.getContext().catch(() => undefined);
}

/** Old hosts leave out who it is, or the tenant. */
function userOf({ user }: app.Context): TeamsUser | undefined {
  const [id, tenantId] = [user?.id, user?.tenant?.id];
  if (!isText(id) || !isText(tenantId)) return undefined;
  return { id, tenantId, signInName: [user?.userPrincipalName, user?.loginHint].find(isText) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** teams-js throws where Teams shows this page as something else than a sign-in pop-up (another frame context). */
function trySend(send: () => void): boolean {
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
