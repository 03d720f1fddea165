import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { rawAuthCall, rawRequest } from '../../support/network/raw-http.ts';
import { exchange, statusesIn } from '../../support/network/raw-socket.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { type AnotherBot, startAnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { allRows, forgetAll } from '../../support/world/evidence.ts';
import { eventually, startWorld, ticketOf, type World } from '../../support/world/world.ts';

let world: World;
/** One for the Agents Playground, and one with metrics. */
let playground: AnotherBot;
let metricsUrl: string;
beforeAll(async () => {
  const [metricsPort = 0] = await freePorts(1);
  metricsUrl = `http://localhost:${metricsPort}`;
  world = await startWorld();
  playground = await startAnotherBot(world, {
    BOT_ID: undefined,
    BOT_TYPE: undefined,
    BOT_OPENID_METADATA: undefined,
    METRICS_PORT: String(metricsPort),
  });
});
afterAll(async () => {
  await playground?.stop();
  await world?.stop();
});
beforeEach(() => forgetAll(world));

const EVIL = 'evil.example';
const CALLS = ['start', 'complete', 'confirm'] as const;

describe('T34: no part of a request changes an address in the answer', () => {
  const lies: Record<string, string>[] = [
    { Host: EVIL },
    { Host: `${EVIL}:3978` },
    { 'X-Forwarded-Host': EVIL, 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443' },
    { Forwarded: `host=${EVIL};proto=https` },
    { 'X-Original-URL': `http://${EVIL}/`, 'X-Rewrite-URL': `http://${EVIL}/`, 'X-Forwarded-Prefix': `//${EVIL}` },
    { Referer: `http://${EVIL}/`, 'X-Forwarded-For': '127.0.0.1', 'X-Host': EVIL },
  ];

  test('T34: Host and forwarding headers: the sign-in URL and the redirect URI stay at BASE_URL', async () => {
    for (const lie of lies) {
      const headers = Object.fromEntries(Object.entries(lie).map(([name, value]) => [name.toLowerCase(), value]));
      const token = await world.connector.token();
      const activity = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
      const requested = await rawRequest(world.botUrl, {
        method: 'POST',
        target: '/api/messages',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(activity),
      });
      expect(requested.status).toBe(200);
      expect(requested.text).toContain(`"value":"${world.botUrl}/auth/start?ticket=`);
      const ticket = ticketOf(requested.body.composeExtension as Parameters<typeof ticketOf>[0]);
      const started = await rawAuthCall(world.botUrl, 'start', { ticket }, lie);
      const url = new URL(String(started.body.authorizationUrl));
      expect(url.origin).toBe(world.identityProviderUrl);
      expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/wiki`);
      expect(requested.text + started.text + JSON.stringify(started.headers)).not.toContain(EVIL);
    }
  });

  test('T34: parameters with other redirect targets: the start call and the pages ignore them', async () => {
    const evil = `http://${EVIL}/`;
    const names = [
      'redirect_uri',
      'redirectUri',
      'returnTo',
      'return_to',
      'next',
      'url',
      'baseUrl',
      'connection',
      'issuer',
    ];
    const asks = Object.fromEntries(names.map((name) => [name, evil]));
    const started = await rawAuthCall(world.botUrl, 'start', { ticket: await world.ticket(ADA), ...asks });
    const url = new URL(String(started.body.authorizationUrl));
    expect(url.searchParams.get('redirect_uri')).toBe(`${world.botUrl}/auth/callback/wiki`);
    expect(started.text).not.toContain(EVIL);
    const query = new URLSearchParams(asks).toString();
    for (const path of ['/auth/start', '/auth/callback/wiki', `/auth/callback/${encodeURIComponent(evil)}`]) {
      const page = await rawRequest(world.botUrl, { target: `${path}?${query}` });
      expect([path, page.headers.location]).toEqual([path, undefined]);
      expect(page.text + JSON.stringify(page.headers)).not.toContain(EVIL);
    }
  });

  test('T34: request lines in absolute form, or with two slashes, dots or line breaks, cause no redirect elsewhere', async () => {
    const targets = [
      `http://${EVIL}/auth/start`,
      `http://${EVIL}//auth/start`,
      `//${EVIL}/auth/start`,
      `//${EVIL}/%2e%2e`,
      `/\\${EVIL}/auth/start`,
      `/auth/start/..//${EVIL}`,
      `/auth/start/`,
      `/auth/start%0d%0aLocation:%20http://${EVIL}`,
      `/auth/callback/%2f%2f${EVIL}`,
      `/auth/assets/..%2f..%2f..%2fpackage.json`,
      `/auth/assets/%2e%2e%2fstart.html`,
    ];
    for (const target of targets) {
      const { status, headers, text } = await rawRequest(world.botUrl, { target });
      expect([target, headers.location, status < 300 || status >= 400]).toEqual([target, undefined, true]);
      expect([target, (text + JSON.stringify(headers)).includes(EVIL)]).toEqual([target, false]);
      if (target.includes('assets')) expect([target, status]).toEqual([target, 404]);
    }
    expect((await rawRequest(world.botUrl, { target: '/healthz' })).status).toBe(200);
  });
});

describe('T39: a post from another site', () => {
  const origins = (): [string, string | undefined][] => {
    const { host, port } = new URL(world.botUrl);
    return [
      ['missing', undefined],
      ['empty', ''],
      ['null', 'null'],
      ['another site', `https://${EVIL}`],
      ['https instead of http', `https://${host}`],
      ['another port', 'http://localhost:1'],
      ['no port', 'http://localhost'],
      ['a subdomain', `http://sub.${host}`],
      ['our host before another’s', `${world.botUrl}.${EVIL}`],
      ['our host as a user name', `${world.botUrl}@${EVIL}`],
      ['a slash after it', `${world.botUrl}/`],
      ['a path after it', `${world.botUrl}/auth/start`],
      ['in capitals', world.botUrl.toUpperCase()],
      ['the address for the name', `http://127.0.0.1:${port}`],
      ['two of them', `${world.botUrl}, https://${EVIL}`],
      ['a dot after the host', `http://localhost.:${port}`],
      ['the provider’s', world.identityProviderUrl],
    ];
  };

  test('T39: Origin missing, null, other or almost ours: 403 for each call, and no side effect', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const bodies = { start: { ticket: await world.ticket(ADA) }, complete: body, confirm: { decision: 'connect' } };
    const before = { rows: allRows(world), asked: await providerRequests(world) };
    for (const call of CALLS) {
      for (const [name, Origin] of origins()) {
        const response = await rawAuthCall(world.botUrl, call, bodies[call], { Origin, Cookie: page.cookie });
        expect([call, name, response.status, response.body.code]).toEqual([call, name, 403, 'request.origin']);
        expect(response.headers['set-cookie']).toBeUndefined();
      }
    }
    expect(allRows(world)).toEqual(before.rows);
    expect(await providerRequests(world)).toBe(before.asked);
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test('T39: content types that a form can send: 415, and no side effect', async () => {
    const { page, body } = await world.untilCallback(ADA);
    const json = JSON.stringify(body);
    const forms: [string | undefined, string][] = [
      ['text/plain', json],
      ['text/plain;charset=UTF-8', `${json}=`],
      ['application/x-www-form-urlencoded', new URLSearchParams(body).toString()],
      ['multipart/form-data; boundary=b', `--b\r\nContent-Disposition: form-data; name="code"\r\n\r\nc\r\n--b--`],
      ['text/json', json],
      ['application/json-patch+json', json],
      ['application/jsonp', json],
      [undefined, json],
    ];
    const rows = allRows(world);
    for (const [type, form] of forms) {
      const response = await rawAuthCall(world.botUrl, 'complete', form, { 'Content-Type': type, Cookie: page.cookie });
      expect([type, response.status, response.body.code]).toEqual([type, 415, 'request.media_type']);
    }
    expect(allRows(world)).toEqual(rows);
    expect((await page.post('complete', body)).status).toBe(200);
  });

  test('T39: no answer allows another site to read it', async () => {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      for (const target of [...CALLS.map((call) => `/auth/api/${call}`), '/auth/start', '/api/messages']) {
        const headers = { Origin: `https://${EVIL}`, 'Access-Control-Request-Method': 'POST' };
        const response = await rawRequest(world.botUrl, { method, target, headers });
        const allowed = Object.keys(response.headers).filter((name) => name.startsWith('access-control-'));
        expect([method, target, allowed]).toEqual([method, target, []]);
      }
    }
  });
});

test('T86: a Host or target that makes no URL is answered, and the bot stays up', async () => {
  const hosts = ['local host', 'a:b:c', '[::', 'localhost:99999', '%', 'a^b', '<script>'];
  for (const Host of hosts) {
    for (const target of ['/healthz', '/nowhere', '/api/messages']) {
      const { status, body } = await rawRequest(world.botUrl, { target, headers: { Host } });
      expect([Host, target, status, body.code]).toEqual([Host, target, 400, 'request.malformed']);
    }
  }
  for (const target of ['http://[::/healthz', 'http://a:b/', 'http:///']) {
    const { status } = await rawRequest(world.botUrl, { target });
    expect([target, status]).toEqual([target, 400]);
  }
  expect((await world.search(ADA)).type).toBe('auth');
});

test('T86: a route that throws before, within or at each attempt of its answer: the connection ends, the log has an error, and the bot stays up', async () => {
  const preload = new URL('../../support/process/throwing-preload.mjs', import.meta.url).href;
  await withAnotherBot(world, { NODE_OPTIONS: `--import=${preload}` }, async (bot) => {
    const ask = async (line: string, when: string) =>
      exchange(
        bot.url,
        `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nX-Throw: ${when}\r\nConnection: close\r\n\r\n`,
      );
    for (const line of ['GET /auth/start', 'GET /healthz']) {
      const response = await ask(line, 'before');
      const [, reference] = /"reference":"([^"]+)"/.exec(response) ?? [];
      expect([line, ...statusesIn(response), response.includes('thrown')]).toEqual([line, 500, false]);
      await eventually(bot.output, (output) => output.includes(`"reference":"${reference}"`));
    }
    for (const line of ['GET /auth/start', 'GET /healthz', 'POST /api/messages']) {
      // The content of the first response does not matter, only that it ends.
      await ask(line, 'after');
      expect([line, await ask(line, 'always')]).toEqual([line, '']);
    }
    await eventually(bot.output, (output) => output.split('Thrownalways').length - 1 >= 3);
    expect((await rawRequest(bot.url, { target: '/healthz' })).status).toBe(200);
  });
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

test.each(PATHS)('T93: %s with 64 headers is answered, with one more it is refused unread', async (line) => {
  const own = 'Host: localhost\r\nExpect: 100-continue\r\n';
  const full = await ask(world.botUrl, line, own + junk(MAX_HEADERS - 4));
  expect(full.status[0]).toBe(100);
  expect(full.status[1]).not.toBe(431);
  const over = await ask(world.botUrl, line, `Host: localhost\r\n${junk(MAX_HEADERS - 2)}`);
  expect(over.status).toEqual([431]);
  expect(over.response).toMatch(/^Connection: close\r$/im);
  expect(over.response).toContain('"code":"request.headers_too_large"');
});

test('T93: far too many headers, or too many bytes: refused with the same answer', async () => {
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

test('T93: other headers cannot hide a header that the Playground’s bot refuses', async () => {
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

describe('ambiguous headers', () => {
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

  test('T93: fields after the body are not headers', async () => {
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
