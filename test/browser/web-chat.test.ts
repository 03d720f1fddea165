import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ADA } from '../../local/people.ts';
import { axeFindings } from '../support/axe.ts';
import { launchChromium } from '../support/chromium.ts';
import { startPartner } from '../support/direct-line-page.ts';
import { type DirectLineWorld, SECRET, startDirectLineWorld } from '../support/direct-line-world.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import { sidewaysOverflow } from '../support/looks.ts';
import { patient } from '../support/patience.ts';
import { picture } from '../support/pictures.ts';
import { leave, signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { eventually } from '../support/world.ts';

jest.setTimeout(patient(60_000));

/** The official Web Chat and its Direct Line client, unmodified, against our broker, page, and stand-in. */
describeWithChromium('Web Chat', () => {
  let world: DirectLineWorld;
  let browser: Browser;
  let visitor: Visitor;
  beforeAll(async () => {
    browser = await launchChromium();
    world = await startDirectLineWorld();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });
  beforeEach(async () => {
    forgetAll(world);
    visitor = await newVisitor(browser);
  });
  afterEach(async () => {
    await visitor.context.close();
    expect(visitor.problems).toEqual([]);
  });

  async function openChat(): Promise<Page> {
    const page = await visitor.open(`${world.botUrl}/chat`);
    await page
      .getByText(/I search Contoso wiki/)
      .first()
      .waitFor();
    return page;
  }

  async function send(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
  }

  test('greets, signs in in the same browser without a code, finds, and signs out', async () => {
    const page = await openChat();
    await send(page, 'search lakers');
    const button = page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last();
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, { username: 'ada' });
    await untilClosed(popup);
    await page.getByText('Signed in as ada').first().waitFor();
    expect(rowCounts(world).links).toBe(1);
    await page.getByText('Los Angeles Lakers', { exact: true }).first().waitFor();

    await send(page, 'search lakers');
    await page.getByText('Los Angeles Lakers', { exact: true }).first().waitFor();
    await page
      .getByText(/You are not signed in to Contoso wiki/)
      .first()
      .waitFor();
    await picture(page, 'web-chat');
    await page.getByRole('button', { name: 'View in Contoso handbook' }).first().waitFor();

    await send(page, 'sign out');
    await page
      .getByText(/You are signed out of Contoso handbook/)
      .first()
      .waitFor();
    expect(rowCounts(world).links).toBe(0);
  });

  test('greets in the browser’s language, and is written in its direction', async () => {
    for (const [locale, text, dir] of [
      ['de-DE', /Ich durchsuche Contoso wiki/, 'ltr'],
      ['ar', /تسجيل الدخول/, 'rtl'],
    ] as const) {
      const other = await newVisitor(browser, { locale });
      const page = await other.open(`${world.botUrl}/chat`);
      const greeting = page.getByText(text).filter({ visible: true }).first();
      await greeting.waitFor();
      expect(await greeting.evaluate((element) => getComputedStyle(element).direction)).toBe(dir);
      expect(await page.getByRole('textbox').evaluate((element) => getComputedStyle(element).direction)).toBe(dir);
      await picture(page, `web-chat-${locale}`);
      await other.context.close();
      expect(other.problems).toEqual([]);
    }
  });

  test('cards can be read, in a narrow window too; axe-core finds nothing wrong', async () => {
    const page = await openChat();
    expect(await axeFindings(page)).toEqual([]);
    await send(page, 'sign in Contoso wiki');
    const button = page.getByRole('button', { name: 'Sign in to Contoso wiki' }).last();
    await button.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, ADA);
    await untilClosed(popup);
    await page.getByText(`Signed in as ${ADA.username}`).first().waitFor();
    for (const [width, atLeast] of [
      [1280, 300],
      [360, 250],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.reload();
      await page
        .getByText(/I search Contoso wiki/)
        .first()
        .waitFor();
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

  test('at Entra, in the one tenant that is named', async () => {
    const page = await openChat();
    await send(page, 'sign in Contoso wiki');
    const button = page.getByRole('button', { name: 'Sign in to Contoso wiki' }).last();
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, ADA);
    await untilClosed(popup);
    await page.getByText(`Signed in as ${ADA.username}`).first().waitFor();
  });

  test('T36, T69: nothing is kept in the browser but a cookie that no script reads; the secret is nowhere', async () => {
    const page = await openChat();
    const kept = await page.evaluate(() => ({
      cookie: document.cookie,
      local: JSON.stringify(localStorage),
      html: document.documentElement.outerHTML,
    }));
    expect(kept).toMatchObject({ cookie: '', local: '{}' });
    expect(kept.html).not.toContain(SECRET);
    const cookies = await visitor.context.cookies();
    expect(cookies.map(({ name, httpOnly, secure, sameSite }) => [name, httpOnly, secure, sameSite])).toEqual([
      ['__Host-latchkey-chat', true, true, 'Strict'],
    ]);
  });

  test('the page loaded again is the same person', async () => {
    const page = await openChat();
    await send(page, 'sign in Contoso handbook');
    const button = page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last();
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, { username: 'ada' });
    await untilClosed(popup);
    await page.reload();
    await page
      .getByText(/I search Contoso wiki/)
      .first()
      .waitFor();
    await send(page, 'who am i');
    await page.getByText('Signed in as ada').first().waitFor();
  });

  test('a token that expired while the page slept: who is here goes on in a new conversation, and is who they were', async () => {
    visitor.expected.push(/\/v3\/directline\//);
    const page = await openChat();
    const first = world.directLine.conversations.newest;
    const user = world.directLine.conversations.grant(String(first?.token))?.user;
    world.directLine.conversations.expire(String(first?.conversationId));
    await send(page, 'help');
    const next = await eventually(
      () => world.directLine.conversations.newest,
      (now) => now?.conversationId !== first?.conversationId,
    );
    expect(world.directLine.conversations.grant(String(next?.token))?.user).toEqual(user);
    const conversation = world.directLine.conversations.find(String(next?.conversationId));
    const message = () => JSON.stringify(conversation?.activities);
    await eventually(message, (all) => all.includes('I search Contoso wiki'));
    await send(page, 'who am i');
    await eventually(message, (all) => all.includes('who am i') && all.includes('Not signed in'));
    await page.getByText('Not signed in').first().waitFor();
  });

  test(
    'a conversation that has ended starts anew, and the person is who they were',
    async () => {
      visitor.expected.push(/\/v3\/directline\//, /conversation ended/);
      const page = await openChat();
      const first = world.directLine.conversations.newest;
      const user = world.directLine.conversations.grant(String(first?.token))?.user;
      world.directLine.conversations.end(String(first?.conversationId));
      const next = await eventually(
        () => world.directLine.conversations.newest,
        (now) => now?.conversationId !== first?.conversationId,
        // The client waits for up to 15 s before it finds out.
        patient(60_000),
      );
      expect(world.directLine.conversations.grant(String(next?.token))?.user).toEqual(user);
      const conversation = world.directLine.conversations.find(String(next?.conversationId));
      const message = () => JSON.stringify(conversation?.activities);
      await eventually(message, (all) => all.includes('I search Contoso wiki'));
      await send(page, 'who am i');
      await page.getByText('Not signed in').first().waitFor();
    },
    patient(120_000),
  );

  test('a browser that blocks the pop-up shows the link to the sign-in page', async () => {
    await visitor.context.addInitScript(() => Object.assign(window, { open: () => null }));
    const page = await openChat();
    await send(page, 'sign in Contoso handbook');
    await page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last().click();
    const blocked = page.getByRole('alert').filter({ hasText: 'Your browser blocked the sign-in window.' });
    await blocked.waitFor();
    await picture(page, 'web-chat-blocked');
    expect(await axeFindings(page)).toEqual([]);
    const link = blocked.getByRole('link', { name: 'Open the sign-in page' });
    const [popup] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await signInAtProvider(popup, { username: 'ada' });
    await page.getByText('Signed in as ada').first().waitFor();
    expect(await blocked.isVisible()).toBe(false);
  });

  test.each([
    [
      'en-GB',
      'Sign in to Contoso handbook',
      /sign in again from the chat/,
      /The sign-in was cancelled\. Say “sign in”/,
    ],
    ['de-DE', 'Bei Contoso handbook anmelden', /melden Sie sich im Chat erneut an/, /Die Anmeldung wurde abgebrochen/],
  ])(
    '%s: Cancel is answered in the chat, and the page speaks of the chat, not of Teams',
    async (locale, title, text, message) => {
      const other = await newVisitor(browser, { locale });
      // So that the page's words can be read.
      await other.context.addInitScript(() => Object.assign(window, { close: () => undefined }));
      const page = await other.open(`${world.botUrl}/chat`);
      await page
        .getByText(/Contoso wiki/)
        .first()
        .waitFor();
      await send(page, 'sign in Contoso handbook');
      const button = page.getByRole('button', { name: title }).last();
      const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
      await leave(popup, 'Cancel');
      const screen = popup.locator('main[data-screen="signin.cancelled"]');
      await screen.waitFor();
      expect(await screen.innerText()).toMatch(text);
      expect(await screen.innerText()).not.toContain('Teams');
      await page.getByText(message).first().waitFor();
      await other.context.close();
      expect(other.problems).toEqual([]);
    },
  );

  test('a link that no longer works speaks of the chat, not of Teams', async () => {
    const page = await visitor.open(`${world.botUrl}/auth/start?browser&ticket=x`);
    const screen = page.locator('main[data-screen="ticket.invalid"]');
    await screen.waitFor();
    expect(await screen.innerText()).toMatch(/sign in again from the chat/);
    expect(await screen.innerText()).not.toContain('Teams');
  });

  test('a dark system gets a dark chat, also when it turns dark later; axe-core finds nothing wrong', async () => {
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

  test('T12: somebody who is sent the sign-in link gets nowhere in their own browser', async () => {
    const page = await openChat();
    await send(page, 'sign in Contoso handbook');
    const button = page.getByRole('button', { name: 'Sign in to Contoso handbook' }).last();
    const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
    const url = await eventually(
      () => visitor.requestsTo('/auth/start', 'GET').map((request) => request.url())[0],
      (found) => found !== undefined,
    );
    // Its own browser has begun it, and is at the provider.
    await popup.waitForURL(({ origin }) => origin !== world.botUrl);
    await popup.close();
    const victim = await newVisitor(browser);
    const opened = await victim.open(String(url));
    await opened.getByRole('heading', { name: 'This sign-in belongs to another window' }).waitFor();
    await victim.context.close();
    expect(rowCounts(world)).toMatchObject({ transactions: 1, links: 0, parked: 0 });
  });

  test('T36, T69: its address, its requests and their referrers tell nobody a token', async () => {
    const page = await openChat();
    await send(page, 'help');
    const { token = '' } = world.directLine.conversations.newest ?? {};
    expect(token).toMatch(/^dlt\./);
    expect(page.url()).toBe(`${world.botUrl}/chat`);
    expect(await visitor.leakedReferers()).toEqual([]);
    const requests = ['GET', 'POST', 'OPTIONS'].flatMap((method) => visitor.requestsTo('/', method));
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.map((request) => request.url()).filter((url) => url.includes('dlt.'))).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify([history.state, document.referrer, location.hash]))).not.toContain(
      'dlt.',
    );
  });

  test('T37: a page elsewhere shows nothing of it in a frame, not even one that may ask for tokens', async () => {
    visitor.expected.push(/frame-ancestors|X-Frame-Options|chrome-error:/i);
    const partner = await startPartner();
    const page = await visitor.open(partner.origin);
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, `${world.botUrl}/chat`);
    const frame = await eventually(
      () => page.frames()[1],
      (found) => found !== undefined && found.url() !== 'about:blank' && found.url() !== '',
    );
    expect(frame?.url()).toBe('chrome-error://chromewebdata/');
    expect(visitor.requestsTo('/directline/token')).toEqual([]);
    await partner.close();
  });

  test('T37, T38: is framed by nobody, and runs no script but its own', async () => {
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
