import { z } from 'zod';
import type { Person } from '../sign-in/outcomes.ts';
import { SignInProblem } from '../sign-in/problems.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { ApiCall, Browser, Handler } from './api-call.ts';
import { addTransactionCookie, settingsCookie } from './cookies.ts';

/** With a ticket a page is opened in this browser; without one, it is loaded again. */
const openBody = z.strictObject({ ticket: z.string().min(1).max(4096).optional() });
const connectBody = z.strictObject({ connection: z.string().max(64), switchAccount: z.boolean().default(false) });
/** Of one connection, or of all. */
const signOutBody = z.strictObject({ connection: z.string().max(64).optional() });

/** The calls of the settings page: who somebody is at each connection, and what they can do about it. */
export function settingsApi(signIn: SignIn, call: ApiCall): Record<'open' | 'connect' | 'signOut', Handler> {
  const view = async ({ asker, name }: Person) => ({ asker: { name }, connections: await signIn.accounts(asker) });
  return {
    open: call(openBody, async ({ ticket }, browser) => {
      if (ticket === undefined) return view(personAt(signIn, browser));
      const { person, session } = signIn.openSettings(ticket, Date.now());
      browser.setCookie(settingsCookie(session));
      return view(person);
    }),
    connect: call(connectBody, async ({ connection: connectionId, switchAccount }, browser) => {
      const person = personAt(signIn, browser);
      const chosen = { chooseAccount: switchAccount };
      const { cookie, ...begun } = await signIn.beginFor({ ...person, connectionId }, chosen, Date.now());
      browser.setCookie(addTransactionCookie(browser.transactions, cookie));
      return begun;
    }),
    signOut: call(signOutBody, async ({ connection }, browser) => {
      const person = personAt(signIn, browser);
      const all = await signIn.accounts(person.asker);
      for (const { id } of all.filter((each) => connection === undefined || each.id === connection)) {
        await signIn.signOut({ asker: person.asker, connectionId: id }, Date.now());
      }
      return view(person);
    }),
  };
}

/** T39: only the browser that opened the page may use it. @throws {SignInProblem} */
function personAt(signIn: SignIn, { settings }: Browser): Person {
  if (settings === undefined) throw new SignInProblem('transaction.cookie');
  return signIn.settingsOf(settings, Date.now());
}
