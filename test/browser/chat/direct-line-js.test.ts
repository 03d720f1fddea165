import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../../support/browser/chromium.ts';
import { DirectLinePage, type Received, STATUS, startPartner } from '../../support/browser/direct-line-page.ts';
import { patient } from '../../support/patience.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import {
  type DirectLineWorld,
  type Issued,
  SECRET,
  startDirectLineWorld,
} from '../../support/teams/direct-line-world.ts';
import { eventually } from '../../support/world/world.ts';

jest.setTimeout(patient(60_000));

/** The class `DirectLine` of botframework-directlinejs, unchanged, on a page of another origin, with tokens of our
 * broker and our stand-in. */
describeWithChromium('botframework-directlinejs', () => {
  let world: DirectLineWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: DirectLinePage;
  let partner: Awaited<ReturnType<typeof startPartner>>;
  let stranger: Awaited<ReturnType<typeof startPartner>>;
  beforeAll(async () => {
    browser = await launchChromium();
    context = await browser.newContext();
    partner = await startPartner();
    stranger = await startPartner();
    world = await startDirectLineWorld({ botEnv: { DIRECT_LINE_ORIGINS: partner.origin } });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await Promise.all([partner?.close(), stranger?.close()]);
  });
  beforeEach(async () => {
    await context.clearCookies();
    page = await DirectLinePage.open(context, world, partner.origin);
  });
  afterEach(() => page.close());

  const calls = (name: string) => world.directLine.calls[name] ?? 0;
  const conversation = (id: string) => world.directLine.conversations.find(id);
  const isBots = ({ from }: Received) => from.role === 'bot';

  const hear = (wanted: (all: Received[]) => boolean) => eventually(() => page.received(), wanted);
  const become = (status: number) =>
    eventually(
      () => page.status(),
      (now) => now === status,
    );

  /** A conversation after its greeting. */
  async function begun(webSocket = true): Promise<Issued> {
    const issued = await page.token();
    await page.connect({ token: issued.token, domain: issued.domain, webSocket });
    await hear((all) => all.some(isBots));
    return issued;
  }

  /** Sends a message and waits for the answer. */
  async function ask(text: string): Promise<void> {
    const before = (await page.received()).filter(isBots).length;
    expect(await page.post({ text })).toMatch(/\|\d{7}$/);
    await hear((all) => all.filter(isBots).length > before);
  }

  describe.each([
    ['by WebSocket', true],
    ['by polling', false],
  ])('%s', (_, webSocket) => {
    test('a token of the broker opens a conversation; activities go both ways, as the token’s user', async () => {
      const [started, polled] = [calls('POST conversations'), calls('GET conversations activities')];
      const issued = await begun(webSocket);
      await ask('help');
      const [mine] = (await page.received()).filter((each) => !isBots(each));
      expect(mine).toMatchObject({ text: 'help', from: { id: issued.userId } });
      expect(await page.status()).toBe(STATUS.online);
      expect(calls('POST conversations')).toBe(started + 1);
      expect(conversation(issued.conversationId)?.listening).toBe(webSocket ? 1 : 0);
      expect(calls('GET conversations activities') > polled).toBe(!webSocket);
    });

    test('the client resumes a conversation: from its watermark, or from the beginning', async () => {
      const { token, domain, conversationId } = await begun(webSocket);
      await ask('help');
      await page.end();
      const messages = [...(conversation(conversationId)?.activities ?? [])];
      const resumed = { token, domain, conversationId, webSocket };
      const started = calls('POST conversations');
      await page.connect(resumed);
      const ids = (all: { id: string }[]) => all.map(({ id }) => id);
      expect(ids(await hear((all) => all.length >= messages.length))).toEqual(ids(messages));
      await page.end();
      await page.connect({ ...resumed, watermark: String(messages.length) });
      await ask('help');
      expect((await page.received()).some(({ id }) => ids(messages).includes(id))).toBe(false);
      expect(calls('POST conversations')).toBe(started);
    });

    test('an expired token: the client reports it, and continues with the one that the broker refreshed', async () => {
      const first = await begun(webSocket);
      const { token, refreshKey, conversationId } = first;
      world.directLine.conversations.expire(conversationId, token);
      conversation(conversationId)?.cut();
      expect(await page.post({ text: 'help' })).toBe('retry');
      await become(STATUS.expired);
      const { status, body: next } = await page.broker('/token/refresh', { token, refreshKey });
      expect([status, next.conversationId, next.userId]).toEqual([200, conversationId, first.userId]);
      await page.reconnect({ token: next.token, conversationId });
      await become(STATUS.online);
      await ask('help');
    });

    test('an ended conversation: the client stops polling and cannot send', async () => {
      const { conversationId } = await begun(webSocket);
      world.directLine.conversations.end(conversationId);
      if (webSocket) {
        await eventually(
          () => page.errors(),
          (errors) => errors.includes('conversation ended'),
        );
      } else await become(STATUS.ended);
      const [reconnected, polled] = [calls('GET conversations'), calls('GET conversations activities')];
      expect(await page.post({ text: 'help' })).toBe(webSocket ? 'error 404' : 'error undefined');
      expect([calls('GET conversations'), calls('GET conversations activities')]).toEqual([reconnected, polled]);
    });
  });

  test('the client requests its session with cookies', async () => {
    const { conversationId } = await begun();
    expect(await page.sessionId()).toBe(`session-of-${conversationId}`);
  });

  test('the client refreshes the token every fifteen minutes by itself, at Direct Line and not at the broker', async () => {
    await page.close();
    // No other test can use a context with a changed clock.
    page = await DirectLinePage.open(await browser.newContext(), world, partner.origin);
    const bearers: string[] = [];
    page.page.on('request', (request) => {
      if (/\/activities$/.test(request.url()) && request.method() === 'POST') {
        bearers.push(request.headers().authorization ?? '');
      }
    });
    await page.page.clock.install();
    const { conversationId } = await begun();
    await ask('help');
    const before = calls('POST tokens refresh');
    await page.page.clock.fastForward('15:01');
    await eventually(
      () => calls('POST tokens refresh'),
      (now) => now === before + 1,
    );
    // The answer arrives shortly after the call was counted.
    await eventually(
      async () => {
        await ask('help');
        return new Set(bearers).size;
      },
      (tokens) => tokens === 2,
    );
    expect(bearers.every((bearer) => bearer.startsWith('Bearer dlt.'))).toBe(true);
    expect(bearers.join()).not.toContain(SECRET);
    expect(conversation(conversationId)?.activities.length).toBeGreaterThan(3);
  });

  test('T69: on a page of another origin the token opens no conversation', async () => {
    const { token, domain } = await page.token();
    await page.go(stranger.origin);
    await page.connect({ token, domain });
    await become(STATUS.failed);
    expect(await page.received()).toEqual([]);
    expect((await page.broker('/token')).status).toBe(0);
  });

  test('with the address of a stream the client sends no other request first', async () => {
    const { token, domain, conversationId } = await page.token();
    const headers = { authorization: `Bearer ${token}` };
    const started = await fetch(`${domain}/conversations`, { method: 'POST', headers });
    const { streamUrl } = (await started.json()) as { streamUrl: string };
    const before = { ...world.directLine.calls };
    await page.connect({ token, domain, conversationId, streamUrl });
    await hear((all) => all.some(isBots));
    expect(world.directLine.calls).toEqual(before);
  });
});
