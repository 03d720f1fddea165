import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';
import type { User } from '../sign-in/user.ts';
import type { Limit, Limits } from '../store/store.ts';
import { HttpProblem } from './problem.ts';

export interface BrokerLimits {
  token(request: IncomingMessage, user: User | undefined): Promise<void>;
  refresh(request: IncomingMessage, user: User | undefined): Promise<void>;
}

const WINDOW = 600_000;
/** A page takes one token when it opens or reloads, and a refresh twice an hour. A person never reaches this; a reload
 * loop does. */
const SESSION = 30;
/** Every request without a cookie is a new user, so addresses count as well. 300 people of one office can open the page
 * within ten minutes. */
const ADDRESS = 300;

/** Limits calls to Direct Line, for all instances together. Tighter than the limit of all calls. */
export function brokerLimits(limits: Limits, addressOf: RemoteAddress): BrokerLimits {
  const count = (call: 'token' | 'refresh') => {
    const bySession: Limit = { name: `broker-${call}-session`, points: SESSION, window: WINDOW };
    const byAddress: Limit = { name: `broker-${call}-address`, points: ADDRESS, window: WINDOW };
    return async (request: IncomingMessage, user: User | undefined) => {
      // The browser's limit first, so that a reload loop does not use up the limit of its neighbours.
      if (user) refuse(await limits.consume(bySession, user.objectId));
      refuse(await limits.consume(byAddress, addressOf(request)));
    };
  };
  return { token: count('token'), refresh: count('refresh') };
}

function refuse(wait: number | undefined): void {
  if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
}

/** A whole organisation may share one address, and a sign-in takes two to four calls: this allows a thousand sign-ins a
 * minute. Every secret here is too long to guess, so the limit need not be tighter (T16). */
const LIMIT: Limit = { name: 'address', points: 3_000, window: 60_000 };

/** Counts a request to `/auth/api/*` against its remote address. @throws {HttpProblem} 429 */
export function addressLimit(limits: Limits, addressOf: RemoteAddress): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    const wait = await limits.consume(LIMIT, addressOf(request));
    if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
  };
}

/** Returns the key under which requests of one client are counted. */
type RemoteAddress = (request: IncomingMessage) => string;

/** @param trusted addresses, networks or names (`loopback`, `linklocal`, `uniquelocal`) of the reverse proxies whose
 * `X-Forwarded-For` is trusted
 * @param warn called once for a proxy that is not trusted
 * @throws {TypeError} for an invalid address */
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

/** Removes a port, which some proxies add. Reduces IPv6 to its /64, because one customer has all its addresses. */
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
