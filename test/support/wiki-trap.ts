import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another host: it notes who comes by, and answers nothing of use. */
export interface Trap {
  url: string;
  visits: { url: string; headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  const visits: Trap['visits'] = [];
  const server = createServer((request, response) => {
    visits.push({ url: request.url ?? '', headers: request.headers });
    response.setHeader('content-type', 'application/json').end('{"query":{"search":[]}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    visits,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
