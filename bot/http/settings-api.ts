import * as z from 'zod';
import type { SignInUser } from '../sign-in/connection-sign-in.ts';
import { SignInError } from '../sign-in/errors.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { TeamsUser } from '../sign-in/teams-user.ts';
import type { User } from '../sign-in/user.ts';
import { addTransactionCookie, settingsCookie } from './cookies.ts';
import { type ApiCall, type BrowserCookies, type Handler, teamsUserBody } from './json-endpoint.ts';

/** A reloaded page has no ticket. */
const openBody = z.strictObject({ ticket: z.string().min(1).max(4096).optional(), ...teamsUserBody });
const connectBody = z.strictObject({
  connection: z.string().max(64),
  switchAccount: z.boolean().default(false),
  ...teamsUserBody,
});
/** Without `connection`, the request applies to all. */
const whichBody = z.strictObject({ connection: z.string().max(64).optional(), ...teamsUserBody });

/** The ids of the person's connections that share a command. */
export type SharedCommands = (person: User) => readonly string[];

export function settingsApi(
  signIn: SignIn,
  shared: SharedCommands,
  call: ApiCall,
): Record<'open' | 'connect' | 'signOut' | 'setDefault', Handler> {
  const view = async (person: SignInUser) => {
    const { asker, name } = person;
    const [connections, chosen] = await Promise.all([
      signIn.accounts(person, Date.now()),
      signIn.defaultConnection(asker),
    ]);
    const sharing = shared(asker);
    return {
      asker: { name },
      connections,
      shared: sharing,
      ...(chosen !== undefined && { defaultConnection: chosen }),
    };
  };
  return {
    open: call(openBody, async ({ ticket, teamsUser }, browser) => {
      if (ticket === undefined) return view(settingsUser(signIn, browser, teamsUser));
      const { person, session } = signIn.settings.open(ticket, teamsUser, Date.now());
      browser.setCookie(settingsCookie(session));
      return view(person);
    }),
    connect: call(connectBody, async ({ connection: connectionId, switchAccount, teamsUser }, browser) => {
      const person = settingsUser(signIn, browser, teamsUser);
      const chosen = {
        chooseAccount: switchAccount,
        choosePerson: browser.wasWrongPerson,
        teamsUserVerified: teamsUser !== undefined,
      };
      const { cookie, ...begun } = await signIn.startSignIn({ ...person, connectionId }, chosen, Date.now());
      if (cookie !== undefined) browser.setCookie(addTransactionCookie(browser.transactions, cookie));
      return begun;
    }),
    setDefault: call(whichBody, async ({ connection, teamsUser }, browser) => {
      const person = settingsUser(signIn, browser, teamsUser);
      await signIn.setDefaultConnection(person.asker, connection);
      return view(person);
    }),
    signOut: call(whichBody, async ({ connection, teamsUser }, browser) => {
      const person = settingsUser(signIn, browser, teamsUser);
      const ids = signIn.connectionIds(person.asker).filter((id) => connection === undefined || id === connection);
      await signIn.signOutOf(person, ids, Date.now());
      return view(person);
    }),
  };
}

/** T39: only the browser that opened the page may use it.
 * @throws {SignInError} */
function settingsUser(signIn: SignIn, { settings }: BrowserCookies, teamsUser: TeamsUser | undefined): SignInUser {
  if (settings === undefined) throw new SignInError('transaction.cookie');
  return signIn.settings.openSession(settings, teamsUser, Date.now());
}
