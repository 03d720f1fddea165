import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { percentile } from '../../support/network/latency.ts';
import { connectUnread } from '../../support/network/raw-socket.ts';
import { type Dawdler, dawdle, openSockets } from '../../support/network/sockets.ts';
import { patient } from '../../support/patience.ts';
import { residentMegabytes } from '../../support/process/memory.ts';
import { sized } from '../../support/soak.ts';
import { type DirectLineWorld, startDirectLineWorld } from '../../support/teams/direct-line-world.ts';
import { failuresOf } from '../../support/world/outcomes.ts';
import { eventually } from '../../support/world/world.ts';

/** Slow clients, and clients that do not read, of each kind. */
const [SLOW, UNREADING] = [sized(12, 100), sized(6, 50)];
const MAX_SLOW_MS = 12_000;
/** Ten seconds without progress, seen by a timer of ten seconds that checks twice, and a check each second. */
const MAX_UNREAD_MS = 25_000;
/** For the requests of a closed client. */
const MAX_CLIENT_MB = 3;
/** As documented. */
const MAX_PIPELINED = 16;

let world: DirectLineWorld;
/** A large file, and its size. */
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
const JSON_HEADERS = 'Host: localhost\r\nContent-Type: application/json\r\n';

function get(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
}

/** A query as it is sent. */
function activity(token?: string): string {
  const body = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }));
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  const headers = `${JSON_HEADERS}${authorization}Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `POST /api/messages HTTP/1.1\r\n${headers}\r\n${body}`;
}

/** The latencies of a signed-in person's queries, one after the other, until told to stop. */
async function latencies(enough: (requested: number) => boolean): Promise<number[]> {
  const durations: number[] = [];
  while (!enough(durations.length)) {
    const { status, ms, body } = await world.post(ADA, { text: 'lakers' });
    expect([status, body]).toMatchObject([200, { composeExtension: { type: 'result' } }]);
    durations.push(ms);
  }
  return durations;
}

test(
  `T44: ${SLOW} each of idle sockets, slow headers and slow bodies: closed within 12 s; other clients keep their latency, and a connection of Teams stays open`,
  async () => {
    const token = await world.connector.token();
    const authorized = `Authorization: Bearer ${token}\r\n`;
    const post = (path: string, more = '') =>
      `POST ${path} HTTP/1.1\r\n${JSON_HEADERS}Origin: ${world.botUrl}\r\n${more}Content-Length: 1000\r\n\r\n{`;
    const begun = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
    const kinds: Record<string, () => Dawdler> = {
      'nothing at all': () => dawdle(world.botUrl, ''),
      'an answered request, then nothing': () => dawdle(world.botUrl, get('/healthz')),
      'a request line, a letter at a time': () => dawdle(world.botUrl, 'G', 'E'),
      'headers, a letter at a time': () => dawdle(world.botUrl, begun, 'X-A: b\r\n'),
      'headers that stop': () => dawdle(world.botUrl, begun),
      'a body, a letter at a time': () => dawdle(world.botUrl, post('/api/messages', authorized), ' '),
      'a body that stops': () => dawdle(world.botUrl, post('/api/messages', authorized)),
      'a body without a token': () => dawdle(world.botUrl, post('/api/messages'), ' '),
      'a body of a sign-in': () => dawdle(world.botUrl, post('/auth/api/start'), ' '),
      'an activity without a token, then nothing': () => dawdle(world.botUrl, activity()),
      'an answered request, then a slow one': () => dawdle(world.botUrl, get('/healthz') + begun, 'X'),
    };
    // A proxy in front keeps such a connection for minutes, and sends the next query on it.
    const kept = dawdle(world.botUrl, activity(token));
    let keptOpen = true;
    void kept.closed.then(() => {
      keptOpen = false;
    });
    const alone = await latencies((requested) => requested === 100);
    const before = sockets();
    const slow = Object.entries(kinds).flatMap(([name, start]) =>
      Array.from({ length: SLOW }, () => ({ name, ...start() })),
    );
    // Without the limit such a client would stay forever.
    const tooLong = setTimeout(() => {
      for (const { hangUp } of slow) hangUp();
    }, 2 * MAX_SLOW_MS);
    await eventually(sockets, (open) => open >= before + slow.length / 2);
    let left = slow.length;
    const ended = Promise.all(
      slow.map(async ({ name, closed }) => {
        const { after } = await closed;
        left--;
        return { name, after };
      }),
    );
    const [meanwhile, ends] = await Promise.all([latencies(() => left === 0), ended]);
    clearTimeout(tooLong);
    expect(ends.filter(({ after }) => after > MAX_SLOW_MS)).toEqual([]);
    await eventually(sockets, (open) => open <= before + 2);
    expect(keptOpen).toBe(true);
    kept.hangUp();
    expect((await kept.closed).response).toContain('HTTP/1.1 200');
    expect(percentile(meanwhile, 95)).toBeLessThan(Math.max(5 * percentile(alone, 95), 250));
    expect(Math.max(...meanwhile)).toBeLessThan(patient(2_000));
    expect(await failuresOf(world)).toEqual([]);
  },
  patient(90_000),
);

test('T96: a client that sends thousands of requests on one connection and reads no response is closed at once, and uses little memory', async () => {
  const before = sockets();
  const memory = residentMegabytes(Number(world.bot.child.pid));
  const clients = ['/chat', asset, '/nowhere', '/auth/start'].flatMap((path) =>
    Array.from({ length: UNREADING }, () => connectUnread(world.botUrl, get(path).repeat(5_000))),
  );
  try {
    await Promise.all(clients.map(({ connected }) => connected));
    // The bot accepts a new connection after theirs.
    await fetch(`${world.botUrl}/healthz`, { headers: { connection: 'close' } });
    await eventually(sockets, (open) => open <= before + 2, patient(8_000));
    // V8 collects garbage at any time. All responses to one client would be hundreds of megabytes.
    const grown = residentMegabytes(Number(world.bot.child.pid)) - memory;
    expect(grown).toBeLessThan(100 + MAX_CLIENT_MB * clients.length);
    expect((await world.search(ADA)).type).toBe('result');
  } finally {
    for (const { hangUp } of clients) hangUp();
  }
});

test(
  `T96: ${UNREADING} each of clients that never read, also after an activity: closed within 25 s; a client that reads slowly is answered`,
  async () => {
    const before = sockets();
    const large = get(asset).repeat(MAX_PIPELINED - 1);
    // A single asset can fit into the buffers of both systems. Then the bot has nothing to wait for.
    const closing = get(asset).repeat(3) + get(asset, 'Connection: close\r\n');
    const kinds = [closing, large, activity(await world.connector.token()) + large];
    const slow = connectUnread(world.botUrl, large + get(asset, 'Connection: close\r\n'));
    const reading = setInterval(() => slow.takeSome(), 50);
    const clients = kinds.flatMap((sent) => Array.from({ length: UNREADING }, () => connectUnread(world.botUrl, sent)));
    try {
      // Idle connections from earlier may end meanwhile, so they do not count.
      await eventually(sockets, (open) => open > clients.length);
      await eventually(sockets, (open) => open <= before + 2, patient(MAX_UNREAD_MS));
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

test('T96: the maximum number of pipelined requests on a connection is answered in order', async () => {
  const some = connectUnread(
    world.botUrl,
    get('/healthz').repeat(MAX_PIPELINED - 1) + get('/healthz', 'Connection: close\r\n'),
  );
  const [one, all] = [(await (await fetch(`${world.botUrl}/healthz`)).text()).length, await some.takeAll()];
  expect(all).toBeGreaterThan(MAX_PIPELINED * one);
});
