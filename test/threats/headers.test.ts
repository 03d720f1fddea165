import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import { type AnotherBot, startAnotherBot } from '../support/another-bot.ts';
import { exchange, statusesIn } from '../support/raw-socket.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let playground: AnotherBot;
let metricsUrl: string;
beforeAll(async () => {
  const [metricsPort = 0] = await freePorts(1);
  metricsUrl = `http://localhost:${metricsPort}`;
  world = await startWorld({ botEnv: { METRICS_PORT: String(metricsPort) } });
  const { BOT_ID: _, BOT_TYPE: __, BOT_OPENID_METADATA: ___, METRICS_PORT: ____, ...env } = world.botEnv;
  playground = await startAnotherBot({ ...world, botEnv: env });
});
afterAll(async () => {
  await playground?.stop();
  await world?.stop();
});

/** As documented. */
const MAX_HEADERS = 64;
const junk = (count: number) => Array.from({ length: count }, (_, at) => `X-J${at}: j\r\n`).join('');

/** A request with these header lines, besides those that make the connection end. */
async function ask(
  origin: string,
  line: string,
  headers: string,
  body = '',
): Promise<{ status: number[]; response: string }> {
  const response = await exchange(
    origin,
    `${line} HTTP/1.1\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
  );
  return { status: statusesIn(response), response };
}

const PATHS = [
  'GET /healthz',
  'GET /readyz',
  'GET /auth/start',
  'GET /auth/assets/x',
  'POST /auth/api/start',
  'POST /api/messages',
  'GET /nowhere',
  'TRACE /healthz',
];

test.each(PATHS)('T93: %s with 64 headers is answered, with one more it is refused, unread', async (line) => {
  const own = 'Host: localhost\r\nExpect: 100-continue\r\n';
  const full = await ask(world.botUrl, line, own + junk(MAX_HEADERS - 4));
  expect(full.status[0]).toBe(100);
  expect(full.status[1]).not.toBe(431);
  const over = await ask(world.botUrl, line, `Host: localhost\r\n${junk(MAX_HEADERS - 2)}`);
  expect(over.status).toEqual([431]);
  expect(over.response).toMatch(/^Connection: close\r$/im);
  expect(over.response).toContain('"code":"request.headers_too_large"');
});

test('T93: many more, and more bytes than are read: refused in the same words', async () => {
  const responses = await Promise.all([
    ask(world.botUrl, 'GET /healthz', `Host: localhost\r\n${junk(500)}`),
    ask(world.botUrl, 'GET /healthz', `Host: localhost\r\nX-Long: ${'j'.repeat(20_000)}\r\n`),
    ask(metricsUrl, 'GET /metrics', `Host: localhost\r\n${junk(MAX_HEADERS)}`),
  ]);
  for (const { status, response: received } of responses) {
    expect(status).toEqual([431]);
    expect(received).toContain('"code":"request.headers_too_large"');
  }
});

test('T93: a header that the Playground’s bot refuses is not hidden behind others', async () => {
  const activity = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
  const body = JSON.stringify({ ...activity, serviceUrl: 'http://localhost:56150/_connector', recipient: { id: 'x' } });
  const own = `Host: ${new URL(playground.url).host}\r\nContent-Type: application/json\r\n`;
  const post = async (more: string) => (await ask(playground.url, 'POST /api/messages', own + more, body)).status;
  expect(await post('')).toEqual([200]);
  for (const refused of ['X-Forwarded-For: 192.0.2.1', 'Origin: https://evil.example', 'Authorization: Bearer x']) {
    expect([refused, ...(await post(`${refused}\r\n`))]).toEqual([refused, 403]);
    expect([refused, ...(await post(`${junk(MAX_HEADERS)}${refused}\r\n`))]).toEqual([refused, 431]);
    // As many as may come.
    expect([refused, ...(await post(`${junk(MAX_HEADERS - 5)}${refused}\r\n`))]).toEqual([refused, 403]);
  }
});

describe('headers that can be read in two ways', () => {
  test.each([
    ['Host', 'localhost', 'evil.example'],
    ['Authorization', 'Bearer a', 'Bearer b'],
    ['Origin', 'http://localhost', 'https://evil.example'],
    ['Content-Type', 'application/json', 'text/plain'],
    ['Content-Length', '0', '1'],
  ])('T93: %s twice, also with one value and in other letters: 400, whatever the path', async (name, one, other) => {
    const host = name === 'Host' ? '' : 'Host: localhost\r\n';
    for (const line of PATHS) {
      for (const second of [other, one]) {
        const twice = `${host}${name}: ${one}\r\nX-Between: x\r\n${name.toUpperCase()}: ${second}\r\n`;
        const { status, response: received } = await ask(world.botUrl, line, twice);
        expect([line, second, ...status]).toEqual([line, second, 400]);
        expect(received).toContain('"code":"request.malformed"');
      }
    }
  });

  test('T93: HTTP/1.1 without a Host: 400', async () => {
    expect((await ask(world.botUrl, 'GET /healthz', '')).status).toEqual([400]);
  });

  test('T93: fields after the body are no headers', async () => {
    const token = await world.connector.token();
    const trailer = `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    const response = await exchange(
      world.botUrl,
      `POST /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n2\r\n{}\r\n0\r\n${trailer}\r\n`,
    );
    expect(statusesIn(response)).toEqual([401]);
  });
});

test('T93: Cookie and X-Forwarded-For may come more than once', async () => {
  const more =
    'Cookie: a=1\r\nCookie: b=2\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\nAccept: */*\r\nAccept: text/html\r\n';
  expect((await ask(world.botUrl, 'GET /healthz', `Host: localhost\r\n${more}`)).status).toEqual([200]);
});
