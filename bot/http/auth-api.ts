import * as z from 'zod';
import type { Asker } from '../sign-in/asker.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { ApiCall, Handler } from './api-call.ts';
import { addTransactionCookie } from './cookies.ts';

const startBody = z.object({ ticket: z.string().min(1).max(4096) });
const completeBody = z.union([
  z.object({
    connection: z.string(),
    state: z.string(),
    code: z.string().min(1).max(8192),
    iss: z.string().optional(),
    error: z.undefined().optional(),
  }),
  z.object({
    connection: z.string(),
    state: z.string(),
    error: z.string().min(1).max(512),
    code: z.undefined().optional(),
  }),
]);
const confirmBody = z.object({ decision: z.enum(['connect', 'cancel']), confirmation: z.string().max(64).optional() });

/** Who a browser is in Web Chat, by its cookie. */
export type BrowserUser = (sealed: string | undefined) => Asker | undefined;

/** The three calls of the pop-up's pages. */
export function authApi(
  signIn: SignIn,
  browserUser: BrowserUser,
  call: ApiCall,
): Record<'start' | 'complete' | 'confirm', Handler> {
  return {
    start: call(startBody, async ({ ticket }, { transactions, chat, setCookie }) => {
      const { cookie, ...started } = await signIn.begin(ticket, browserUser(chat), Date.now());
      if (cookie !== undefined) setCookie(addTransactionCookie(transactions, cookie));
      return started;
    }),
    complete: call(completeBody, async (body, { transactions }) => {
      const { connection: connectionId, state } = body;
      const answer =
        'code' in body && body.code !== undefined ? { code: body.code, iss: body.iss } : { error: String(body.error) };
      return signIn.complete({ connectionId, state, ...answer }, transactions, Date.now());
    }),
    confirm: call(confirmBody, async ({ decision, confirmation }, { transactions }) =>
      signIn.confirm(decision, transactions, confirmation, Date.now()),
    ),
  };
}
