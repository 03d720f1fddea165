import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { KeyRing } from '../teams/connector/signing-keys.ts';
import { RequestError, sendJson } from '../teams/http.ts';
import { listen } from '../teams/listen.ts';
import { BotLink } from './bot-link.ts';
import { Conversations } from './conversations.ts';
import { own, parseGrant, type RouteDependencies, route } from './routes.ts';
import { acceptWebSocket } from './web-socket.ts';

interface DirectLineOptions {
  /** All secrets work. */
  secrets: readonly string[];
  botId: string;
  botUrl(): string;
  keys: KeyRing;
  /** Of tokens, in seconds; default 3600. */
  lifetime?: number;
}

export interface DirectLine {
  conversations: Conversations;
  /** By name: `POST tokens generate`. */
  calls: Record<string, number>;
  owns(path: string): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** For a WebSocket handshake. */
  stream(request: IncomingMessage, socket: Duplex): void;
}

/** A stand-in for Azure's channel that works with the official clients: secrets, tokens, conversations, polling, a
 * stream.
 * @param origin its server's */
export function createDirectLine(origin: string, options: DirectLineOptions): DirectLine {
  const conversations = new Conversations(options.lifetime ?? 3600);
  const bot = new BotLink({ ...options, serviceUrl: `${origin}/` });
  const parts: RouteDependencies = { origin, secrets: new Set(options.secrets), conversations, bot, calls: {} };
  return {
    conversations,
    calls: parts.calls,
    owns: (path) => path.startsWith('/v3/'),
    serve: (request, response) => serve(parts, request, response),
    stream: (request, socket) => stream(parts, request, socket),
  };
}

/** @param port 0: a free port */
export async function startDirectLine(
  port: number,
  options: DirectLineOptions,
): Promise<DirectLine & { url: string; close(): Promise<void> }> {
  const { server, origin, close } = await listen(port);
  const directLine = createDirectLine(origin, options);
  server.on('request', (request, response) => void directLine.serve(request, response));
  server.on('upgrade', (request, socket) => directLine.stream(request, socket));
  return { ...directLine, url: origin, close };
}

async function serve(parts: RouteDependencies, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(parts, request, response);
  } catch (cause) {
    if (!(cause instanceof RequestError)) console.error(cause);
    const { status, message } = cause instanceof RequestError ? cause : new RequestError(500, 'See the output.');
    if (response.headersSent) response.end();
    else sendJson(response, status, { error: { code: 'BadArgument', message } });
  }
}

/** `GET …/stream?watermark=…&t=…` */
function stream(parts: RouteDependencies, request: IncomingMessage, socket: Duplex): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', parts.origin);
  const [, , , , id = '', subject] = pathname.split('/').map(decodeURIComponent);
  try {
    const grant = parseGrant(parts, request, searchParams.get('t') ?? '');
    if (subject !== 'stream') throw new RequestError(404, 'Not there.');
    const conversation = own(parts, grant, id);
    const peer = acceptWebSocket(request, socket);
    const watermark = Number(searchParams.get('watermark')) || 0;
    const end = conversation.listen(watermark, {
      hear: (activity, mark) => peer.send(JSON.stringify({ activities: [activity], watermark: mark })),
      close: () => peer.close(),
    });
    peer.onClose(end);
  } catch (cause) {
    const status = cause instanceof RequestError ? cause.status : 500;
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}
