import { app, authentication } from '@microsoft/teams-js';
import type { TeamsUser } from '../api.ts';
import { isOpenedByChat } from './from-chat.ts';
import { extraHostOrigins } from './host-origins.ts';

/** For Teams to answer `initialize`. teams-js itself waits 60 s. */
const TIMEOUT_MS = 3_000;
/** For Teams to answer `getContext`. Some versions never do (teams-js, issues 617 and 975). */
const CONTEXT_TIMEOUT_MS = 3_000;

/** Only this module imports teams-js, so a security code has no other way out. */
export interface TeamsWindow {
  /** Settles within 3 s: true if an allowed host answered. */
  readonly found: Promise<boolean>;
  /** As `found`, but settles within a minute, for a slow phone. */
  readonly foundLate: Promise<boolean>;
  /** Settles within 3 s of `found`: `undefined` if Teams does not report its user. */
  readonly user: Promise<TeamsUser | undefined>;
  /** Settles within 3 s of `foundLate`. */
  readonly userLate: Promise<TeamsUser | undefined>;
  userByNow(): TeamsUser | undefined;
  /** Gives the security code to Teams, which then closes the window.
   * @returns false if no host can have received it */
  succeed(securityCode: string): boolean;
  /** `reason` is a stable code, never text of a user or provider. */
  fail(reason: string): boolean;
}

/** `locale` is a BCP 47 tag that some hosts omit. */
export interface TeamsContext {
  theme: string;
  locale: string | undefined;
}

/** Allowed hosts are Microsoft's (the list in the teams-js package), this origin and TEAMS_HOST_ORIGINS.
 * @param onContext called when Teams reports its theme and language */
export function findTeams(onContext: (looks: TeamsContext) => void): TeamsWindow {
  const initialized = initialize().then(
    () => true,
    () => false, // No parent window (rejected at once), or no answer for 60 s.
  );
  let userByNow: TeamsUser | undefined;
  const user = initialized.then(async (answered) => {
    const context = answered ? await askForContext() : undefined;
    if (context) onContext(context.app);
    userByNow = context && userOf(context);
    return userByNow;
  });
  const found = Promise.race([initialized, after(TIMEOUT_MS, false)]);
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
  await app.initialize([window.location.origin, ...extraHostOrigins()]);
}

/** A host may answer only `initialize`. The page then keeps the system's colours and the browser's language. */
function askForContext(): Promise<app.Context | undefined> {
  return app.getContext().catch(() => undefined);
}

/** Old hosts omit them. */
function userOf({ user }: app.Context): TeamsUser | undefined {
  const [id, tenantId] = [user?.id, user?.tenant?.id];
  if (!isText(id) || !isText(tenantId)) return undefined;
  return { id, tenantId, signInName: [user?.userPrincipalName, user?.loginHint].find(isText) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** teams-js throws unless Teams shows this page as a sign-in pop-up. */
function trySend(send: () => void): boolean {
  if (!app.isInitialized() || isTeamsClosed()) return false;
  try {
    send();
    return true;
  } catch {
    return false;
  }
}

/** A pop-up loses its opener when that window closes. teams-js would then send to no window and close the page. */
function isTeamsClosed(): boolean {
  const inPopUp = window.parent === window && !('nativeInterface' in window);
  return inPopUp && (window.opener === null || window.opener.closed);
}

function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value));
}
