import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Below the idle timeout of common servers that do not announce theirs: AWS load balancers 60 s, nginx 75 s, IIS 120 s,
 * Kestrel 130 s. Below the 65 s or more that other servers announce. */
const MAX_IDLE_MS = 55_000;
/** For requests that must not be sent twice. The shortest common idle timeouts are 5 s: uvicorn, lighttpd. */
const UNREPEATABLE_IDLE_MS = 4_000;
/** The server counts from the moment it sends the response, and the next request takes time to reach it. */
const SAFETY_MARGIN_MS = 1_000;
/** TCP probes begin after this time. They detect a connection that a firewall forgot. */
const PROBE_DELAY_MS = 1_000;

/** Milliseconds that the server keeps an idle connection, by its last response. */
const announced = new WeakMap<Duplex, number>();

/** Remembers how long the server of this response keeps the connection: `Keep-Alive: timeout=5, max=100`. */
export function noteServerTimeout({ headers, socket }: IncomingMessage): void {
  const seconds = /(?:^|[\s,;])timeout\s*=\s*"?(\d{1,9})/i.exec(String(headers['keep-alive']))?.[1];
  if (seconds === undefined) announced.delete(socket);
  else announced.set(socket, Number(seconds) * 1_000);
}

/** Closes the idle connections to the server of a URL. Node's agents name them by host and port, then other options. */
export function closeIdleConnections({ freeSockets }: Agent, url: string): void {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const prefix = `${host}:${port || (protocol === 'https:' ? 443 : 80)}:`;
  for (const [name, sockets = []] of Object.entries(freeSockets)) {
    if (name.startsWith(prefix)) for (const socket of [...sockets]) socket.destroy();
  }
}

/** Keeps an idle connection for as long as its server announces, and at most {@link MAX_IDLE_MS}. Without an announcement
 * it depends on the requests: a repeatable one may meet a connection that the server just closed.
 *
 * Node's own agent also reads `Keep-Alive`, but only to shorten its `timeout`. An agent with a long `timeout` would keep
 * the connections of silent servers for as long.
 * @see https://nodejs.org/api/http.html#agentkeepsocketalivesocket */
export function limitIdleTime<A extends Agent>(agent: A, areRepeatable: boolean): A {
  const silentMs = areRepeatable ? MAX_IDLE_MS : UNREPEATABLE_IDLE_MS;
  agent.keepSocketAlive = (duplex: Duplex): boolean => {
    const socket = duplex as Socket;
    const serverMs = announced.get(socket);
    const idleMs = serverMs === undefined ? silentMs : Math.min(serverMs - SAFETY_MARGIN_MS, MAX_IDLE_MS);
    // False: the agent closes the connection.
    if (idleMs <= 0) return false;
    socket.setKeepAlive(true, PROBE_DELAY_MS);
    socket.unref();
    // The agent destroys a free socket at its timeout.
    if (socket.timeout !== idleMs) socket.setTimeout(idleMs);
    return true;
  };
  return agent;
}
