import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';
import type { User } from '../sign-in/user.ts';
import type { Limit, Limits } from '../store/store.ts';
import { HttpProblem } from './problem.ts';

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

/** A whole organisation may sit behind one address, and a sign-in takes two to four calls: generous to a thousand
 * sign-ins a minute, and an end to floods. Nothing that is guessed at here is short enough to need less (T16). */
const LIMIT: Limit = { name: 'address', points: 3_000, window: 60_000 };

/** Counts a request to `/auth/api/*` against its remote address. @throws {HttpProblem} 429 */
export function addressLimit(limits: Limits, addressOf: RemoteAddress): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    const wait = await limits.consume(LIMIT, addressOf(request));
    if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
  };
}

/** Whose requests count together: says who sent one. */
type RemoteAddress = (request: IncomingMessage) => string;

/** @param trusted addresses, networks or names (`loopback`, `linklocal`, `uniquelocal`) of the reverse proxies whose
 * `X-Forwarded-For` is believed; nobody else's is @param warn told, once, of a proxy that is not among them
 * @throws {TypeError} for what is no address */
export function remoteAddress(trusted: readonly string[], warn: (message: string) => void): RemoteAddress {
  const trust = proxyAddr.compile([...trusted]);
  let warned = false;
  return (request) => {
    const peer = request.socket.remoteAddress ?? '';
    if (!warned && request.headers['x-forwarded-for'] !== undefined && !trust(peer, 0)) {
      warned = true;
      warn('requests come through a proxy that TRUSTED_PROXIES does not name: all behind it share one limit');
    }
    return rateLimitKey(proxyAddr(request, trust));
  };
}

/** Without a port, which some proxies add; of IPv6 the /64, since every one of its addresses is the same customer's. */
function rateLimitKey(address: string): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address;
  if (!ipaddr.isValid(bare)) return 'unknown';
  const parsed = ipaddr.process(bare);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString();
}
