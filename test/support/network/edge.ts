import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The response that passes an edge. A test may change it in place. */
export interface Passing {
  path: string;
  status: number;
  headers: Headers;
  body: Buffer;
}

/** A reverse proxy in front of a service, which can change requests and responses. */
export interface Edge {
  origin: string;
  /** Changes a response. Default: no change. */
  spoil: (passing: Passing) => void;
  close(): Promise<void>;
}

export async function startEdge(upstream: string, port: number): Promise<Edge> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const edge: Edge = {
    origin: `http://localhost:${port}`,
    spoil: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('request', async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const type = request.headers['content-type'];
    const received = await fetch(upstream + url, {
      method,
      redirect: 'manual',
      headers: { accept: request.headers.accept ?? '*/*', ...(type && { 'content-type': type }) },
      ...(method === 'POST' && { body: await buffer(request) }),
    });
    const body = Buffer.from(await received.arrayBuffer());
    const passing = { path: url, status: received.status, headers: new Headers(received.headers), body };
    // `fetch` asks for gzip by itself, and decompresses.
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection'])
      passing.headers.delete(name);
    edge.spoil(passing);
    response.writeHead(passing.status, Object.fromEntries(passing.headers)).end(passing.body);
  });
  return edge;
}
