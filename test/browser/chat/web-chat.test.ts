import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { sidewaysOverflow } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import { useVisitor, type Visitor } from '../../support/browser/visitor.ts';
import { patient } from '../../support/patience.ts';
import { leave, signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { axeFindings } from '../../support/teams/axe.ts';
import { type DirectLineWorld, SECRET, startDirectLineWorld } from '../../support/teams/direct-line-world.ts';
import { forgetAll, rowCounts } from '../../support/world/evidence.ts';
import { eventually } from '../../support/world/world.ts';

const GREETING = /I search Contoso wiki/;

interface Conversation {
  token: string;
  conversationId: string;
}

jest.setTimeout(patient(60_000));

/** The official Web Chat and its Direct Line client, unmodified, against our broker, page, and stand-in. */
describeWithChromium('Web Chat', () => {
  const suite = useVisitor();
  let world: DirectLineWorld;
  beforeAll(async () => {
    world = await startDirectLineWorld();
  });
  afterAll(() => world?.stop());
  beforeEach(() => forgetAll(world));

  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const conversations = () => world.directLine.conversations;

  async function openChat(visitor: Visitor = suite.visitor, greeting: string | RegExp = GREETING): Promise<Page> {
    const page = await visitor.open(`${world.botUrl}/chat`);
    await says(page, greeting);
    return page;
  }

  async function send(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
  }

  /** Presses the button of the newest sign-in card. */
  async function openSignIn(page: Page, title: string): Promise<Page> {
    const button = page.getByRole('button', { name: title }).last();
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    return popup;
  }

  /** Ends the conversation of this page, or its token, and waits for the next one of the same person. */
  async function nextConversation(page: Page, end: (first: Conversation) => unknown): Promise<void> {
    const first = conversations().newest;
    if (!first) throw new Error('There is no conversation');
    const user = conversations().grant(first.token)?.user;
    await end(first);
    const next = await eventually(
      () => conversations().newest,
      (now) => now?.conversationId !== first.conversationId,
    );
    expect(conversations().grant(String(next?.token))?.user).toEqual(user);
    const conversation = conversations().find(String(next?.conversationId));
    const message = () => JSON.stringify(conversation?.activities);
    await eventually(message, (all) => all.includes('I search Contoso wiki'));
    await send(page, 'who am i');
    await eventually(message, (all) => all.includes('who am i') && all.includes('Not signed in'));
    await says(page, 'Not signed in');
  }

  test('greets the person, signs them in in the same browser without a code, finds pages, and signs out', async () => {
    const page = await openChat();
    await send(page, 'search lakers');
    const popup = await openSignIn(page, 'Sign in to Contoso handbook');
    await signInAtProvider(popup, { username: 'ada' });
    await untilClosed(popup);
    await says(page, 'Signed in as ada');
    expect(rowCounts(world).links).toBe(1);
    await page.getByText('Los Angeles Lakers', { exact: true }).first().waitFor();

    await send(page, 'search lakers');
    await says(page, /You are not signed in to Contoso wiki/);
    await picture(page, 'web-chat');
    await page.getByRole('button', { name: 'View in Contoso handbook' }).first().waitFor();

    await send(page, 'sign out');
    await says(page, /You are signed out of Contoso handbook/);
    expect(rowCounts(world).links).toBe(0);
  });

  test('greets in the browser’s language, and uses its direction', async () => {
    for (const [locale, text, dir] of [
      ['de-DE', /Ich durchsuche Contoso wiki/, 'ltr'],
      ['ar', /تسجيل الدخول/, 'rtl'],
    ] as const) {
      const other = await suite.anotherVisitor({ locale });
      const page = await other.open(`${world.botUrl}/chat`);
      const greeting = page.getByText(text).filter({ visible: true }).first();
      await greeting.waitFor();
      expect(await greeting.evaluate((element) => getComputedStyle(element).direction)).toBe(dir);
      expect(await page.getByRole('textbox').evaluate((element) => getComputedStyle(element).direction)).toBe(dir);
      await picture(page, `web-chat-${locale}`);
    }
  });

  test('at Entra, in the single configured tenant; after a reload the person is the same', async () => {
    const page = await openChat();
    await send(page, 'sign in Contoso wiki');
    const popup = await openSignIn(page, 'Sign in to Contoso wiki');
    expect(await axeFindings(page)).toEqual([]);
    await signInAtProvider(popup, ADA);
    await untilClosed(popup);
    await says(page, `Signed in as ${ADA.username}`);
    // Cards are readable, also in a narrow window.
    for (const [width, atLeast] of [
      [1280, 300],
      [360, 250],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.reload();
      await says(page, GREETING);
      await send(page, 'search lakers');
      const card = page.locator('.ac-adaptiveCard', { hasText: 'Los Angeles Lakers' }).first();
      await card.waitFor();
      expect((await card.boundingBox())?.width).toBeGreaterThan(atLeast);
      expect((await card.boundingBox())?.width).toBeLessThan(width);
      expect({ width, overflow: await sidewaysOverflow(page) }).toEqual({ width, overflow: 0 });
      expect(await axeFindings(page)).toEqual([]);
      await picture(page, `web-chat-${width}`);
    }
  });

  test('T36, T69: the browser stores only a cookie that scripts cannot read; no address contains a token, and the page no secret', async () => {
    const page = await openChat();
    await send(page, 'help');
    const kept = await page.evaluate(() => ({
      cookie: document.cookie,
      local: JSON.stringify(localStorage),
      html: document.documentElement.outerHTML,
      address: JSON.stringify([history.state, document.referrer, location.hash]),
    }));
    expect(kept).toMatchObject({ cookie: '', local: '{}' });
    expect(kept.html).not.toContain(SECRET);
    const { context, leakedReferers, requestsTo } = suite.visitor;
    const cookies = await context.cookies();
    expect(cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite])).toEqual([
      ['__Host-latchkey-chat', true, true, 'Strict'],
    ]);
    expect(conversations().newest?.token).toMatch(/^dlt\./);
    expect(page.url()).toBe(`${world.botUrl}/chat`);
    expect(await leakedReferers()).toEqual([]);
    const addresses = ['GET', 'POST', 'OPTIONS'].flatMap((method) => requestsTo('/', method).map((each) => each.url()));
    expect(addresses.length).toBeGreaterThan(5);
    expect([kept.address, ...addresses].filter((address) => address.includes('dlt.'))).toEqual([]);
  });

  test('a token that expired while the page slept: the same person continues in a new conversation', async () => {
    suite.visitor.expected.push(/\/v3\/directline\//);
    const page = await openChat();
    await nextConversation(page, ({ conversationId }) => {
      conversations().expire(conversationId);
      return send(page, 'help');
    });
  });

  test('an ended conversation starts again, and the person is the same', async () => {
    const visitor = await suite.anotherVisitor();
    visitor.expected.push(/\/v3\/directline\//, /conversation ended/);
    await visitor.context.addInitScript(() => {
      // The client needs 3 s to notice, and up to 12 s more.
      const { random } = Math;
      Math.random = () => random() / 100;
    });
    const page = await openChat(visitor);
    await nextConversation(page, ({ conversationId }) => conversations().end(conversationId));
  });

  test('a browser that blocks the pop-up shows the link to the sign-in page', async () => {
    const visitor = await suite.anotherVisitor();
    await visitor.context.addInitScript(() => Object.assign(window, { open: () => null }));
    const page = await openChat(visitor);
    await send(page, 'sign in Contoso handbook');
    await page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last().click();
    const blocked = page.getByRole('alert').filter({ hasText: 'Your browser blocked the sign-in window.' });
    await blocked.waitFor();
    await picture(page, 'web-chat-blocked');
    expect(await axeFindings(page)).toEqual([]);
    const link = blocked.getByRole('link', { name: 'Open the sign-in page' });
    const [popup] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await signInAtProvider(popup, { username: 'ada' });
    await says(page, 'Signed in as ada');
    expect(await blocked.isVisible()).toBe(false);
  });

  test.each([
    [
      'en-GB',
      'Sign in to Contoso handbook',
      /sign in again from the chat/,
      /The sign-in was cancelled\. To try again, send “sign in”/,
    ],
    ['de-DE', 'Bei Contoso handbook anmelden', /melden Sie sich im Chat erneut an/, /Die Anmeldung wurde abgebrochen/],
  ])(
    '%s: the bot answers Cancel in the chat, and the page mentions the chat, not Teams',
    async (locale, title, instruction, message) => {
      const visitor = await suite.anotherVisitor({ locale });
      // So that the test can read the page's words.
      await visitor.context.addInitScript(() => Object.assign(window, { close: () => undefined }));
      const page = await openChat(visitor, /Contoso wiki/);
      await send(page, 'sign in Contoso handbook');
      const popup = await openSignIn(page, title);
      await leave(popup, 'Cancel');
      const text = await wording(popup, 'signin.cancelled');
      expect(text).toMatch(instruction);
      expect(text).not.toContain('Teams');
      await says(page, message);
    },
  );

  test('an invalid link mentions the chat, not Teams', async () => {
    const page = await suite.visitor.open(`${world.botUrl}/auth/start?browser&ticket=x`);
    const text = await wording(page, 'ticket.invalid');
    expect(text).toMatch(/sign in again from the chat/);
    expect(text).not.toContain('Teams');
  });

  test('a dark system gets a dark chat, also if it turns dark later; axe-core finds no fault', async () => {
    const page = await openChat();
    const background = () => page.locator('main').evaluate((element) => getComputedStyle(element).backgroundColor);
    const typed = () => page.getByRole('textbox').evaluate((element) => getComputedStyle(element).color);
    const card = page.locator('.ac-adaptiveCard').first();
    const colour = () =>
      card.evaluate((element) => getComputedStyle(element.querySelector('p, button') ?? element).color);
    expect(await background()).toBe('rgb(255, 255, 255)');
    expect(await colour()).toBe('rgb(36, 36, 36)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await eventually(background, (now) => now === 'rgb(41, 41, 41)');
    await eventually(colour, (now) => now === 'rgb(255, 255, 255)');
    await eventually(typed, (now) => now === 'rgb(255, 255, 255)');
    await send(page, 'sign in');
    await page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'web-chat-dark');
  });

  test('T37, T38: no page may frame the chat, and the chat runs only its own scripts', async () => {
    const { headers } = await fetch(`${world.botUrl}/chat`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]{20,}' 'sha256-47DEQ[\w+/=]+'; /,
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    const again = (await fetch(`${world.botUrl}/chat`)).headers.get('content-security-policy');
    expect(again).not.toBe(policy);
    expect([headers.get('x-frame-options'), headers.get('cache-control')]).toEqual(['DENY', 'no-store']);
  });
});
