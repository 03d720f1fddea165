import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { LatchkeyError } from '../platform/latchkey-error.ts';

/** The sender sees only the stable `code`, and no content of the request. */
export class HttpProblem extends LatchkeyError {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  /** Seconds, for a 429. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(code, { cause: options.cause });
    this.retryAfter = options.retryAfter;
    this.status = status;
    this.code = code;
  }
}

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request took too long',
  413: 'The request is too large',
  415: 'The request must be uncompressed JSON',
  417: 'The Expect header is not supported',
  429: 'Too many requests',
  431: 'The request has too many headers',
  500: 'Something went wrong',
  502: 'Another service sent an invalid response',
  503: 'Not available right now',
  504: 'Another service did not respond in time',
};

/** A complete raw response for a request that Node could not parse. Ends the connection. */
export function rawProblem(errorCode: string | undefined, headers: Record<string, string>): string {
  const [status, code] = UNREADABLE[errorCode ?? ''] ?? [400, 'request.malformed'];
  const text = JSON.stringify(problemBody(status, code));
  const all = { ...HEADERS, ...headers, 'Content-Length': String(Buffer.byteLength(text)), Connection: 'close' };
  const lines = Object.entries({ 'Content-Type': PROBLEM_TYPE, ...all }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', text].join('\r\n');
}

const UNREADABLE: Record<string, [status: number, code: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'request.headers_too_large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'request.too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request.timeout'],
};

const PROBLEM_TYPE = 'application/problem+json';
const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

function problemBody(status: number, code: string): Record<string, unknown> {
  return { type: 'about:blank', title: TITLES[status] ?? 'Problem', status, code };
}

/** @see RFC 9457 */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  extra: Record<string, unknown> = {},
): void {
  // An unread body of unknown length takes too long to skip.
  if (!request.complete && request.headers['content-length'] === undefined) response.setHeader('Connection', 'close');
  if (status === 413) response.setHeader('Connection', 'close');
  // RFC 9110 section 15.5.2.
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  send(response, status, JSON.stringify({ ...problemBody(status, code), ...extra }), PROBLEM_TYPE);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status, { 'Content-Length': 0 });
    response.end();
  } else {
    sendJsonText(response, status, JSON.stringify(body));
  }
}

export function sendJsonText(response: ServerResponse, status: number, text: string): void {
  send(response, status, text, 'application/json; charset=utf-8');
}

/** The fast path of every response: one `writeHead`, one `end`. */
function send(response: ServerResponse, status: number, text: string, type: string): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.byteLength(text);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes,
    ...HEADERS,
  });
  // ASCII is the same in both encodings. Node copies Latin-1, but transcodes UTF-8.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
}
