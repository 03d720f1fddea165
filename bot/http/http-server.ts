import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Connections, type WriteLimits } from './connections.ts';
import { rawProblem, sendProblem } from './problem.ts';

/** T93: a request with more headers is refused. If headers were dropped, the sender could hide one from a check. */
const MAX_HEADERS = 64;
const MAX_HEADER_BYTES = 16 * 1024;

/** Headers that may appear once. If two appear, Node reads the first or joins them, and a proxy may read the last. Node
 * itself refuses a second `Content-Length`. */
const SINGLE = new Map([
  ['host', 1],
  ['origin', 2],
  ['content-type', 4],
  ['authorization', 8],
]);
const LENGTHS = new Set([...SINGLE.keys()].map((name) => name.length));

/** Returns the reason to refuse a request before any route sees it. */
function headersProblem({
  rawHeaders,
  headers,
  httpVersion,
}: IncomingMessage): { status: number; code: string } | undefined {
  if (rawHeaders.length > 2 * MAX_HEADERS) return { status: 431, code: 'request.headers_too_large' };
  // RFC 9112 section 3.2: HTTP/1.1 requires exactly one Host.
  const withoutHost = headers.host === undefined && httpVersion !== '1.0';
  return withoutHost || hasRepeated(rawHeaders) ? { status: 400, code: 'request.malformed' } : undefined;
}

function hasRepeated(rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // The length is a cheap filter: most names need no lookup.
    const bit = LENGTHS.has(name.length) ? (SINGLE.get(name.toLowerCase()) ?? 0) : 0;
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

/** Two years. No `includeSubDomains` or `preload`: the bot does not decide for other hosts of the domain. */
const STRICT_TRANSPORT_SECURITY = 'max-age=63072000';

export interface HttpServerOptions {
  /** True if clients use https. RFC 6797 section 7.2 forbids the header over plain http. */
  https?: boolean;
  writeLimits?: Partial<WriteLimits>;
}

export interface HttpServer {
  /** Not listening yet. */
  server: Server;
  /** Stops accepting connections. Resolves when all requests are answered, at the latest after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Creates every HTTP server of this process. How it treats the events of Node's server (T88):
 * - `upgrade` has no listener, so Node ignores `Upgrade` (RFC 9110 section 7.8). The response ends the connection,
 *   because Node 24 does not report a broken request after it.
 * - `connect` has no listener: Node destroys the socket.
 * - `checkContinue` has no listener: Node sends 100, then `request`.
 * - `dropRequest` and `drop` need a limit that is not set.
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
    // `headersProblem` checks it instead, so that the refusal has the bot's headers.
    requireHostHeader: false,
  });
  // T93: Node drops headers beyond this number. The extra one shows that there were too many.
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
