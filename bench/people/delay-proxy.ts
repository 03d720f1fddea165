import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/* The network between the parts: a TCP proxy on loopback before each of them.
 *
 * CDP's `Network.emulateNetworkConditions` was not used, for three reasons. It does not reach the requests between
 * servers (Teams → bot, bot → provider and wiki). It delays requests, not connections, so a preconnect shows no effect. It
 * must be set for each window, but a pop-up sends its first request before a session can attach to it. */

/** A new connection waits for TCP's handshake and for TLS 1.3's (RFC 8446 section 2). There is no TLS on loopback. */
export const HANDSHAKE_ROUND_TRIPS = 2;

interface Traffic {
  requests: number;
  /** Of both directions, with headers. */
  bytes: number;
}

/** Sent by the browser, and between servers. */
export interface NetworkTraffic {
  browser: Traffic;
  servers: Traffic;
}

const REQUEST_LINE = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS) \S+ HTTP\/1\.1\r\n/;
const BROWSER = /^user-agent: Mozilla\//im;

/** All proxies of a bench, and what passed through them. */
export class DelayNetwork {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #oneWayMs: number;
  #traffic = newTraffic();

  /** @param roundTripMs added to each request and its response, one half to each direction */
  constructor(roundTripMs: number) {
    this.#oneWayMs = roundTripMs / 2;
  }

  /** @param port of the server behind the proxy, on loopback
   * @returns the port of the proxy */
  async proxyTo(port: number): Promise<number> {
    const server = createServer((client) => this.#join(client, connect({ port, host: 'localhost' })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    return (server.address() as { port: number }).port;
  }

  /** The traffic since the last call. */
  takeTraffic(): NetworkTraffic {
    const traffic = this.#traffic;
    this.#traffic = newTraffic();
    return traffic;
  }

  /** Closes every connection at both ends, as the servers and the networks between do with idle connections. */
  async closeConnections(): Promise<void> {
    for (const socket of this.#sockets) socket.end();
    // Until the ends have noticed.
    await delay(4 * this.#oneWayMs);
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    const usable = performance.now() + HANDSHAKE_ROUND_TRIPS * 2 * this.#oneWayMs;
    let sender: keyof NetworkTraffic | undefined;
    const count = (chunk: Buffer, isRequest: boolean) => {
      const text = isRequest ? chunk.toString('latin1') : '';
      const begins = REQUEST_LINE.test(text);
      if (begins) sender ??= BROWSER.test(text) ? 'browser' : 'servers';
      const traffic = this.#traffic[sender ?? 'servers'];
      traffic.bytes += chunk.length;
      if (begins) traffic.requests += 1;
    };
    this.#pass(client, server, usable, (chunk) => count(chunk, true));
    this.#pass(server, client, usable, (chunk) => count(chunk, false));
  }

  /** Passes chunks on in their order, each after the delay. */
  #pass(from: Socket, to: Socket, usable: number, count: (chunk: Buffer) => void): void {
    let last = Promise.resolve();
    const later = (act: () => void) => {
      const due = Math.max(usable, performance.now()) + this.#oneWayMs;
      last = last.then(() => delay(Math.max(0, due - performance.now()))).then(act);
    };
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      count(chunk);
      later(() => to.write(chunk));
    });
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => this.#sockets.delete(from));
  }
}

function newTraffic(): NetworkTraffic {
  return { browser: { requests: 0, bytes: 0 }, servers: { requests: 0, bytes: 0 } };
}
