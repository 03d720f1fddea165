import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Settings, showReady } from './settings.ts';

/** Bare node:http for the floor and the limit. @param received returns status and JSON body of one request */
export function serveBare(
  { port }: Settings,
  received: (request: IncomingMessage) => Promise<{ status: number; value?: unknown }>,
): void {
  const server = createServer((request, response) => {
    received(request).then(
      ({ status, value }) => (value === undefined ? response.writeHead(status).end() : send(response, status, value)),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, '127.0.0.1', () => showReady(port));
  process.once('SIGTERM', () => process.exit(0));
}

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
