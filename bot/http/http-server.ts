import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rawProblem, sendProblem } from './problem.ts';

/** T96: how long the client's system may accept no byte of a response. */
const WRITE_STALL_MS = 10_000;
/** T96: how long a client may take to read a response. */
const MAX_WRITE_MS = 120_000;
/** T96: browsers and proxies do not pipeline requests. */
const MAX_PIPELINED_REQUESTS = 16;

interface WriteLimits {
  stallMs: number;
  maxMs: number;
  pipelined: number;
}

interface Connection {
  readonly unanswered: Set<ServerResponse>;
  /** The response that the client has not read yet. `since` is monotonic. */
  unread?: { response: ServerResponse; since: number } | undefined;
}

/** A timer per request is expensive, so only an unread response gets one. */
class Connections {
  readonly #open = new Map<Socket, Connection>();
  readonly #limits: WriteLimits;
  #draining = false;

  constructor({
    stallMs = WRITE_STALL_MS,
    maxMs = MAX_WRITE_MS,
    pipelined = MAX_PIPELINED_REQUESTS,
  }: Partial<WriteLimits> = {}) {
    this.#limits = { stallMs, maxMs, pipelined };
  }

  add(socket: Socket): void {
    this.#open.set(socket, { unanswered: new Set() });
    // Queued responses emit no event when their connection ends.
    socket.once('close', () => this.#open.delete(socket));
  }

  /** @returns false if the connection is closed: do not respond */
  begin(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#open.get(socket);
    // After `destroy`, Node still parses the rest of the packet.
    if (!connection || socket.destroyed) return false;
    const { unanswered } = connection;
    if (unanswered.size >= this.#limits.pipelined) {
      socket.resetAndDestroy();
      return false;
    }
    if (this.#draining) response.setHeader('Connection', 'close');
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
    return true;
  }

  /** A second response must not be written into a partly sent one. */
  isAnswering(socket: Socket): boolean {
    const [first] = this.#open.get(socket)?.unanswered ?? [];
    return first?.headersSent === true;
  }

  /** @param now monotonic, in milliseconds */
  checkUnread(now: number): void {
    for (const [socket, connection] of this.#open) {
      const [response] = connection.unanswered;
      if (!response || socket.writableLength === 0) {
        connection.unread = undefined;
      } else if (connection.unread?.response !== response) {
        connection.unread = { response, since: now };
        // `writableLength` does not change during a pending write, but Node counts the write as activity. After the
        // response, Node or `extendKeepAlive` sets the idle timeout.
        socket.setTimeout(this.#limits.stallMs);
      } else if (now - connection.unread.since > this.#limits.maxMs) {
        socket.resetAndDestroy();
      }
    }
  }

  expire(socket: Socket): void {
    const waiting = (this.#open.get(socket)?.unanswered.size ?? 0) > 0;
    if (!waiting) socket.destroy();
    // A reset frees the data that the system holds for the client. A normal close would keep sending it.
    else if (socket.writableLength > 0) socket.resetAndDestroy();
  }

  /** Each response now ends its connection (RFC 9112 section 9.6). */
  drain(): void {
    this.#draining = true;
    for (const { unanswered } of this.#open.values()) {
      for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  }

  /** Includes sockets that the HTTP server no longer tracks. */
  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}

/** T93: requests with more headers are refused. If headers were dropped, a sender could hide one from a check. */
const MAX_HEADERS = 64;
const MAX_HEADER_BYTES = 16 * 1024;

/** If one of these repeats, Node reads the first or joins them, and a proxy may read the last. Node itself refuses a
 * second `Content-Length`. Each value is a bit in the set of headers seen. */
const SINGLE_HEADERS = new Map([
  ['host', 1],
  ['origin', 2],
  ['content-type', 4],
  ['authorization', 8],
]);
const SINGLE_HEADER_LENGTHS = new Set([...SINGLE_HEADERS.keys()].map((name) => name.length));

function headersProblem({
  rawHeaders,
  headers,
  httpVersion,
}: IncomingMessage): { status: number; code: string } | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return { status: 431, code: 'request.headers_too_large' };
  // RFC 9112 section 3.2: HTTP/1.1 requires exactly one Host.
  const withoutHost = headers.host === undefined && httpVersion !== '1.0';
  return withoutHost || hasRepeatedSingleHeader(rawHeaders) ? { status: 400, code: 'request.malformed' } : undefined;
}

function hasRepeatedSingleHeader(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // A cheap filter: most names need no lookup.
    const bit = SINGLE_HEADER_LENGTHS.has(name.length) ? (SINGLE_HEADERS.get(name.toLowerCase()) ?? 0) : 0;
    if ((seen & bit) !== 0) return true;
    seen |= bit;
  }
  return false;
}

/** T44: limits slow and idle clients. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;

/** Two years. No `includeSubDomains` or `preload`: other hosts decide for themselves. */
const STRICT_TRANSPORT_SECURITY = 'max-age=63072000';

interface HttpServerOptions {
  /** True if clients use https. RFC 6797 section 7.2 forbids the header over http. */
  https?: boolean;
  writeLimits?: Partial<WriteLimits>;
}

export interface HttpServer {
  server: Server;
  /** Stops accepting connections. Resolves when all requests are answered, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/** Treats the events of Node's server as follows (T88):
 * - `upgrade` has no listener, so Node ignores the header (RFC 9110 section 7.8). The response ends the connection,
 *   because Node 24 does not report a broken request after it.
 * - `connect` has no listener: Node destroys the socket.
 * - `checkContinue` has no listener: Node sends 100, then `request`.
 * - `dropRequest` and `drop` need a limit that is not set. */
export function createHttpServer(
  route: RequestListener,
  { https = false, writeLimits }: HttpServerOptions = {},
): HttpServer {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // `headersProblem` checks it, so that the response has the bot's headers.
    requireHostHeader: false,
  });
  // T93: Node drops headers beyond this number. The extra one reveals the excess.
  server.maxHeadersCount = MAX_HEADERS + 1;
  const connections = new Connections(writeLimits);

  const accept =
    (next: RequestListener): RequestListener =>
    (request, response) => {
      if (!connections.begin(request.socket, response)) return;
      if (https) response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
      if (request.headers.upgrade !== undefined) response.setHeader('Connection', 'close');
      const problem = headersProblem(request);
      if (problem === undefined) return next(request, response);
      response.setHeader('Connection', 'close');
      sendProblem(request, response, problem.status, problem.code);
    };

  server.on('connection', (socket: Socket) => connections.add(socket));
  server.on('request', accept(route));
  server.on(
    'checkExpectation',
    accept((request, response) => sendProblem(request, response, 417, 'request.expectation')),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (socket.writable && !connections.isAnswering(socket as Socket)) {
      socket.write(rawProblem(error.code, https ? { 'Strict-Transport-Security': STRICT_TRANSPORT_SECURITY } : {}));
    }
    socket.destroy(error);
  });
  server.on('timeout', (socket: Socket) => connections.expire(socket));

  const checking = setInterval(() => connections.checkUnread(performance.now()), CHECK_INTERVAL_MS).unref();
  return {
    server,
    async drain(timeoutMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.drain();
      server.closeIdleConnections();
      const late = setTimeout(() => connections.destroyAll(), timeoutMs);
      await closed;
      clearTimeout(late);
      clearInterval(checking);
    },
  };
}
