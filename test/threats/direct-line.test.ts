import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient, completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/script.ts';
import { ADA, PASSWORD } from '../../local/people.ts';
import { type ChatReply, textOf, ticketsIn } from '../support/chat.ts';
import {
  ChatBrowser,
  ChatClient,
  type DirectLineWorld,
  type Issued,
  PARTNER,
  SECRET,
  startDirectLineWorld,
} from '../support/direct-line-world.ts';
import { eventNamesSince, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { leaksIn } from '../support/log.ts';
import { startWorld } from '../support/world.ts';

/** The token broker, and what is said through Direct Line. */
let world: DirectLineWorld;
beforeAll(async () => {
  world = await startDirectLineWorld();
});
afterAll(() => world?.stop());
beforeEach(() => forgetAll(world));

const USER = /^dl_[0-9a-f]{32}$/;
const generated = () => world.directLine.calls['POST tokens generate'] ?? 0;
const refreshed = () => world.directLine.calls['POST tokens refresh'] ?? 0;
const browser = (origin?: string | null) => new ChatBrowser(world, origin);

describe('T68: who a browser is, the server says', () => {
  test('a user of 128 random bits, with a cookie that is this browser’s alone', async () => {
    const { status, headers, body } = await browser().post('/directline/token');
    expect([status, body.userId]).toEqual([200, expect.stringMatching(USER)]);
    expect(world.directLine.conversations.grant(body.token)?.user?.id).toBe(body.userId);
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-latchkey-chat=[\w.-]+; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(body.userId.slice(3));
  });

  test('the same browser stays the same user, in another conversation; another browser is another', async () => {
    const mine = browser();
    const [first, second] = [await mine.token(), await mine.token()];
    expect(second.userId).toBe(first.userId);
    expect(second.conversationId).not.toBe(first.conversationId);
    const others = await Promise.all(Array.from({ length: 20 }, () => browser().token()));
    expect(new Set([first.userId, ...others.map(({ userId }) => userId)]).size).toBe(21);
  });

  test('what the request says of a user is not read', async () => {
    const victim = await browser().token();
    const wanted = { user: { id: victim.userId, name: 'x' }, userId: victim.userId, trustedOrigins: ['*'] };
    for (const body of [wanted, JSON.stringify(wanted), 'not JSON', '[', 'x'.repeat(10_000)]) {
      const { status, body: issued } = await browser().post('/directline/token', body);
      expect([status, issued.userId]).toEqual([200, expect.stringMatching(USER)]);
      expect(issued.userId).not.toBe(victim.userId);
      expect(world.directLine.conversations.grant(issued.token)?.trustedOrigins).toEqual([world.botUrl]);
    }
    const { body: byQuery } = await browser().post(`/directline/token?userId=${victim.userId}&user=${victim.userId}`);
    expect(byQuery.userId).not.toBe(victim.userId);
  });

  test('a cookie that was not sealed here, or altered, is no user', async () => {
    const mine = browser();
    const { userId } = await mine.token();
    const good = mine.cookies.get('__Host-latchkey-chat') ?? '';
    const middle = Math.floor(good.length / 2);
    const altered = good.slice(0, middle) + (good[middle] === 'A' ? 'B' : 'A') + good.slice(middle + 1);
    for (const value of [altered, userId, '', 'x'.repeat(3000), good.slice(0, -1), 'k1.AAAA']) {
      const other = browser();
      other.cookies.set('__Host-latchkey-chat', value);
      expect((await other.token()).userId).not.toBe(userId);
    }
  });

  test('whatever a client says that it is, its activities are from the token’s user', async () => {
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

describe('T69: whose pages may ask', () => {
  test('ours and the configured ones, by their exact origins; the token is good there alone', async () => {
    for (const origin of [world.botUrl, PARTNER]) {
      const { status, headers, body } = await browser(origin).post('/directline/token');
      expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(world.directLine.conversations.grant(body.token)?.trustedOrigins).toEqual([origin]);
    }
  });

  const OTHERS = [
    'https://attacker.example',
    'null',
    `${PARTNER}.attacker.example`,
    `${PARTNER}/`,
    PARTNER.toUpperCase(),
    PARTNER.replace('http:', 'https:'),
    PARTNER.replace(':4099', ''),
    `http://x@localhost:4099`,
    '*',
    '',
  ];
  test.each([...OTHERS, null])('%j: 403, without a token, a cookie or leave to read', async (origin) => {
    const before = generated();
    for (const path of ['/directline/token', '/directline/token/refresh']) {
      const { status, headers, body } = await browser(origin).post(path);
      expect([path, status, body.code]).toEqual([path, 403, 'request.origin']);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.getSetCookie()).toEqual([]);
    }
    expect(generated()).toBe(before);
  });

  test('the question before the request: 204 for the same origins, else 403', async () => {
    const ask = (origin: string) =>
      fetch(`${world.botUrl}/directline/token`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const allowed = await ask(PARTNER);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, PARTNER]);
    expect(allowed.headers.get('access-control-allow-methods')).toBe('POST');
    const refused = await ask('https://attacker.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('GET makes no token', async () => {
    const before = generated();
    const { status } = await fetch(`${world.botUrl}/directline/token`, { headers: { origin: world.botUrl } });
    expect(status).toBe(405);
    expect(generated()).toBe(before);
  });

  test('T72: the secret is in no answer and no log, whatever goes wrong', async () => {
    const mine = browser();
    const issued = await mine.token();
    const responses = [issued, await mine.post('/directline/token/refresh', { token: SECRET, refreshKey: 'x' })];
    expect(JSON.stringify(responses)).not.toContain(SECRET);
    const wrong = await startDirectLineWorld({ botEnv: { DIRECT_LINE_SECRET: 'another-secret.0815' } });
    try {
      const { status, body } = await new ChatBrowser(wrong).post('/directline/token');
      expect([status, body.code]).toEqual([502, 'directline.refused']);
      await logMark(wrong);
      expect(wrong.bot.output()).not.toContain('another-secret');
    } finally {
      await wrong.stop();
    }
    await logMark(world);
    expect(leaksIn(world.bot.output(), [SECRET, issued.token, issued.userId, issued.refreshKey])).toEqual([]);
  });
});

describe('T70: refreshing', () => {
  const refresh = (by: ChatBrowser, { token, refreshKey }: Pick<Issued, 'token' | 'refreshKey'>) =>
    by.post('/directline/token/refresh', { token, refreshKey });

  test('the browser that has the token gets the next one, for the same user and conversation', async () => {
    const mine = browser();
    const first = await mine.token();
    const { status, body: second } = await refresh(mine, first);
    expect(status).toBe(200);
    expect(second).toMatchObject({ userId: first.userId, conversationId: first.conversationId });
    expect(second.token).not.toBe(first.token);
    expect((await refresh(mine, second)).status).toBe(200);
  });

  test('T70: nobody else’s: 403, and Direct Line is not asked', async () => {
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
      'her cookie for a key': () =>
        refresh(thief, { token: hers.token, refreshKey: victim.cookies.get('__Host-latchkey-chat') ?? '' }),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      const { status, body } = await attempt();
      expect([name, status, body.code]).toEqual([name, 403, 'directline.not_yours']);
    }
    expect(refreshed()).toBe(before);
    expect((await refresh(victim, hers)).status).toBe(200);
  });

  test('a body that is none is 400', async () => {
    const mine = browser();
    await mine.token();
    for (const body of [{}, { token: 1, refreshKey: [] }, [], 'x', { token: '', refreshKey: '' }]) {
      const { status, body: problem } = await mine.post('/directline/token/refresh', body);
      expect([body, status, problem.code]).toEqual([body, 400, 'request.malformed']);
    }
  });

  test('an expired token: 403, and a new one can be had', async () => {
    const mine = browser();
    const first = await mine.token();
    const grant = world.directLine.conversations.grant(first.token);
    if (grant) grant.expiresAt = 0;
    const { status, body } = await refresh(mine, first);
    expect([status, body.code]).toEqual([403, 'directline.expired']);
    expect((await mine.token()).userId).toBe(first.userId);
  });
});

/** A conversation of a new browser. */
async function chatting() {
  const page = browser();
  const client = await ChatClient.start(await page.token());
  const send = async (text: string, change?: object) => (await client.send(text, change)) as unknown as ChatReply[];
  return { page, client, say: send };
}

/** Signs in by the pages, in a browser that has these cookies. */
async function signIn(page: ChatBrowser, ticket: string, username: string) {
  const auth = new AuthClient(world.botUrl, page.cookie);
  const started = await auth.post('start', { ticket });
  if (started.status !== 200) return started;
  const authorizationUrl = String(started.body.authorizationUrl);
  const { callbackUrl } = await signInByPages({ authorizationUrl, username, password: PASSWORD });
  return auth.post('complete', completionBody(callbackUrl));
}

describe('a conversation', () => {
  test('greets, asks to sign in, and finds, with the browser’s own account and without a code', async () => {
    const { page, client, say: send } = await chatting();
    const [greeting] = client.greeting as unknown as ChatReply[];
    expect(textOf(greeting ?? { type: '' })).toMatch(/^I search Contoso wiki and Contoso handbook/);
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

  test('the page says that a sign-in has ended: who they are, and what they searched for before; once', async () => {
    const { page, client, say: send } = await chatting();
    const ticket = ticketsIn((await send('search lakers'))[0]).get('Sign in to Contoso handbook') ?? '';
    const told = async () => {
      const first = await client.send('', { type: 'event', name: 'latchkey/signedIn' });
      // The event is answered when all is said.
      return JSON.stringify([...first, ...(await client.received())]);
    };
    expect(await told()).not.toMatch(/Los Angeles Lakers|ticket=/);
    await signIn(page, ticket, 'ada');
    expect(await told()).toMatch(/Signed in as ada.*Los Angeles Lakers/);
    expect(await told()).not.toContain('Los Angeles Lakers');
  });

  test('T12: whoever is sent the link gets nowhere: another browser may not begin it', async () => {
    const { say: send } = await chatting();
    const [requested] = await send('sign in');
    const ticket = ticketsIn(requested).get('Sign in to Contoso handbook') ?? '';
    const victim = browser();
    await victim.token();
    const mark = await logMark(world);
    for (const page of [victim, browser()]) {
      const { status, body } = await signIn(page, ticket, 'ada');
      expect([status, body.code]).toEqual([403, 'transaction.cookie']);
    }
    expect(await eventNamesSince(world, mark)).toEqual(['transaction.other_browser', 'transaction.other_browser']);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0, transactions: 0 });
  });

  test('T56: another browser finds nothing with it', async () => {
    const one = await chatting();
    const ticket = ticketsIn((await one.say('sign in'))[0]).get('Sign in to Contoso handbook') ?? '';
    await signIn(one.page, ticket, 'ada');
    const other = await chatting();
    expect([...ticketsIn((await other.say('search lakers'))[0]).keys()].length).toBe(2);
  });

  test('T31: to Entra in its one tenant alone', async () => {
    const { page, say: send } = await chatting();
    const ticket = ticketsIn((await send('sign in'))[0]).get('Sign in to Contoso wiki') ?? '';
    const auth = new AuthClient(world.botUrl, page.cookie);
    const { body } = await auth.post('start', { ticket });
    expect(String(body.authorizationUrl)).toContain(ADA.tenantId);
  });
});

test('without DIRECT_LINE_SECRET there is no broker', async () => {
  const plain = await startWorld();
  try {
    const { status } = await fetch(`${plain.botUrl}/directline/token`, {
      method: 'POST',
      headers: { origin: plain.botUrl },
    });
    expect(status).toBe(404);
  } finally {
    await plain.stop();
  }
});
