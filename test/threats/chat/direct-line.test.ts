import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA } from '../../../local/people.ts';
import { repeat } from '../../support/network/crowd.ts';
import { rawRequest } from '../../support/network/raw-http.ts';
import { type Clock, createClock } from '../../support/process/clock.ts';
import { leaksIn } from '../../support/process/log.ts';
import { startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { textOf, ticketsIn } from '../../support/teams/chat.ts';
import {
  ChatBrowser,
  ChatClient,
  type DirectLineWorld,
  type Issued,
  PARTNER,
  SECRET,
  startDirectLineWorld,
} from '../../support/teams/direct-line-world.ts';
import { startAnotherBot, withAnotherBot, worldAt } from '../../support/world/another-bot.ts';
import { eventNamesSince, forgetAll, logMark, rowCounts } from '../../support/world/evidence.ts';
import { signInAt } from '../../support/world/guarded.ts';

/** The token broker, the messages through Direct Line, and the limits of the broker. */
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
beforeEach(() => forgetAll(world));

/** As documented in docs/SECURITY.md. */
const PER_SESSION = 30;
const PER_ADDRESS = 300;
const TOKEN = '/directline/token';
const REFRESH = '/directline/token/refresh';
const CHAT = '__Host-latchkey-chat';
const USER = /^dl_[0-9a-f]{32}$/;

const generated = () => world.directLine.calls['POST tokens generate'] ?? 0;
const refreshed = () => world.directLine.calls['POST tokens refresh'] ?? 0;
const from = (address: string) => ({ 'x-forwarded-for': address });

/** A browser with an address of its own. */
let browsers = 0;
function browser(origin?: string | null): ChatBrowser {
  browsers += 1;
  return new ChatBrowser(world, origin, from(`198.51.${browsers >> 8}.${browsers & 255}`));
}
const refresh = (by: ChatBrowser, { token, refreshKey }: Pick<Issued, 'token' | 'refreshKey'>, more: object = {}) =>
  by.post(REFRESH, { token, refreshKey, ...more });

describe('T68: who a browser is, the server says', () => {
  test('a browser gets a user of 128 random bits, and a cookie of its own', async () => {
    const { status, headers, body } = await browser().post(TOKEN);
    expect([status, body.userId]).toEqual([200, expect.stringMatching(USER)]);
    expect(world.directLine.conversations.grant(body.token)?.user?.id).toBe(body.userId);
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-latchkey-chat=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(body.userId.slice(3));
  });

  test('the same browser keeps its user in another conversation; another browser gets another user', async () => {
    const mine = browser();
    const [first, second] = [await mine.token(), await mine.token()];
    expect(second.userId).toBe(first.userId);
    expect(second.conversationId).not.toBe(first.conversationId);
    const others = await Promise.all(Array.from({ length: 20 }, () => browser().token()));
    expect(new Set([first.userId, ...others.map(({ userId }) => userId)]).size).toBe(21);
  });

  test('the broker ignores a user in the request', async () => {
    const victim = await browser().token();
    const wanted = { user: { id: victim.userId, name: 'x' }, userId: victim.userId, trustedOrigins: ['*'] };
    for (const body of [wanted, JSON.stringify(wanted), 'not JSON', '[', 'x'.repeat(10_000)]) {
      const { status, body: issued } = await browser().post(TOKEN, body);
      expect([status, issued.userId]).toEqual([200, expect.stringMatching(USER)]);
      expect(issued.userId).not.toBe(victim.userId);
      expect(world.directLine.conversations.grant(issued.token)?.trustedOrigins).toEqual([world.botUrl]);
    }
    const { body: byQuery } = await browser().post(`${TOKEN}?userId=${victim.userId}&user=${victim.userId}`);
    expect(byQuery.userId).not.toBe(victim.userId);
  });

  test('a cookie that the bot did not seal, that was altered or that has another name identifies no user', async () => {
    const mine = browser();
    const { userId } = await mine.token();
    const good = mine.cookies.get(CHAT) ?? '';
    const middle = Math.floor(good.length / 2);
    const altered = good.slice(0, middle) + (good[middle] === 'A' ? 'B' : 'A') + good.slice(middle + 1);
    const names = ['__Host-latchkey', '__Host-latchkey-settings', 'latchkey-chat', '__host-latchkey-chat'];
    for (const [name, value] of [
      ...[altered, userId, '', 'x'.repeat(3000), good.slice(0, -1), 'k1.AAAA'].map((wrong) => [CHAT, wrong] as const),
      ...names.map((other) => [other, good] as const),
    ]) {
      const other = browser();
      other.cookies.set(name, value);
      expect([name, value, (await other.token()).userId]).not.toEqual([name, value, userId]);
    }
  });

  test('whatever user a client claims, its activities come from the token’s user', async () => {
    await world.signIn(ADA);
    const { say: send } = await chatting();
    const lies = {
      from: { id: `29:${ADA.objectId}`, aadObjectId: ADA.objectId, name: ADA.name },
      channelData: { tenant: { id: ADA.tenantId } },
      conversation: { tenantId: ADA.tenantId, conversationType: 'personal' },
      channelId: 'msteams',
    };
    const [reply] = await send('search lakers', lies);
    expect([...ticketsIn(reply).keys()]).toEqual(['Sign in to Contoso wiki', 'Sign in to Contoso handbook']);
    expect(rowCounts(world).links).toBe(1);
  });
});

describe('T69: origins that may request a token', () => {
  test('our own and the configured ones, by their exact origins; the token works only there', async () => {
    for (const origin of [world.botUrl, PARTNER]) {
      const { status, headers, body } = await browser(origin).post(TOKEN);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(world.directLine.conversations.grant(body.token)?.trustedOrigins).toEqual([origin]);
    }
  });

  const preflight = (origin: string) =>
    fetch(world.botUrl + TOKEN, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

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
    `${origin}.attacker.example`,
    `${origin}/`,
    origin.toUpperCase(),
    origin.replace('http:', 'https:'),
    origin.replace(/:\d+$/, ''),
    origin.replace('//', '//x@'),
  ];

  test('any other origin, or another spelling of one of these: 403, without a token, a cookie or permission to read', async () => {
    const before = [generated(), refreshed()];
    const others = ['https://attacker.example', 'null', '*', ''];
    for (const origin of [...others, null, ...SPELLINGS(world.botUrl), ...SPELLINGS(PARTNER)]) {
      const page = browser(origin);
      for (const path of [TOKEN, REFRESH]) {
        const { status, headers, body } = await page.post(path);
        expect([origin, status, body.code]).toEqual([origin, 403, 'request.origin']);
        expect([headers.get('access-control-allow-origin'), headers.getSetCookie()]).toEqual([null, []]);
      }
      const { status, headers } = await preflight(origin ?? 'null');
      expect([origin, status, headers.get('access-control-allow-origin')]).toEqual([origin, 403, null]);
    }
    expect([generated(), refreshed()]).toEqual(before);
  });

  test('the preflight request gets 204 for a configured origin', async () => {
    const { status, headers } = await preflight(PARTNER);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, PARTNER]);
    expect(headers.get('access-control-allow-methods')).toBe('POST');
  });

  test('GET returns no token', async () => {
    const before = generated();
    expect((await fetch(world.botUrl + TOKEN, { headers: { origin: world.botUrl } })).status).toBe(405);
    expect(generated()).toBe(before);
  });

  test('two Origin headers count as none', async () => {
    const before = generated();
    const headers = { origin: [PARTNER, 'https://attacker.example'] };
    const { status, body } = await rawRequest(world.botUrl, { method: 'POST', target: TOKEN, headers });
    // Refused before every route: the sender must not choose which of the two counts (T93).
    expect([status, body.code]).toEqual([400, 'request.malformed']);
    expect(generated()).toBe(before);
  });

  test('no cache may keep an answer, and each answer names its origin', async () => {
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

  test('the broker does not read a token, a key or a user in the address, and does not log it', async () => {
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

  test('T72: no answer and no log contains the secret, whatever fails', async () => {
    const mine = browser();
    const issued = await mine.token();
    const responses = [issued, await mine.post(REFRESH, { token: SECRET, refreshKey: 'x' })];
    expect(JSON.stringify(responses)).not.toContain(SECRET);
    await withAnotherBot(world, { DIRECT_LINE_SECRET: 'another-secret.0815' }, async (wrong) => {
      const there = worldAt(world, wrong);
      const { status, body } = await new ChatBrowser(there, world.botUrl).post(TOKEN);
      expect([status, body.code]).toEqual([502, 'directline.refused']);
      await logMark(there);
      expect(wrong.output()).not.toContain('another-secret');
    });
    await logMark(world);
    expect(leaksIn(world.bot.output(), [SECRET, issued.token, issued.userId, issued.refreshKey])).toEqual([]);
  });
});

describe('T70: refreshing', () => {
  test('the browser with the token gets the next one, for the same user and conversation', async () => {
    const mine = browser();
    const first = await mine.token();
    const { status, body: second } = await refresh(mine, first);
    expect(status).toBe(200);
    expect(second).toMatchObject({ userId: first.userId, conversationId: first.conversationId });
    expect(second.token).not.toBe(first.token);
    expect((await refresh(mine, second)).status).toBe(200);
  });

  test('T70: another browser gets 403, and the bot does not ask Direct Line', async () => {
    const [victim, thief] = [browser(), browser()];
    const hers = await victim.token();
    const his = await thief.token();
    const before = refreshed();
    const attempts = {
      'her token and key, his browser': () => refresh(thief, hers),
      'her token and key, no cookie': () => refresh(browser(), hers),
      'her token, his key': () => refresh(thief, { token: hers.token, refreshKey: his.refreshKey }),
      'his token, her key': () => refresh(thief, { token: his.token, refreshKey: hers.refreshKey }),
      'her token, no key of ours': () => refresh(thief, { token: hers.token, refreshKey: 'k1.AAAAAAAA' }),
      'her cookie for a key': () => refresh(thief, { token: hers.token, refreshKey: victim.cookies.get(CHAT) ?? '' }),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      const { status, body } = await attempt();
      expect([name, status, body.code]).toEqual([name, 403, 'directline.not_yours']);
    }
    expect(refreshed()).toBe(before);
    expect((await refresh(victim, hers)).status).toBe(200);
  });

  test('an invalid body gets 400', async () => {
    const mine = browser();
    await mine.token();
    for (const body of [{}, { token: 1, refreshKey: [] }, [], 'x', { token: '', refreshKey: '' }]) {
      const { status, body: problem } = await mine.post(REFRESH, body);
      expect([body, status, problem.code]).toEqual([body, 400, 'request.malformed']);
    }
  });

  test('an expired token gets 403, and the browser can get a new one', async () => {
    const mine = browser();
    const first = await mine.token();
    const grant = world.directLine.conversations.grant(first.token);
    if (grant) grant.expiresAt = 0;
    const { status, body } = await refresh(mine, first);
    expect([status, body.code]).toEqual([403, 'directline.expired']);
    expect((await mine.token()).userId).toBe(first.userId);
  });

  test('a body that names another user is answered for the cookie’s user', async () => {
    const [mine, hers] = [browser(), await browser().token()];
    const issued = await mine.token();
    const lies = { userId: hers.userId, user: { id: hers.userId }, conversationId: hers.conversationId };
    const { status, body } = await refresh(mine, issued, { ...lies, trustedOrigins: ['*'] });
    expect([status, body.userId, body.conversationId]).toEqual([200, issued.userId, issued.conversationId]);
    const grant = world.directLine.conversations.grant(body.token);
    expect([grant?.user?.id, grant?.trustedOrigins]).toEqual([issued.userId, [world.botUrl]]);
  });

  test('without its cookie, or after its end: 403, no new cookie, and the bot does not ask Direct Line', async () => {
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

  test('with another browser’s cookie before or after its own, a refresh serves only one of the two', async () => {
    const [victim, thief] = [browser(), browser()];
    const [hers, his] = [await victim.token(), await thief.token()];
    const both = `${CHAT}=${thief.cookies.get(CHAT)}; ${CHAT}=x`;
    const body = { token: hers.token, refreshKey: hers.refreshKey };
    for (const cookie of [both, both.split('; ').reverse().join('; ')]) {
      expect((await browser().post(REFRESH, body, { cookie })).status).toBe(403);
    }
    expect((await refresh(thief, his)).body.userId).toBe(his.userId);
  });
});

/** A conversation of a new browser. */
async function chatting() {
  const page = browser();
  const client = await ChatClient.start(await page.token());
  return { page, client, say: (text: string, change?: object) => client.send(text, change) };
}

/** Signs in on the pages, in a browser with these cookies. */
async function signIn(page: ChatBrowser, ticket: string, username: string) {
  const auth = new AuthClient(world.botUrl, page.cookie);
  const started = await auth.post('start', { ticket });
  if (started.status !== 200) return started;
  return auth.post('complete', await signInAt(String(started.body.authorizationUrl), username));
}

describe('a conversation', () => {
  test('the bot greets, asks for a sign-in, and finds pages with the browser’s own account, without a code', async () => {
    const { page, client, say: send } = await chatting();
    expect(textOf(client.greeting[0])).toMatch(/^I search Contoso wiki and Contoso handbook/);
    const [requested] = await send('sign in');
    for (const [title, username] of [
      ['Contoso handbook', 'ada'],
      ['Contoso wiki', ADA.username],
    ] as const) {
      const ticket = ticketsIn(requested).get(`Sign in to ${title}`) ?? '';
      expect(await signIn(page, ticket, username)).toMatchObject({ status: 200, body: { next: 'done', proven: true } });
    }
    expect(rowCounts(world).links).toBe(2);
    const [found] = await send('search lakers');
    expect(JSON.stringify(found)).toContain('Los Angeles Lakers');
    expect(JSON.stringify(await send('who am i'))).toContain('Signed in as ada');
    await send('sign out');
    expect(rowCounts(world).links).toBe(0);
  });

  test('when the page reports the end of a sign-in, the bot names the account and shows the earlier search, once', async () => {
    const { page, client, say: send } = await chatting();
    const ticket = ticketsIn((await send('search lakers'))[0]).get('Sign in to Contoso handbook') ?? '';
    const told = async () => {
      const first = await client.send('', { type: 'event', name: 'latchkey/signedIn' });
      // The bot answers the event after all its messages.
      return JSON.stringify([...first, ...(await client.received())]);
    };
    expect(await told()).not.toMatch(/Los Angeles Lakers|ticket=/);
    await signIn(page, ticket, 'ada');
    expect(await told()).toMatch(/Signed in as ada.*Los Angeles Lakers/);
    expect(await told()).not.toContain('Los Angeles Lakers');
  });

  test('T12: another person with the link cannot begin the sign-in in another browser, nor disturb it', async () => {
    const { page: own, say: send } = await chatting();
    const [requested] = await send('sign in');
    const ticket = ticketsIn(requested).get('Sign in to Contoso handbook') ?? '';
    await new AuthClient(world.botUrl, own.cookie).post('start', { ticket });
    const victim = browser();
    await victim.token();
    const mark = await logMark(world);
    for (const page of [victim, browser()]) {
      const { status, body } = await signIn(page, ticket, 'ada');
      expect([status, body.code]).toEqual([403, 'transaction.cookie']);
    }
    expect(await eventNamesSince(world, mark)).toEqual(['transaction.other_browser', 'transaction.other_browser']);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0, transactions: 1 });
  });

  test('T56: the account does not work in another browser', async () => {
    const one = await chatting();
    const ticket = ticketsIn((await one.say('sign in'))[0]).get('Sign in to Contoso handbook') ?? '';
    await signIn(one.page, ticket, 'ada');
    const other = await chatting();
    expect([...ticketsIn((await other.say('search lakers'))[0]).keys()].length).toBe(2);
  });

  test('T31: a sign-in at Entra is possible in the one configured tenant only', async () => {
    const { page, say: send } = await chatting();
    const ticket = ticketsIn((await send('sign in'))[0]).get('Sign in to Contoso wiki') ?? '';
    const auth = new AuthClient(world.botUrl, page.cookie);
    const { body } = await auth.post('start', { ticket });
    expect(String(body.authorizationUrl)).toContain(ADA.tenantId);
  });
});

test('without DIRECT_LINE_SECRET there is no broker', async () => {
  await withAnotherBot(world, { DIRECT_LINE_SECRET: undefined }, async (plain) => {
    const { status } = await fetch(plain.url + TOKEN, { method: 'POST', headers: { origin: world.botUrl } });
    expect(status).toBe(404);
  });
});

/** Sends this many requests. @returns the statuses, in order */
const often = (count: number, ask: (index: number) => Promise<{ status: number }>): Promise<number[]> =>
  repeat(count, 25, async (index) => (await ask(index)).status);

const limited = (statuses: number[]) => statuses.filter((status) => status === 429).length;

describe('T46: how often', () => {
  test.each([
    ['tokens', TOKEN, REFRESH, '192.0.2'],
    ['refreshes', REFRESH, TOKEN, '192.0.3'],
  ])('one browser has 30 more %s within ten minutes, from any address', async (_, path, otherPath, network) => {
    const mine = browser();
    // With this one it gets a user.
    const { token, refreshKey } = await mine.token();
    const ask = (index: number) => mine.post(path, { token, refreshKey }, from(`${network}.${index}`));
    expect(limited(await often(PER_SESSION, ask))).toBe(0);
    const before = [generated(), refreshed()];
    const { status, headers, body } = await ask(200);
    expect([status, body.code]).toEqual([429, 'limit.exceeded']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(600);
    expect(headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect([generated(), refreshed()]).toEqual(before);
    // Its other requests are served, and so is its neighbour.
    expect((await mine.post(otherPath, { token, refreshKey })).status).toBe(200);
    expect((await new ChatBrowser(world, world.botUrl, from(`${network}.200`)).post(TOKEN)).status).toBe(200);
  });

  test.each([
    ['tokens', TOKEN, '203.0.113.1'],
    ['refreshes', REFRESH, '203.0.113.2'],
  ])(
    'one address has 300 %s within ten minutes, with or without cookies; another address is served',
    async (_, path, address) => {
      const ask = () => new ChatBrowser(world, world.botUrl, from(address)).post(path, { token: 'x', refreshKey: 'y' });
      expect(limited(await often(PER_ADDRESS, ask))).toBe(0);
      const before = [generated(), refreshed()];
      const { status, headers } = await ask();
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
      expect([generated(), refreshed()]).toEqual(before);
      expect((await browser().post(TOKEN)).status).toBe(200);
    },
  );

  test('T69: requests that another site’s page causes count against no browser, until the limit of all calls', async () => {
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
