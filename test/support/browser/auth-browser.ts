import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type AuthHost, type HostBehaviour, type HostPage, startAuthHost } from './auth-host.ts';
import { type AuthStub, startAuthStub } from './auth-stub.ts';
import { closePages, launchChromium } from './chromium.ts';

declare global {
  interface Window {
    host: HostPage;
  }
}

/** What is needed to look at the auth pages: their server, a Teams window and somebody else's, and a Chromium. */
interface AuthBench {
  auth: AuthStub;
  teams: AuthHost;
  evil: AuthHost;
  /** The profile of all tests of the file: a new context costs ten times as much as a page. Each test begins without pages,
   * cookies and problems. */
  visitor: AuthVisitor;
  /** Another profile, for one test: one with other options, or one that an init script would spoil. */
  anotherVisitor(options?: BrowserContextOptions): Promise<AuthVisitor>;
  /** Lets time pass in every page, where the clock is stopped. */
  pass(milliseconds: number): Promise<void>;
}

/** Sets all of it up around the tests of the suite that calls it. A test passes only where the browser had nothing to
 * complain of. @param clock where it is stopped, no timer of a page ends before the test lets time `pass` */
export function useAuthBench({ clock = 'running' }: { clock?: 'running' | 'stopped' } = {}): AuthBench {
  const bench = {} as AuthBench;
  const others: AuthVisitor[] = [];
  let browser: Browser;
  beforeAll(async () => {
    [bench.auth, bench.teams, bench.evil, browser] = await Promise.all([
      startAuthStub(),
      startAuthHost(),
      startAuthHost(),
      launchChromium(),
    ]);
    bench.visitor = await newAuthVisitor(browser);
    if (clock === 'stopped') await stopClock(bench.visitor.context);
    bench.pass = (milliseconds) => bench.visitor.context.clock.runFor(milliseconds);
    bench.anotherVisitor = async (options) => {
      const visitor = await newAuthVisitor(browser, options);
      others.push(visitor);
      return visitor;
    };
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([bench.auth?.close(), bench.teams?.close(), bench.evil?.close()]);
  });
  beforeEach(() => {
    bench.auth.reset();
    bench.auth.hostOrigins = [bench.teams.origin];
    bench.teams.referers.length = 0;
    bench.visitor.console.length = 0;
  });
  afterEach(async () => {
    await closePages(bench.visitor.context);
    await bench.visitor.context.clearCookies();
    await Promise.all(others.map(({ context }) => context.close()));
    expect([bench.visitor, ...others.splice(0)].flatMap(({ problems }) => problems.splice(0))).toEqual([]);
  });
  return bench;
}

async function stopClock(context: BrowserContext): Promise<void> {
  await context.clock.install({ time: 0 });
  await context.clock.pauseAt(1_000);
  // The clock replaces `setTimeout` alone.
  await context.addInitScript(() => {
    AbortSignal.timeout = (milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), milliseconds);
      return controller.signal;
    };
  });
}

/** One browser profile, which writes down everything that should not happen. */
interface AuthVisitor {
  context: BrowserContext;
  /** Console errors and warnings, uncaught errors, policy violations, requests that left this machine. */
  problems: string[];
  /** Everything in any console. */
  console: string[];
  /** Opens `url` as a pop-up of `host`'s page. */
  popUp(host: AuthHost, url: string, behaviour?: HostBehaviour): Promise<{ opener: Page; page: Page }>;
  /** Opens `url` with no window behind it. */
  alone(url: string): Promise<Page>;
}

async function newAuthVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<AuthVisitor> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const { problems, console } = watch(context);
  const alone = async (url: string) => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const popUp: AuthVisitor['popUp'] = async (host, url, behaviour = {}) => {
    const opener = await alone(`${host.origin}/`);
    const opened = context.waitForEvent('page');
    await opener.evaluate(([to, how]) => window.host.open(to, how), [url, behaviour] as const);
    return { opener, page: await opened };
  };
  return { context, problems, console, alone, popUp };
}

function watch(context: BrowserContext): { problems: string[]; console: string[] } {
  const problems: string[] = [];
  const all: string[] = [];
  context.on('console', (message) => {
    all.push(message.text());
    // Chromium logs every HTTP error; the tests look at what the page makes of it.
    // On a phone the host closes the window; a page that is still there after 2 s may try in vain.
    const closing = message.text() === 'Scripts may close only the windows that were opened by them.';
    const expected = closing || message.location().url.includes('/auth/api/');
    if (['error', 'warning'].includes(message.type()) && !expected) problems.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`));
  context.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    if (!/^http:\/\/(\w+\.)?localhost:\d+\//.test(request.url()) && !request.url().startsWith('data:')) {
      problems.push(`request: ${request.url()}`);
    }
  });
  return { problems, console: all };
}

/** Heading and text of the screen, once it is the one called `screen`. */
export async function wording(page: Page, screen: string): Promise<string> {
  await page.locator(`main[data-screen="${screen}"]`).waitFor();
  return page.locator('main').innerText();
}

/** Waits until the host heard `func`, and says what came with it. */
export async function received(opener: Page, func: string): Promise<{ args: unknown[]; fromPopup: boolean }> {
  const handle = await opener.waitForFunction((name) => {
    const message = window.host.received.find((one) => one.func === name);
    return message && { args: message.args, fromPopup: message.fromPopup };
  }, func);
  return (await handle.jsonValue()) as { args: unknown[]; fromPopup: boolean };
}

/** Every function that the host was told so far. */
export function allReceived(opener: Page): Promise<string[]> {
  return opener.evaluate(() => window.host.received.map(({ func }) => func));
}
