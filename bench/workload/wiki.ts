import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wikiResponder } from './wiki-responder.ts';

/** A wiki on loopback, for searches by HTTP. */
const port = (): number => (server.address() as AddressInfo).port;
const server: Server = createServer(
  { keepAliveTimeout: 60_000 },
  wikiResponder(() => `http://localhost:${port()}`),
);
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The wiki is listening on port ${port()}`);
});
process.once('SIGTERM', () => process.exit(0));
