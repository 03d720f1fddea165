import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { sha256 } from '../../sign-in/secrets.ts';

/** An authorization response (RFC 6749 section 4.1.2). */
export type CallbackAnswer =
  | { code: string; iss: string | undefined }
  /** `description` is the provider's text. */
  | { error: string; description: string };

interface ExpectedCallback {
  redirectUri: string;
  oauthState: string;
}

/** @returns `undefined` unless the address is the redirect URI with this `state`, and one `code` or one `error` */
function readCallback(address: string, { redirectUri, oauthState }: ExpectedCallback): CallbackAnswer | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname, searchParams: query } = new URL(address);
  if (origin + pathname !== redirectUri) return undefined;
  const names = ['state', 'code', 'error', 'iss'];
  if (names.some((name) => query.getAll(name).length > 1)) return undefined;
  const [state, code, error, iss] = names.map((name) => query.get(name) || undefined);
  if (state === undefined || !isSameText(state, oauthState)) return undefined;
  if (code !== undefined && error === undefined) return { code, iss };
  return error !== undefined && code === undefined
    ? { error, description: query.get('error_description') ?? '' }
    : undefined;
}

/** Takes the same time wherever the texts differ. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}

/** The port is in use. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

interface CallbackListener {
  /** @returns `undefined` if no response came in time. It ends the listener */
  answer(expected: ExpectedCallback, milliseconds: number): Promise<CallbackAnswer | undefined>;
  /** Requests with another `state`. They do not end the wait. */
  readonly refused: number;
  close(): void;
}

const ADDRESSES = { localhost: ['127.0.0.1', '::1'], '127.0.0.1': ['127.0.0.1'], '[::1]': ['::1'] };
/** For the browser to receive the page. */
const LINGER_MS = 1_000;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/** Listens on the host and port of a loopback redirect URI, and nowhere else.
 * @throws {PortInUse} */
export async function listenForCallback(redirectUri: string): Promise<CallbackListener> {
  const { hostname, host, port } = new URL(redirectUri);
  let expected: ExpectedCallback | undefined;
  let refused = 0;
  let take: (answer: CallbackAnswer | undefined) => void = () => undefined;
  const answered = new Promise<CallbackAnswer | undefined>((resolve) => {
    take = resolve;
  });

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const isOurs = request.method === 'GET' && request.headers.host === host && expected !== undefined;
    const address = URL.canParse(request.url ?? '', redirectUri) ? new URL(request.url ?? '', redirectUri).href : '';
    const found = isOurs && expected ? readCallback(address, expected) : undefined;
    if (!found) {
      refused++;
      send(response, 404, 'latchkey does not expect this response.');
      return;
    }
    // It ends after one answer.
    expected = undefined;
    request.socket.once('close', () => take(found));
    setTimeout(() => take(found), LINGER_MS).unref();
    send(response, 200, 'You can close this window. latchkey continues in the terminal.');
  };

  const addresses = ADDRESSES[hostname as keyof typeof ADDRESSES] ?? [hostname];
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  try {
    for (const address of addresses) {
      const server = await listen(Number(port || 80), address, handle);
      if (server) servers.push(server);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    get refused() {
      return refused;
    },
    async answer(wanted, milliseconds) {
      expected = wanted;
      const timer = setTimeout(() => take(undefined), milliseconds);
      try {
        return await answered;
      } finally {
        clearTimeout(timer);
        close();
      }
    },
    close,
  };
}

/** @returns `undefined` if this machine does not have the address
 * @throws {PortInUse} */
async function listen(
  port: number,
  address: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server | undefined> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 32_768 }, handle);
  server.maxConnections = 50;
  server.listen({ port, host: address, ipv6Only: address.includes(':') });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new PortInUse();
    if ((code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') && address.includes(':')) return undefined;
    throw error;
  }
}

/** Repeats nothing of the request. */
function send(response: ServerResponse, status: number, words: string): void {
  // restify changes `writeHead` of every response: it returns nothing.
  response.writeHead(status, HEADERS);
  response.end(`<!doctype html><title>latchkey</title><p>${words}`);
}

const MAX_PASTED = 16_384;
const MAX_TRIES = 5;

/** Reads the address that a person pastes.
 * @param refuse tells the person that a line is not the address
 * @returns `undefined` if none came in time, or only others */
export async function readPastedAddress(
  input: NodeJS.ReadableStream,
  expected: ExpectedCallback,
  milliseconds: number,
  refuse: () => void,
): Promise<CallbackAnswer | undefined> {
  const lines = createInterface({ input, terminal: false });
  const timer = setTimeout(() => lines.close(), milliseconds);
  let tries = 0;
  try {
    for await (const line of lines) {
      const text = line.trim();
      if (text === '') continue;
      const found = text.length > MAX_PASTED ? undefined : readCallback(text, expected);
      if (found) return found;
      if (++tries >= MAX_TRIES) return undefined;
      refuse();
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    lines.close();
  }
}
