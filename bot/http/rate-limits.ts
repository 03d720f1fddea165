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

const WINDOW_MS = 600_000;
/** A page takes one token when it opens or reloads, and two refreshes an hour. Only a reload loop reaches this
 * limit. */
const MAX_PER_SESSION = 30;
/** Each request without a cookie is a new user, so addresses count too. An office of 300 can open the page within
 * ten minutes. */
const MAX_PER_ADDRESS = 300;

export function brokerLimits(limits: Limits, addressOf: RemoteAddress): BrokerLimits {
  const count = (call: 'token' | 'refresh') => {
    const bySession: Limit = { name: `broker-${call}-session`, points: MAX_PER_SESSION, windowMs: WINDOW_MS };
    const byAddress: Limit = { name: `broker-${call}-address`, points: MAX_PER_ADDRESS, windowMs: WINDOW_MS };
    return async (request: IncomingMessage, user: User | undefined) => {
      // First, so that a reload loop does not use up its neighbours' limit.
      if (user) refuse(await limits.consume(bySession, user.objectId));
      refuse(await limits.consume(byAddress, addressOf(request)));
    };
  };
  return { token: count('token'), refresh: count('refresh') };
}

function refuse(wait: number | undefined): void {
  if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
}

/** An organization may share one address, and a sign-in takes two to four calls: about a thousand sign-ins a minute
 * fit. Secrets are too long to guess (T16). */
const ADDRESS_LIMIT: Limit = { name: 'address', points: 3_000, windowMs: 60_000 };

/** Counts requests to `/auth/api/*` by remote address.
 * @throws {HttpProblem} 429 */
export function addressLimit(limits: Limits, addressOf: RemoteAddress): (request: IncomingMessage) => Promise<void> {
  return async (request) => {
    const wait = await limits.consume(ADDRESS_LIMIT, addressOf(request));
    if (wait !== undefined) throw new HttpProblem(429, 'limit.exceeded', { retryAfter: wait });
  };
}

type RemoteAddress = (request: IncomingMessage) => string;

/** @param trusted reverse proxies whose `X-Forwarded-For` is trusted: addresses, networks or names (`loopback`,
 * `linklocal`, `uniquelocal`)
 * @param warn called once for an untrusted proxy
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

/** Some proxies add a port. One customer has a whole IPv6 /64. */
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
