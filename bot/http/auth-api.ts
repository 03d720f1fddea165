import * as z from 'zod';
import { SignInError } from '../sign-in/errors.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { User } from '../sign-in/user.ts';
import { addTransactionCookie, wrongPersonCookie } from './cookies.ts';
import { type ApiCall, type Handler, teamsUserBody } from './json-endpoint.ts';

const startBody = z.object({ ticket: z.string().min(1).max(4096), ...teamsUserBody });
const completeBody = z.union([
  z.object({
    connection: z.string(),
    state: z.string(),
    code: z.string().min(1).max(8192),
    iss: z.string().optional(),
    error: z.undefined().optional(),
    ...teamsUserBody,
  }),
  z.object({
    connection: z.string(),
    state: z.string(),
    error: z.string().min(1).max(512),
    hint: z.string().max(32).optional(),
    code: z.undefined().optional(),
    ...teamsUserBody,
  }),
]);
const confirmBody = z.object({
  decision: z.enum(['connect', 'cancel']),
  confirmation: z.string().max(64).optional(),
  ...teamsUserBody,
});

type BrowserUser = (sealed: string | undefined) => User | undefined;

export function authApi(
  signIn: SignIn,
  browserUser: BrowserUser,
  call: ApiCall,
): Record<'start' | 'complete' | 'confirm', Handler> {
  return {
    start: call(startBody, async ({ ticket, teamsUser }, { transactions, chat, wasWrongPerson, setCookie }) => {
      const popUp = { browserUser: browserUser(chat), teamsUser, wasWrongPerson };
      const { cookie, ...started } = await signIn.startFromTicket(ticket, popUp, Date.now());
      if (cookie !== undefined) setCookie(addTransactionCookie(transactions, cookie));
      return started;
    }),
    complete: call(completeBody, async (body, { transactions, wasWrongPerson, setCookie }) => {
      const { connection: connectionId, state, teamsUser } = body;
      const response =
        'code' in body && body.code !== undefined
          ? { code: body.code, iss: body.iss }
          : { error: String(body.error), hint: 'hint' in body ? body.hint : undefined };
      try {
        const browser = { cookies: transactions, teamsUser };
        const completed = await signIn.complete({ connectionId, state, ...response }, browser, Date.now());
        if (wasWrongPerson && completed.next !== 'continue') setCookie(wrongPersonCookie(false));
        return completed;
      } catch (error) {
        if (error instanceof SignInError && error.code === 'signin.identity_mismatch')
          setCookie(wrongPersonCookie(true));
        throw error;
      }
    }),
    confirm: call(confirmBody, async ({ decision, confirmation, teamsUser }, { transactions }) =>
      signIn.confirm(decision, confirmation, { cookies: transactions, teamsUser }, Date.now()),
    ),
  };
}
