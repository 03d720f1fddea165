import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Connections, type WriteLimits } from './connections.ts';
import { rawProblem, sendProblem } from './problem.ts';

/** T93: more are refused, not dropped: whether a check sees a header must not be its sender's choice. */
const MAX_HEADERS = 64;
const MAX_HEADER_BYTES = 16 * 1024;

/** Headers that may come once. Of two, Node reads the first one or joins both; what stands in front may read the last. A second
 * `Content-Length` is refused by Node itself. */
const SINGLE = new Map([
  ['host', 1],
  ['origin', 2],
  ['content-type', 4],
  ['authorization', 8],
]);
const LENGTHS = new Set([...SINGLE.keys()].map((name) => name.length));

/** Why no route may see a request with these headers; `undefined` where one may. */
function headersProblem({
  rawHeaders,
  headers,
  httpVersion,
}: IncomingMessage): { status: number; code: string } | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return { status: 431, code: 'request.headers_too_large' };
  // RFC 9112 section 3.2: exactly one Host, since HTTP/1.1.
  const withoutHost = headers.host === undefined && httpVersion !== '1.0';
  return withoutHost || hasRepeated(rawHeaders) ? { status: 400, code: 'request.malformed' } : undefined;
}

function hasRepeated(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // Most names are passed over by their length alone.
    const bit = LENGTHS.has(name.length) ? (SINGLE.get(name.toLowerCase()) ?? 0) : 0;
    if ((seen & bit) !== 0) return true;
    seen |= bit;
  }
  return false;
}

/** T44: how long a client may take to send a request, and stay idle. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;

/** Two years, the shortest time that browsers' preload lists take for long. Neither `includeSubDomains` nor `preload`: the
 * other hosts of the domain are not ours to speak for. */
const STRICT_TRANSPORT_SECURITY = 'max-age=63072000';

interface HttpServerOptions {
  /** Clients reach the server by https (RFC 6797 section 7.2: over plain http the header must not be sent). */
  https?: boolean;
  writeLimits?: Partial<WriteLimits>;
}

export interface HttpServer {
  /** Not listening yet. */
  server: Server;
  /** Accepts no new connection, and resolves when the requests under way are answered, at the latest after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Every HTTP server of this process. Each event of Node's server is decided here (T88):
 * - `upgrade` has no listener, so Node answers the request as one without `Upgrade` (RFC 9110 section 7.8). The answer ends
 *   the connection: Node 24 does not report a broken request that follows on it.
 * - `connect` has none: Node destroys the socket.
 * - `checkContinue` has none: Node sends 100, then `request`.
 * - `dropRequest` and `drop` never come: no limit that leads to them is set.
 */
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
    // `headersProblem` checks it, so that the refusal has our headers.
    requireHostHeader: false,
  });
  // T93: Node drops headers beyond this number, some later than others. One more than may come shows that there were too many.
  server.maxHeadersCount = MAX_HEADERS + 1;
  const connections = new Connections(writeLimits);

  /** Refuses what no route may see. */
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
