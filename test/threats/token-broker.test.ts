import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAnotherBot } from '../support/another-bot.ts';
import { type Clock, createClock } from '../support/clock.ts';
import {
  ChatBrowser,
  type DirectLineWorld,
  type Issued,
  PARTNER,
  SECRET,
  startDirectLineWorld,
} from '../support/direct-line-world.ts';
import { logMark } from '../support/evidence.ts';
import { rawRequest } from '../support/raw-http.ts';
import { startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';

/** The token broker under attack, and how often it may be asked. */
let world: DirectLineWorld;
let clock: Clock;
beforeAll(async () => {
  clock = createClock();
  world = await startDirectLineWorld({ botEnv: { TRUSTED_PROXIES: 'loopback', ...clock.env } });
});
afterAll(async () => {
  await world?.stop();
  clock.close();
});

/** As documented in docs/SECURITY.md. */
const PER_SESSION = 30;
const PER_ADDRESS = 300;
const TOKEN = '/directline/token';
const REFRESH = '/directline/token/refresh';
const CHAT = '__Host-latchkey-chat';

const generated = () => world.directLine.calls['POST tokens generate'] ?? 0;
const refreshed = () => world.directLine.calls['POST tokens refresh'] ?? 0;
const from = (address: string) => ({ 'x-forwarded-for': address });

/** A browser that nobody else shares an address with. */
let browsers = 0;
function browser(origin?: string | null): ChatBrowser {
  browsers += 1;
  const address = `198.51.100.${browsers}`;
  return new ChatBrowser(world, origin, from(address));
}

describe('T69: whose page asks', () => {
  const SPELLINGS = (origin: string) => [
    origin.replace('localhost', 'localhost.'),
    origin.replace('localhost', 'LOCALHOST'),
    origin.replace('http:', 'HTTP:'),
    origin.replace('localhost', '127.0.0.1'),
    `${origin} `.replace(' ', '%20'),
    `${origin}, ${origin}`,
    `null, ${origin}`,
    `${origin}?x`,
    `${origin}#x`,
    origin.replace('localhost', 'localhost%00.attacker.example'),
    origin.replace('localhost', 'attacker.example/localhost'),
    origin.replace('http:', 'ftp:'),
  ];

  test('another spelling of an origin that may is another origin', async () => {
    const before = [generated(), refreshed()];
    for (const origin of [...SPELLINGS(world.botUrl), ...SPELLINGS(PARTNER)]) {
      for (const path of [TOKEN, REFRESH]) {
        const { status, headers, body } = await browser(origin).post(path);
        expect([origin, status, body.code]).toEqual([origin, 403, 'request.origin']);
        expect([headers.get('access-control-allow-origin'), headers.getSetCookie()]).toEqual([null, []]);
      }
      const ask = { origin, 'access-control-request-method': 'POST' };
      const requested = await fetch(world.botUrl + TOKEN, { method: 'OPTIONS', headers: ask });
      expect([origin, requested.status, requested.headers.get('access-control-allow-origin')]).toEqual([
        origin,
        403,
        null,
      ]);
    }
    expect([generated(), refreshed()]).toEqual(before);
  });

  test('two Origin headers are none', async () => {
    const before = generated();
    const headers = { origin: [PARTNER, 'https://attacker.example'] };
    const { status, body } = await rawRequest(world.botUrl, { method: 'POST', target: TOKEN, headers });
    // Refused in front of every route: which of the two counts must not be the sender's choice (T93).
    expect([status, body.code]).toEqual([400, 'request.malformed']);
    expect(generated()).toBe(before);
  });

  test('every answer is kept by nobody, and says for which origin it is', async () => {
    const mine = browser(PARTNER);
    const issued = await mine.token();
    const responses = [
      await mine.post(TOKEN),
      await mine.post(REFRESH, issued),
      await mine.post(REFRESH, {}),
      await mine.post(REFRESH, { token: 'x', refreshKey: 'y' }),
      await browser('https://attacker.example').post(TOKEN),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 400, 403, 403]);
    for (const { headers } of responses) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('a token, a key or a user in the address is not read, and not written down', async () => {
    const mine = browser();
    const { token, refreshKey, userId } = await mine.token();
    const query = `?token=${token}&refreshKey=${encodeURIComponent(refreshKey)}&userId=${userId}`;
    const before = refreshed();
    expect((await mine.post(REFRESH + query)).status).toBe(415);
    expect((await mine.post(REFRESH + query, {})).body.code).toBe('request.malformed');
    expect((await browser().post(TOKEN + query)).body.userId).not.toBe(userId);
    expect((await fetch(world.botUrl + REFRESH + query, { headers: { origin: world.botUrl } })).status).toBe(405);
    expect((await fetch(`${world.botUrl}/chat${query}`)).status).toBe(200);
    expect(refreshed()).toBe(before);
    await logMark(world);
    for (const secret of [token, refreshKey, userId, SECRET]) expect(world.bot.output()).not.toContain(secret);
  });
});

describe('T70: whose token is refreshed', () => {
  const refresh = (by: ChatBrowser, { token, refreshKey }: Pick<Issued, 'token' | 'refreshKey'>, more: object = {}) =>
    by.post(REFRESH, { token, refreshKey, ...more });

  test('a body that names somebody else is answered for the cookie’s user', async () => {
    const [mine, hers] = [browser(), await browser().token()];
    const issued = await mine.token();
    const lies = { userId: hers.userId, user: { id: hers.userId }, conversationId: hers.conversationId };
    const { status, body } = await refresh(mine, issued, { ...lies, trustedOrigins: ['*'] });
    expect([status, body.userId, body.conversationId]).toEqual([200, issued.userId, issued.conversationId]);
    const grant = world.directLine.conversations.grant(body.token);
    expect([grant?.user?.id, grant?.trustedOrigins]).toEqual([issued.userId, [world.botUrl]]);
  });

  test('after the cookie is gone, or has ended: 403, no new cookie, and Direct Line is not asked', async () => {
    const mine = browser();
    const issued = await mine.token();
    const cookie = mine.cookies.get(CHAT) ?? '';
    const before = refreshed();
    const refused = async () => {
      const { status, headers, body } = await refresh(mine, issued);
      expect([status, body.code, headers.getSetCookie()]).toEqual([403, 'directline.not_yours', []]);
    };
    mine.cookies.delete(CHAT);
    await refused();
    mine.cookies.set(CHAT, cookie.slice(0, -2));
    await refused();
    mine.cookies.set(CHAT, cookie);
    try {
      clock.ahead(12 * 3_600_000 + 1_000);
      await refused();
      expect((await mine.token()).userId).not.toBe(issued.userId);
    } finally {
      clock.release();
    }
    expect(refreshed()).toBe(before);
  });

  test('another browser’s cookie before one’s own, or behind it: a refresh is for one of them alone', async () => {
    const [victim, thief] = [browser(), browser()];
    const [hers, his] = [await victim.token(), await thief.token()];
    const both = `${CHAT}=${thief.cookies.get(CHAT)}; ${CHAT}=x`;
    const body = { token: hers.token, refreshKey: hers.refreshKey };
    for (const cookie of [both, both.split('; ').reverse().join('; ')]) {
      expect((await browser().post(REFRESH, body, { cookie })).status).toBe(403);
    }
    expect((await refresh(thief, his)).body.userId).toBe(his.userId);
  });

  test('the settings’ and the sign-in’s cookies are none of a chat', async () => {
    const mine = browser();
    const { userId } = await mine.token();
    const value = mine.cookies.get(CHAT) ?? '';
    for (const name of ['__Host-latchkey', '__Host-latchkey-settings', 'latchkey-chat', '__host-latchkey-chat']) {
      const other = browser();
      other.cookies.set(name, value);
      expect((await other.token()).userId).not.toBe(userId);
    }
  });
});

/** Asks so often. @returns the statuses, in order of asking */
async function often(count: number, ask: (index: number) => Promise<{ status: number }>): Promise<number[]> {
  const statuses: number[] = [];
  for (let done = 0; done < count; done += 25) {
    const requests = Array.from({ length: Math.min(25, count - done) }, (_, at) => ask(done + at));
    statuses.push(...(await Promise.all(requests)).map(({ status }) => status));
  }
  return statuses;
}

const limited = (statuses: number[]) => statuses.filter((status) => status === 429).length;

describe('T46: how often', () => {
  test('one browser has 30 more tokens within ten minutes, from wherever it asks; its neighbour is served', async () => {
    const mine = browser();
    // With this one it becomes somebody.
    await mine.token();
    const ask = (index: number) => mine.post(TOKEN, undefined, from(`192.0.2.${index}`));
    expect(limited(await often(PER_SESSION, ask))).toBe(0);
    const before = generated();
    const { status, headers, body } = await ask(200);
    expect([status, body.code]).toEqual([429, 'limit.exceeded']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(600);
    expect(headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect(generated()).toBe(before);
    const neighbour = new ChatBrowser(world, world.botUrl, from('192.0.2.200'));
    expect((await neighbour.post(TOKEN)).status).toBe(200);
  });

  test('one browser has 30 refreshes within ten minutes, and then still tokens', async () => {
    const mine = browser();
    const { token, refreshKey } = await mine.token();
    const ask = (index: number) => mine.post(REFRESH, { token, refreshKey }, from(`192.0.2.${index}`));
    expect(limited(await often(PER_SESSION, ask))).toBe(0);
    const before = refreshed();
    const { status, headers, body } = await ask(201);
    expect([status, body.code]).toEqual([429, 'limit.exceeded']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refreshed()).toBe(before);
    expect((await mine.post(TOKEN)).status).toBe(200);
  });

  test.each([
    ['tokens', TOKEN, '203.0.113.1'],
    ['refreshes', REFRESH, '203.0.113.2'],
  ])('one address has 300 %s within ten minutes, cookies or none; another is served', async (_, path, address) => {
    const ask = () => new ChatBrowser(world, world.botUrl, from(address)).post(path, { token: 'x', refreshKey: 'y' });
    expect(limited(await often(PER_ADDRESS, ask))).toBe(0);
    const before = [generated(), refreshed()];
    const { status, headers } = await ask();
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect([generated(), refreshed()]).toEqual(before);
    expect((await browser().post(TOKEN)).status).toBe(200);
  });

  test('T69: what another site’s page makes browsers ask counts against none of them, until all calls are too many', async () => {
    const address = '203.0.113.3';
    const ask = (origin: string) => new ChatBrowser(world, origin, from(address)).post(TOKEN);
    const statuses = await often(PER_ADDRESS + 1, () => ask('https://attacker.example'));
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect((await ask(world.botUrl)).status).toBe(200);
    // The limit of all calls, 3,000 a minute.
    const flood = await often(3_000, () => ask('https://attacker.example'));
    expect(flood).toContain(429);
    for (const [origin, allowed] of [
      ['https://attacker.example', null],
      [world.botUrl, world.botUrl],
    ] as const) {
      const { status, headers } = await ask(origin);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([429, allowed]);
      expect(headers.get('access-control-allow-credentials')).toBe(allowed && 'true');
    }
  });
});

describeWithRedis('T46: instances on one Redis', () => {
  test('count tokens together', async () => {
    const redis = await startRedis();
    const env = { STORE_URL: redis.url };
    const [one, other] = await Promise.all([startAnotherBot(world, env), startAnotherBot(world, env)]);
    try {
      const headers = { origin: world.botUrl, ...from('203.0.113.4') };
      const ask = (index: number) =>
        fetch(`${(index % 2 === 0 ? one : other).url}${TOKEN}`, { method: 'POST', headers });
      expect(limited(await often(PER_ADDRESS + 4, ask))).toBe(4);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
      await redis.stop();
    }
  });
});
