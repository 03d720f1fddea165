import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { type DirectLineWorld, startDirectLineWorld } from '../support/direct-line-world.ts';
import { residentMegabytes } from '../support/memory.ts';
import { failuresOf } from '../support/outcomes.ts';
import { patient } from '../support/patience.ts';
import { connectUnread } from '../support/raw-socket.ts';
import { sized } from '../support/soak.ts';
import { openSockets } from '../support/sockets.ts';
import { eventually } from '../support/world.ts';

/** Of each kind. */
const CLIENTS = sized(6, 50);
/** For the requests of a client that was closed. */
const MAX_CLIENT_MB = 3;
/** As documented. */
const MAX_PIPELINED = 16;
/** Ten seconds without progress, seen by a timer of ten seconds that looks twice, and a look each second; milliseconds. */
const MAX_WAIT_MS = 25_000;

let world: DirectLineWorld;
let asset: string;
let size: number;
beforeAll(async () => {
  world = await startDirectLineWorld();
  await world.signIn(ADA);
  const page = await (await fetch(`${world.botUrl}/chat`)).text();
  asset = /\/chat\/assets\/webchat-[^"]+\.js/.exec(page)?.[0] ?? '';
  size = (await (await fetch(world.botUrl + asset)).arrayBuffer()).byteLength;
});
afterAll(() => world?.stop());

const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

async function activity(): Promise<string> {
  const body = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }));
  const headers = `Authorization: Bearer ${await world.connector.token()}\r\nContent-Type: application/json\r\n`;
  return `POST /api/messages HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test('T96: a client that sends thousands of requests on one connection and reads none is closed at once, and costs little memory', async () => {
  const before = sockets();
  const memory = residentMegabytes(Number(world.bot.child.pid));
  const clients = ['/chat', asset, '/nowhere', '/auth/start'].flatMap((path) =>
    Array.from({ length: CLIENTS }, () => connectUnread(world.botUrl, get(path).repeat(5_000))),
  );
  try {
    await Promise.all(clients.map(({ connected }) => connected));
    // A new connection is accepted after theirs.
    await fetch(`${world.botUrl}/healthz`, { headers: { connection: 'close' } });
    await eventually(sockets, (open) => open <= before + 2, patient(8_000));
    // V8 collects the garbage when it likes. All answers to one client would be hundreds of megabytes.
    const grown = residentMegabytes(Number(world.bot.child.pid)) - memory;
    expect(grown).toBeLessThan(100 + MAX_CLIENT_MB * clients.length);
    expect((await world.search(ADA)).type).toBe('result');
  } finally {
    for (const { hangUp } of clients) hangUp();
  }
});

test(
  `T96: ${CLIENTS} each of clients that never read, also after an activity: hung up on within 25 s; one that reads slowly is answered`,
  async () => {
    const before = sockets();
    const large = get(asset).repeat(MAX_PIPELINED - 1);
    // One asset alone can fit into the buffers of both systems: then the bot has nothing left to wait for.
    const closing = get(asset).repeat(3) + get(asset, 'Connection: close\r\n');
    const kinds = [closing, large, (await activity()) + large];
    const slow = connectUnread(
      world.botUrl,
      get(asset).repeat(MAX_PIPELINED - 1) + get(asset, 'Connection: close\r\n'),
    );
    const reading = setInterval(() => slow.takeSome(), 50);
    const clients = kinds.flatMap((sent) => Array.from({ length: CLIENTS }, () => connectUnread(world.botUrl, sent)));
    try {
      // Idle connections of before may end meanwhile, so they do not count.
      await eventually(sockets, (open) => open > clients.length);
      const began = performance.now();
      await eventually(sockets, (open) => open <= before + 2, 2 * MAX_WAIT_MS);
      expect(performance.now() - began).toBeLessThan(patient(MAX_WAIT_MS));
      expect((await world.search(ADA)).type).toBe('result');
      clearInterval(reading);
      expect(await slow.takeAll()).toBeGreaterThan(MAX_PIPELINED * size);
      expect(await failuresOf(world)).toEqual([]);
    } finally {
      clearInterval(reading);
      for (const { hangUp } of [...clients, slow]) hangUp();
    }
  },
  patient(90_000),
);

test('T96: requests that wait for one another on a connection, as many as may, are answered in turn', async () => {
  const some = connectUnread(
    world.botUrl,
    get('/healthz').repeat(MAX_PIPELINED - 1) + get('/healthz', 'Connection: close\r\n'),
  );
  const [one, all] = [(await (await fetch(`${world.botUrl}/healthz`)).text()).length, await some.takeAll()];
  expect(all).toBeGreaterThan(MAX_PIPELINED * one);
});
