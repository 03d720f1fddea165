import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Whose requests count together: says who sent one. */
export type RemoteAddress = (request: IncomingMessage) => string;

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
