import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../../../local/teams/listen.ts';

/** A server to which an attacker wants to lead requests. Records them. */
export interface RogueServer {
  origin: string;
  /** Method and path of each request so far. */
  requests: string[];
  /** From now on its response, the same for every path unless the function distinguishes. */
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
