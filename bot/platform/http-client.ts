import { channel } from 'node:diagnostics_channel';
import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { closeIdleConnections, limitIdleTime, noteServerTimeout } from './idle-connections.ts';
import { asObject } from './json.ts';
import { LatchkeyError } from './latchkey-error.ts';
import { type OutboundProxy, proxyRoutes } from './outbound-proxy.ts';

/* Size limits of other services' documents. They protect memory and allow growth: the Connector's key set grew from
 * tens of KB to 1 MB. */

export interface DocumentKind {
  name: string;
  /** After decompression. */
  maxBytes: number;
}

const KB = 1024;
const MB = 1024 * KB;

export const CONNECTOR_METADATA: DocumentKind = { name: 'the Connector’s metadata', maxBytes: MB };
export const CONNECTOR_KEYS: DocumentKind = { name: 'the Connector’s key set', maxBytes: 4 * MB };
export const DISCOVERY_DOCUMENT: DocumentKind = { name: 'the discovery document', maxBytes: MB };
export const PROVIDER_KEYS: DocumentKind = { name: 'the provider’s key set', maxBytes: MB };
export const TOKEN_ANSWER: DocumentKind = { name: 'the token answer', maxBytes: 256 * KB };
export const API_ANSWER: DocumentKind = { name: 'the answer', maxBytes: MB };
export const CHANNEL_ANSWER: DocumentKind = { name: 'the channel’s answer', maxBytes: 256 * KB };

export const DIRECT_LINE_ANSWER: DocumentKind = { name: 'Direct Line’s answer', maxBytes: 256 * KB };

/** @param size bytes, if known */
export function tooLarge({ name, maxBytes }: DocumentKind, size: number | undefined): string {
  return `${name} is larger than ${sizeOf(maxBytes)}${size === undefined ? '' : `: ${sizeOf(size)}`}`;
}

/** Rounds up, so that a size over a limit never looks like the limit. */
function sizeOf(bytes: number): string {
  return bytes < MB ? `${Math.ceil(bytes / KB)} KB` : `${Math.ceil((bytes * 10) / MB) / 10} MB`;
}

export class ResponseTooLarge extends LatchkeyError {
  override readonly name = 'ResponseTooLarge';
  readonly code = 'ANSWER_TOO_LARGE';

  /** @param size bytes, if announced */
  constructor(limit: number | DocumentKind, size?: number) {
    super(typeof limit === 'number' ? `The answer is larger than ${limit} bytes` : tooLarge(limit, size));
  }
}

/* Node's own client is faster than `fetch`. A rule for all requests, such as a proxy, belongs in `send`. */

export interface HttpRequest {
  url: string;
  /** Default: POST with a body, otherwise GET */
  method?: string | undefined;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
  body?: string;
  /** Whether the request may reach the server twice. Default: true for a GET or HEAD without a body. */
  repeatable?: boolean;
}

export const USER_AGENT = 'Latchkey/0.1';

/** What happens to a request, in this order. Contains secrets and tokens. */
export type HttpEvent =
  | { type: 'request'; request: HttpRequest; method: string; headers: readonly string[] }
  | { type: 'response'; request: HttpRequest; response: IncomingMessage }
  | { type: 'body'; response: IncomingMessage; text: string }
  | { type: 'failure'; request: HttpRequest; error: unknown };

/** The commands for operators subscribe. In the bot, no code does. */
export const HTTP_EVENTS = 'latchkey:http';
const events = channel(HTTP_EVENTS);

function publish(event: HttpEvent): void {
  events.publish(event);
}

/** A connection that idled for long may be closed while the next request is on its way. Requests that must not be sent
 * twice therefore have connections of their own, with a shorter idle time. */
const agents = { repeatable: directAgents(true), others: directAgents(false) };
let proxyAgentFor: ReturnType<typeof proxyRoutes> | undefined;

function directAgents(areRepeatable: boolean) {
  return {
    plain: limitIdleTime(new Agent({ keepAlive: true }), areRepeatable),
    secure: limitIdleTime(new SecureAgent({ keepAlive: true }), areRepeatable),
  };
}

/** For all later requests of this process. `undefined`: without a proxy. */
export function sendThrough(proxy: OutboundProxy | undefined): void {
  proxyAgentFor = proxy && proxyRoutes(proxy);
}

/** Follows no redirect: the request may contain a secret. Repeats a repeatable request on a connection that the server
 * just closed.
 * @throws {Error} without a response; {@link networkErrorCode} gives the reason */
export async function sendRequest(request: HttpRequest): Promise<IncomingMessage> {
  try {
    return await send(request);
  } catch (error) {
    if (!(error instanceof StaleConnectionError) || !isRepeatable(request)) throw error;
    // Its other idle connections are probably closed as well: the request goes out once more, on a new one.
    closeIdleConnections(agentFor(request), request.url);
    return send(request);
  }
}

function isRepeatable({ method, body, repeatable }: HttpRequest): boolean {
  return repeatable ?? (body === undefined && (method === undefined || method === 'GET' || method === 'HEAD'));
}

/** RFC 9112 section 9.3.1: without a response, a client may repeat a request only if it is idempotent. */
class StaleConnectionError extends Error {
  readonly code: string;

  constructor({ message, code = '' }: NodeJS.ErrnoException) {
    super(message);
    this.code = code;
  }
}

/** `EPIPE`: Node knew already that the server had ended the connection. */
const CLOSED_BY_SERVER = new Set(['ECONNRESET', 'EPIPE']);

function agentFor(request: HttpRequest): Agent {
  const isSecure = request.url.startsWith('https:');
  const canRepeat = isRepeatable(request);
  const { plain, secure } = canRepeat ? agents.repeatable : agents.others;
  return proxyAgentFor?.(request.url, canRepeat) ?? (isSecure ? secure : plain);
}

function send(wanted: HttpRequest): Promise<IncomingMessage> {
  const { url, method, headers, signal, body } = wanted;
  const isSecure = url.startsWith('https:');
  const request = isSecure ? requestHttps : requestHttp;
  const options: RequestOptions = {
    agent: agentFor(wanted),
    signal,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'accept-encoding': 'gzip, br',
      'user-agent': USER_AGENT,
      ...headers,
      // For a DELETE, Node sends no length. A server would read the body as the next request.
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    },
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      noteServerTimeout(response);
      if (events.hasSubscribers) publish({ type: 'response', request: wanted, response });
      resolve(response);
    });
    if (events.hasSubscribers)
      publish({ type: 'request', request: wanted, method: sent.method, headers: sent.getHeaderNames() });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (events.hasSubscribers) publish({ type: 'failure', request: wanted, error });
      const isStale = sent.reusedSocket && CLOSED_BY_SERVER.has(error.code ?? '');
      reject(isStale ? new StaleConnectionError(error) : error);
    });
    sent.end(body);
  });
}

/** Returns a system code (`ECONNREFUSED`), never a message. */
export function networkErrorCode(error: unknown): string | undefined {
  const { code } = asObject(error);
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}

export interface HttpResponse {
  status: number;
  /** Built when read: the first `Headers` of a process loads undici. */
  readonly headers: Headers;
  text: string;
}

/** @throws {Error} like {@link sendRequest} and {@link readBody}, not for an error status */
export async function fetchText(request: HttpRequest, limit: number | DocumentKind): Promise<HttpResponse> {
  const response = await sendRequest(request);
  // A HEAD response names a content coding but has no body.
  const text = request.method === 'HEAD' ? '' : await readBody(response, limit);
  response.resume();
  return {
    status: response.statusCode ?? 0,
    get headers() {
      return headersOf(response);
    },
    text,
  };
}

export function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  return headers;
}

/** RFC 9110 section 8.4.1. */
const UNPACK = new Map<string, () => NodeJS.ReadWriteStream>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
]);

/** @param limit bytes after decompression
 * @throws {Error} if the body is too long, incomplete or badly encoded */
export function readBody(response: IncomingMessage, limit: number | DocumentKind): Promise<string> {
  const maxBytes = typeof limit === 'number' ? limit : limit.maxBytes;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error) => {
      response.destroy();
      reject(error);
    };
    const body = decompress(response, fail);
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail(tooLargeFor(response, limit));
      else chunks.push(chunk);
    });
    body.on('error', fail);
    body.on('end', () => {
      const text = decodeUtf8(Buffer.concat(chunks), response.headers['content-type']);
      if (events.hasSubscribers) publish({ type: 'body', response, text });
      resolve(text);
    });
  });
}

/** `Content-Length` counts compressed bytes. */
function tooLargeFor({ headers }: IncomingMessage, limit: number | DocumentKind): ResponseTooLarge {
  const length = headers['content-length'] ?? '';
  const isPlain = /^\d{1,15}$/.test(length) && !headers['content-encoding'];
  return new ResponseTooLarge(limit, isPlain ? Number(length) : undefined);
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** The byte order mark wins over the charset. The default is UTF-8. Some servers put the mark before JSON. */
function decodeUtf8(body: Buffer, contentType = ''): string {
  const label = markedEncoding(body) ?? CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (label !== 'utf-8') return decodeAs(label, body);
  const text = body.toString();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** @see https://encoding.spec.whatwg.org/#bom-sniff */
function markedEncoding(body: Buffer): string | undefined {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** windows-1252's characters for the control range 0x80–0x9f. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decodeAs(label: string, body: Buffer): string {
  const decoder = decoderFor(label);
  const text = decoder.decode(body);
  // Browsers read Latin-1 as windows-1252. Some Node versions keep the control characters.
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80));
}

function decoderFor(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}

function decompress(response: IncomingMessage, fail: (error: Error) => void): NodeJS.ReadableStream {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return response;
  const unpack = UNPACK.get(encoding)?.();
  response.on('error', fail);
  if (unpack) return response.pipe(unpack);
  fail(new LatchkeyError('The answer is packed in a way that was not asked for'));
  return response;
}
