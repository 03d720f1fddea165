import { type Agent as PlainAgent, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LRUCache } from 'lru-cache';
import { limitIdleTime } from './idle-connections.ts';
import { isNeverProxied } from './no-proxy.ts';

/** The proxy between this machine and other services. */
export interface OutboundProxy {
  /** `http:` or `https:`. Without credentials. */
  origin: URL;
  /** The value of `Proxy-Authorization` (RFC 7617). A secret. */
  authorization: string | undefined;
  /** `NO_PROXY` */
  isExempt(url: URL): boolean;
}

/** The proxy failed, not the service behind it. Contains no text of its answer. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
  /** `PROXY_ANSWERED_407`, `PROXY_ECONNREFUSED`, `PROXY_TIMED_OUT` */
  readonly code: string;

  constructor(reason: string) {
    super('The proxy did not open a tunnel');
    this.code = `PROXY_${reason}`;
  }
}

/** To look at each address once costs a tenth of a request. */
const MAX_KNOWN_ORIGINS = 500;
/** Longer than the time that most requests wait. It ends the connections of a proxy that never answers. */
const TUNNEL_TIMEOUT_MS = 10_000;

/** @returns the agent for a URL and for requests that may be repeated or not; `undefined`: the request goes without the
 * proxy. Each request of Latchkey is https, except those that never take a proxy. */
export function proxyRoutes(proxy: OutboundProxy): (url: string, isRepeatable: boolean) => PlainAgent | undefined {
  const repeatable = limitIdleTime(new TunnelAgent(proxy), true);
  const others = limitIdleTime(new TunnelAgent(proxy), false);
  const known = new LRUCache<string, boolean>({ max: MAX_KNOWN_ORIGINS });
  return (address, isRepeatable) => {
    const url = new URL(address);
    let isDirect = known.get(url.origin);
    if (isDirect === undefined) {
      isDirect = url.protocol !== 'https:' || isNeverProxied(url) || proxy.isExempt(url);
      known.set(url.origin, isDirect);
    }
    if (isDirect) return undefined;
    return isRepeatable ? repeatable : others;
  };
}

type ConnectionOptions = Parameters<Agent['createConnection']>[0];
type OnConnection = NonNullable<Parameters<Agent['createConnection']>[1]>;

/** Connects to each https service by a tunnel (RFC 9110 section 9.3.6), and verifies the certificate of the service. Keeps
 * connections like any agent of Node.
 *
 * No package: https-proxy-agent passes a proxy's error on as the response of the service, prints the credentials with
 * `DEBUG=*`, and waits forever for a proxy that does not answer. Node 20 has no proxy support of its own. */
class TunnelAgent extends Agent {
  readonly #proxy: OutboundProxy;

  constructor(proxy: OutboundProxy) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(options: ConnectionOptions, callback: OnConnection): undefined {
    // Node's own makes the TLS connection, with the sessions that this agent remembers.
    const secure = (socket: Socket) => super.createConnection(Object.assign(Object.create(null), options, { socket }));
    openTunnel(this.#proxy, String(options.host), String(options.port)).then(
      (socket) => callback(null, secure(socket) as Duplex),
      (error: Error) => callback(error, undefined as unknown as Duplex),
    );
  }
}

function openTunnel({ origin, authorization }: OutboundProxy, host: string, port: string): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = origin.protocol === 'https:' ? requestHttps : requestHttp;
  const name = origin.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const asked = request(origin, {
      method: 'CONNECT',
      path: target,
      agent: false,
      // Node would take it from `host`, which names the target.
      servername: isIP(name) ? '' : name,
      headers: {
        host: target,
        connection: 'keep-alive',
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
    });
    const late = setTimeout(() => asked.destroy(new ProxyError('TIMED_OUT')), TUNNEL_TIMEOUT_MS);
    asked.on('close', () => clearTimeout(late));
    asked.on('error', (error: NodeJS.ErrnoException) => {
      reject(error instanceof ProxyError ? error : new ProxyError(error.code ?? 'FAILED'));
    });
    asked.on('connect', ({ statusCode = 0 }, socket) => {
      clearTimeout(late);
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      // Its answer is not the service's: a 401 would sign people out.
      socket.destroy();
      reject(new ProxyError(`ANSWERED_${statusCode}`));
    });
    asked.end();
  });
}
