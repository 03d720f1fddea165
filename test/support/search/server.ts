import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { injectFault } from '../../../local/wiki/faults/spoil.ts';
import { DOCUMENTS, type Document } from './documents.ts';

/** A request to a searched API. */
export interface StandInRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The environment of a stand-in. */
interface ServerContext {
  origin: string;
  /** The documents that the caller may read. */
  documents: readonly Document[];
}

/** Responds like the real API; throws what is wrong with a request. */
export type StandIn = (requested: StandInRequest, context: ServerContext) => StandInResponse;

export interface StandInResponse {
  status?: number;
  headers?: Record<string, string>;
  json: unknown;
}

export interface SearchServer {
  url: string;
  tokens: { editor: string; reader: string };
  fault(fault: Fault): Promise<void>;
  /** Requests since the last call. */
  takeCalls(): Promise<StandInRequest[]>;
  /** Requests that the real API would have refused, since the last call. */
  takeProblems(): string[];
  /** Requests whose caller still waits. */
  open(): number;
  close(): Promise<void>;
}

const TOKENS = { editor: 'token-of-an-editor', reader: 'token-of-a-reader' };

/** Serves a stand-in on loopback, with tokens, faults and the pages of the results.
 * @param anyToken accepts every bearer token as a reader's: those of another issuer, which it cannot read */
export async function startSearchServer(standIn: StandIn, anyToken = false): Promise<SearchServer> {
  let fault: Fault | undefined;
  let left = 0;
  const calls: StandInRequest[] = [];
  const problems: string[] = [];
  const waiting = new Set<ServerResponse>();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;

  function respond(requested: StandInRequest) {
    const token = /^Bearer (\S+)$/.exec(requested.headers.authorization ?? '')?.[1];
    if (token !== TOKENS.editor && token !== TOKENS.reader && !(anyToken && token)) return json(401, {});
    const documents = DOCUMENTS.filter(({ restricted }) => !restricted || token === TOKENS.editor);
    try {
      const { status = 200, headers, json: body } = standIn(requested, { origin: url, documents });
      return json(status, body, headers);
    } catch (error) {
      problems.push(`${requested.method} ${requested.url} ${requested.body}: ${(error as Error).message}`);
      return json(400, { error: (error as Error).message });
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
    const page = DOCUMENTS.find((document) => document.url === path);
    if (page) return void response.writeHead(200, { 'content-type': 'text/html' }).end(page.title);
    const { method = '', headers } = request;
    const requested = { method, url: path, headers, body: await text(request) };
    calls.push(requested);
    if (fault && left-- > 0) return injectFault(fault, async () => respond(requested), response);
    const { status, headers: own, body } = respond(requested);
    response.writeHead(status, own).end(body);
  }

  server.on('request', (request, response) => void handle(request, response).catch(() => response.destroy()));
  return {
    url,
    tokens: TOKENS,
    fault: async (next) => {
      fault = next;
      left = next.times ?? 1;
    },
    takeCalls: async () => calls.splice(0),
    takeProblems: () => problems.splice(0),
    open: () => waiting.size,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

/** Throws the mistake, so that the stand-in refuses the request. */
export function must(condition: unknown, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
