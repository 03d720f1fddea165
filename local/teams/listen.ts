import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from './http.ts';

interface Listening {
  server: Server;
  port: number;
  /** `http://localhost:<port>` */
  origin: string;
  /** Also ends open requests: a hanging one would keep the process alive. */
  close(): Promise<void>;
}

/** Loopback only. @param port 0: a free port */
export async function listen(port: number): Promise<Listening> {
  // A short timeout could close a reused connection during a test's call on a busy machine.
  const server = createServer({ keepAliveTimeout: 60_000 });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return { server, port: actual, origin: `http://localhost:${actual}`, close: () => close(server) };
}

export function handleBy(
  server: Server,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  problem: object,
): void {
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, problem);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
