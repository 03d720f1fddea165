import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sendRequest } from '../../../bot/platform/http-client.ts';
import { limitIdleTime, noteServerTimeout } from '../../../bot/platform/idle-connections.ts';
import { makeCertificate } from '../../../local/certificate.ts';
import { startForwardProxy } from '../../support/network/forward-proxy.ts';
import { patient } from '../../support/patience.ts';
import { type HttpClientProcess, startHttpClient } from '../../support/process/http-client-process.ts';
import { eventually } from '../../support/world/world.ts';

describe('how long an idle connection stays open', () => {
  test.each([
    ['timeout=5', 4_000],
    ['timeout=5, max=100', 4_000],
    ['max=100, timeout=5', 4_000],
    ['Timeout = 20', 19_000],
    ['timeout="20"', 19_000],
    ['timeout=65', 55_000],
    ['timeout=86400', 55_000],
    ['timeout=1', undefined],
    ['timeout=0', undefined],
    ['max=100', 55_000],
    ['timeout=forever', 55_000],
    ['timeout=-5', 55_000],
    [undefined, 55_000],
  ])('the server announces %j: %j ms', (header, expected) => {
    expect(idleTime(header, true)).toBe(expected);
  });

  test('a request that must not be sent twice: a short time, unless the server announces a longer one', () => {
    expect(idleTime(undefined, false)).toBe(4_000);
    expect(idleTime('timeout=65', false)).toBe(55_000);
  });

  test('the last response decides', () => {
    const [agent, socket] = [limitIdleTime(new Agent({ keepAlive: true }), true), new Socket()];
    for (const header of ['timeout=5', undefined]) announce(socket, header);
    agent.keepSocketAlive(socket);
    expect(socket.timeout).toBe(55_000);
  });
});

function announce(socket: Socket, header: string | undefined): void {
  noteServerTimeout({ socket, headers: header === undefined ? {} : { 'keep-alive': header } } as never);
}

/** Milliseconds; `undefined` if the connection is closed. */
function idleTime(header: string | undefined, areRepeatable: boolean): number | undefined {
  const [agent, socket] = [limitIdleTime(new Agent({ keepAlive: true }), areRepeatable), new Socket()];
  announce(socket, header);
  return (agent.keepSocketAlive(socket) as unknown) === true ? socket.timeout : undefined;
}

type Responder = (request: IncomingMessage, response: ServerResponse) => void;

/** Adds what the tests read. Never closes an idle connection by itself. */
function watch(server: Server) {
  const seen = { requests: [] as string[], connections: 0, closed: 0, sockets: [] as Socket[] };
  server.keepAliveTimeout = 0;
  server.on('request', (request: IncomingMessage) => seen.requests.push(`${request.method} ${request.url}`));
  server.on('connection', (socket: Socket) => {
    seen.connections++;
    seen.sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => seen.closed++);
  });
  return seen;
}

async function originOf(server: Server, scheme: string): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
}

describe('a server on https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-idle-'));
  const authorityFile = join(folder, 'authority.pem');
  const { certificate, privateKey } = makeCertificate({ hosts: ['localhost'] });
  let respond: Responder;
  let server: Server;
  let seen: ReturnType<typeof watch>;
  let handshakes: number;
  let origin: string;
  let client: HttpClientProcess;

  beforeAll(() => writeFileSync(authorityFile, certificate));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    server = createSecureServer({ cert: certificate, key: privateKey }, (request, response) =>
      respond(request, response),
    );
    seen = watch(server);
    handshakes = 0;
    server.on('secureConnection', () => handshakes++);
    origin = await originOf(server, 'https');
    client = await startHttpClient(authorityFile);
  });
  afterEach(() => {
    client.stop();
    server.closeAllConnections();
    server.close();
  });

  const announcing =
    (header: string): Responder =>
    (_, response) =>
      response.setHeader('keep-alive', header).end('{}');

  test('one handshake, although other servers would close the connection during the pause', async () => {
    respond = (request, response) => {
      if (request.url === '/kept') response.setHeader('keep-alive', 'timeout=65');
      response.end('{}');
    };
    expect(await client.send({ url: `${origin}/kept` })).toBe(200);
    // To a server that announces no time. A connection for requests that must not be sent twice ends after four
    // seconds.
    expect(await client.send({ url: origin, body: '{}' })).toBe(200);
    expect(handshakes).toBe(2);
    await eventually(
      () => seen.closed,
      (closed) => closed === 1,
      patient(10_000),
    );
    expect(await client.send({ url: `${origin}/kept` })).toBe(200);
    expect(handshakes).toBe(2);
  });

  test('announces two seconds: the client closes the connection first, and the next request opens a new one', async () => {
    respond = announcing('timeout=2');
    expect(await client.send({ url: origin })).toBe(200);
    await eventually(
      () => seen.closed,
      (closed) => closed === 1,
      patient(5_000),
    );
    expect(await client.send({ url: origin })).toBe(200);
    expect(handshakes).toBe(2);
  });

  test('announces one second, too little to be safe: each request has its own connection', async () => {
    respond = announcing('timeout=1');
    for (let at = 0; at < 3; at++) expect(await client.send({ url: origin })).toBe(200);
    expect(handshakes).toBe(3);
  });

  describe('closes each idle connection when the next request arrives on it', () => {
    const used = new WeakSet<object>();
    beforeEach(() => {
      respond = (request, response) => {
        if (used.has(request.socket)) request.socket.destroy();
        else response.end('{}');
        used.add(request.socket);
      };
    });

    test.each<[string, object, unknown, string[]]>([
      ['a GET is sent again on a new connection', {}, 200, ['GET /1', 'GET /2', 'GET /2']],
      [
        'T57: a POST, such as a token request, is sent once and fails',
        { body: '{}' },
        'ECONNRESET',
        ['POST /1', 'POST /2'],
      ],
      ['a search by POST is sent again', { body: '{}', repeatable: true }, 200, ['POST /1', 'POST /2', 'POST /2']],
    ])('%s', async (_, request, outcome, requests) => {
      expect(await client.send({ url: `${origin}/1`, ...request })).toBe(200);
      expect(await client.send({ url: `${origin}/2`, ...request })).toBe(outcome);
      expect(seen.requests).toEqual(requests);
    });

    test('several idle connections: a GET is answered in the end', async () => {
      const held: ServerResponse[] = [];
      const closeReused = respond;
      respond = (_, response) => void held.push(response);
      const sent = [1, 2, 3].map(() => client.send({ url: origin }));
      await eventually(
        () => held.length,
        (length) => length === 3,
      );
      respond = closeReused;
      for (const response of held) {
        used.add(response.req.socket);
        response.end('{}');
      }
      expect(await Promise.all(sent)).toEqual([200, 200, 200]);
      expect(await client.send({ url: origin })).toBe(200);
      expect(handshakes).toBe(4);
    });
  });
});

test('a server closes an idle connection at the moment of the next request: the request is answered', async () => {
  const server = createServer((_, response) => response.end('{}'));
  const seen = watch(server);
  const url = await originOf(server, 'http');
  const get = async () => {
    const response = await sendRequest({ url, headers: {}, signal: AbortSignal.timeout(patient(5_000)) });
    await once(response.resume(), 'end');
    return response.statusCode;
  };
  try {
    for (const close of [(socket?: Socket) => socket?.end(), (socket?: Socket) => socket?.resetAndDestroy()]) {
      expect(await get()).toBe(200);
      close(seen.sockets.at(-1));
      // In the same turn of the event loop, before the client sees the end of the connection.
      expect(await get()).toBe(200);
    }
    expect(seen.connections).toBeGreaterThan(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.each([
  ['timeout=65', 1],
  ['timeout=1', 2],
])('through a proxy, a service announces %j: two requests take %i tunnel(s)', async (header, tunnels) => {
  const upstream = createServer((_, response) => response.setHeader('keep-alive', header).end('{}'));
  const host = 'wiki.contoso.example';
  const proxy = await startForwardProxy({ hosts: { [host]: await originOf(upstream, 'http') } });
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-idle-'));
  const authorityFile = join(folder, 'authority.pem');
  writeFileSync(authorityFile, proxy.certificate);
  const client = await startHttpClient(authorityFile, `http://localhost:${proxy.port}`);
  try {
    for (let at = 0; at < 2; at++) expect(await client.send({ url: `https://${host}/` })).toBe(200);
    expect(proxy.tunnels).toHaveLength(tunnels);
  } finally {
    client.stop();
    upstream.closeAllConnections();
    upstream.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
