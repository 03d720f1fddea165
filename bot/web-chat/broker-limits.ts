import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/problem.ts';
import type { RemoteAddress } from '../http/remote-address.ts';
import type { User } from '../sign-in/user.ts';
import type { Limit, Limits } from '../store/store.ts';

/** How often a browser may ask the token broker. */
export interface BrokerLimits {
  /** For a new conversation. @param user of the browser's cookie, where it has one @throws {HttpProblem} 429 */
  token(request: IncomingMessage, user: User | undefined): Promise<void>;
  /** For the next token of one. @throws {HttpProblem} 429 */
  refresh(request: IncomingMessage, user: User | undefined): Promise<void>;
}

/** Milliseconds. */
const WINDOW = 600_000;
/** Who opens or reloads the page takes one token: nobody does so thirty times in ten minutes, and a page that goes in
 * circles ends there. A refresh is due twice an hour: thirty are fifty open pages or more of one browser. */
const SESSION = 30;
/** Without a cookie everybody is new, so addresses count, too: three hundred people of one office may open the page within
 * the same ten minutes, and whoever floods gets a conversation every two seconds. */
const ADDRESS = 300;

/** Counts what makes Direct Line work: tighter than the limit of all calls, and shared by every instance. */
export function brokerLimits(limits: Limits, addressOf: RemoteAddress): BrokerLimits {
  const count = (call: 'token' | 'refresh') => {
    const bySession: Limit = { name: `broker-${call}-session`, points: SESSION, window: WINDOW };
    const byAddress: Limit = { name: `broker-${call}-address`, points: ADDRESS, window: WINDOW };
    return async (request: IncomingMessage, user: User | undefined) => {
      // The browser's own first: one that goes in circles uses up nothing of its neighbours'.
      if (user) refuse(await limits.consume(bySession, user.objectId));
      refuse(await limits.consume(byAddress, addressOf(request)));
    };
  };
  return { token: count('token'), refresh: count('refresh') };
}

/** @param wait seconds */
function refuse(wait: number | undefined): void {
  if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
}
