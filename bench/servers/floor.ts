import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { BOT_ID } from '../workload/people.ts';
import { type Activity, queryHandler } from './handler.ts';
import { readSettings, sayReady } from './settings.ts';

/** The floor: bare node:http, and jose for the token of every request. What somebody would write who wants no SDK. */
const settings = readSettings(process.env);
const handle = queryHandler(settings);
const keys = createRemoteJWKSet(new URL(settings.keysUrl));
const expected = { issuer: 'https://api.botframework.com', audience: BOT_ID, algorithms: ['RS256'] };

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const verified = await jwtVerify(token, keys, expected).catch(() => undefined);
  if (!verified) return void response.writeHead(401).end();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const activity = JSON.parse(Buffer.concat(chunks).toString()) as Activity & { serviceUrl?: string };
  if (activity.serviceUrl !== verified.payload.serviceurl) return void response.writeHead(403).end();
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
