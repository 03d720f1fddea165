import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Activity, queryHandler } from './handler.ts';
import { readSettings, sayReady } from './settings.ts';

/** The limit: bare node:http that believes whatever it is told. No token is looked at; what no real bot can reach. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const activity = JSON.parse(Buffer.concat(chunks).toString()) as Activity;
  const body = JSON.stringify(await handle(activity));
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

const server = createServer((request, response) => {
  route(request, response).catch(() => response.writeHead(500).end());
});
server.listen(settings.port, '127.0.0.1', () => sayReady(settings.port));
process.once('SIGTERM', () => process.exit(0));
