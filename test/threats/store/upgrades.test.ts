import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { exchange, statusesIn } from '../../support/network/raw-socket.ts';
import { dawdle, openSockets } from '../../support/network/sockets.ts';
import { patient } from '../../support/patience.ts';
import { sized } from '../../support/soak.ts';
import { logMark } from '../../support/world/evidence.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

const REQUESTS = sized(2_000, 10_000);
const AT_ONCE = 50;

let world: World;
let metricsUrl: string;
beforeAll(async () => {
  const [metricsPort = 0] = await freePorts(1);
  metricsUrl = `http://localhost:${metricsPort}`;
  const preload = new URL('../../support/process/server-events-preload.mjs', import.meta.url).href;
  world = await startWorld({ botEnv: { METRICS_PORT: String(metricsPort), NODE_OPTIONS: `--import=${preload}` } });
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const sockets = () => openSockets(Number(world.bot.child.pid)) ?? 0;

const UPGRADES: readonly (readonly [name: string, headers: string])[] = [
  ['x', 'Connection: close, Upgrade\r\nUpgrade: x\r\n'],
  ['h2c', 'Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'],
  [
    'websocket',
    'Connection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  ],
];

test('T88: no server of the process listens to upgrade, connect or checkContinue; the list of events is complete', async () => {
  const lines = await eventually(
    () => [...world.bot.output().matchAll(/^listens to (.*)$/gm)].map(([, events]) => events),
    ({ length }) => length === 2,
  );
  const events = 'checkExpectation clientError connection error listening request timeout';
  expect(lines).toEqual([events, events]);
});

test.each(UPGRADES)(
  'T88: a request to upgrade to %s is answered like one without it, on each path',
  async (_, upgrade) => {
    const ask = async (line: string, more = '') =>
      statusesIn(await exchange(world.botUrl, `${line} HTTP/1.1\r\nHost: localhost\r\n${upgrade}${more}\r\n`));
    expect(await ask('GET /')).toEqual([404]);
    expect(await ask('GET /healthz')).toEqual([200]);
    expect(await ask('GET /auth/start')).toEqual([200]);
    expect(await ask('GET /chat')).toEqual([404]);
    expect(await ask('GET /directline/token')).toEqual([404]);
    expect(await ask('POST /api/messages', 'Content-Type: application/json\r\nContent-Length: 0\r\n')).toEqual([401]);
    expect(statusesIn(await exchange(metricsUrl, `GET / HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`))).toEqual([404]);
  },
);

test('T88: a connection that asked for an upgrade ends with that answer', async () => {
  const upgrade = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
  const next = 'GET /auth/start HTTP/1.1\r\nHost: localhost\r\n\r\n';
  expect(statusesIn(await exchange(world.botUrl, upgrade + next))).toEqual([200]);
});

test('T88: CONNECT, h2 without an upgrade and unknown methods: closed at once', async () => {
  const closed = ['CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'];
  for (const sent of closed)
    expect([sent, statusesIn(await exchange(world.botUrl, sent)).join()]).toEqual([
      sent,
      expect.stringMatching(/^(400)?$/),
    ]);
  expect(statusesIn(await exchange(world.botUrl, 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'))).toEqual([400]);
});

test('T88: Expect: 100-continue gets its interim answer, any other expectation is refused', async () => {
  const ask = async (expectation: string) =>
    statusesIn(
      await exchange(
        world.botUrl,
        `POST /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: ${expectation}\r\nContent-Length: 0\r\nContent-Type: application/json\r\n\r\n`,
      ),
    );
  expect(await ask('100-continue')).toEqual([100, 401]);
  expect(await ask('the-unexpected')).toEqual([417]);
  expect(await ask('100-continue, more')).toEqual([100, 401]);
});

test('T88: HTTP/1.0, TRACE and OPTIONS * are answered', async () => {
  expect(statusesIn(await exchange(world.botUrl, 'GET /healthz HTTP/1.0\r\n\r\n'))).toEqual([200]);
  for (const [line, status] of [
    ['TRACE /healthz', 405],
    ['OPTIONS *', 200],
  ] as const) {
    const response = await exchange(world.botUrl, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect([line, ...statusesIn(response)]).toEqual([line, status]);
  }
});

test(
  `T88: ${REQUESTS} upgrades, with and without a token: no descriptor stays, people are served, and SIGTERM ends the process`,
  async () => {
    const before = sockets();
    const token = await world.connector.token();
    const kinds = UPGRADES.flatMap(([, upgrade]) =>
      [`Authorization: Bearer ${token}\r\n`, 'Authorization: Bearer x\r\n', ''].flatMap((authorization) =>
        ['GET /', 'POST /api/messages', 'GET /chat', 'POST /directline/token'].map(
          (line) => `${line} HTTP/1.1\r\nHost: localhost\r\n${authorization}${upgrade}\r\n`,
        ),
      ),
    );
    let sent = 0;
    const client = async () => {
      for (let at = sent++; at < REQUESTS; at = sent++) {
        const { closed, hangUp, answered } = dawdle(world.botUrl, kinds[at % kinds.length] ?? '');
        await answered;
        hangUp();
        await closed;
      }
    };
    const clients = Promise.all(Array.from({ length: AT_ONCE }, client));
    expect((await world.search(ADA)).type).toBe('result');
    await clients;
    await eventually(sockets, (open) => open <= before + 2);
    expect((await world.search(ADA)).type).toBe('result');
    await logMark(world);
    expect(world.bot.output()).not.toMatch(/"level":[56]0/);
    // An open connection, and one in the middle of its headers, do not delay the end of the process.
    const kept = dawdle(world.botUrl, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    const begun = dawdle(world.botUrl, 'GET / HTTP/1.1\r\nConnection: Upgrade\r\n');
    await kept.answered;
    expect(await world.bot.stop()).toBe(0);
    await Promise.all([kept.closed, begun.closed]);
  },
  patient(120_000),
);
