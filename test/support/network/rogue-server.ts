import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../../../local/teams/listen.ts';

/** A server that an attacker would like somebody to ask. Notes who does. */
export interface RogueServer {
  origin: string;
  /** Method and path of each request so far. */
  requests: string[];
  /** What it answers with from now on; the same for every path unless the function looks. */
  response: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function startRogueServer(received: RogueServer['response']): Promise<RogueServer> {
  const { server, origin, close } = await listen(0);
  const rogue: RogueServer = { origin, requests: [], response: received, close };
  server.on('request', (request, response) => {
    rogue.requests.push(`${request.method} ${request.url}`);
    rogue.response(request, response);
  });
  return rogue;
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
