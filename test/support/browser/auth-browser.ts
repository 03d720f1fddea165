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

/** The parts of a test of the auth pages: their server, a Teams window, another site's window, and a Chromium. */
interface AuthBench {
  auth: AuthStub;
  teams: AuthHost;
  evil: AuthHost;
  /** The profile of all tests of the file: a new context takes ten times as long as a page. Each test begins without
   * pages, cookies and problems. */
  visitor: AuthVisitor;
  /** Another profile, for one test: with other options, or with an init script. */
  anotherVisitor(options?: BrowserContextOptions): Promise<AuthVisitor>;
  /** Advances the clock of every page, if it is stopped. */
  pass(milliseconds: number): Promise<void>;
}

/** Starts all of it before the tests of the calling suite, and stops it afterwards. A test passes only if the
 * browser reports no problem. @param clock if stopped, no timer of a page ends before the test calls `pass` */
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
  // The clock replaces only `setTimeout`.
  await context.addInitScript(() => {
    AbortSignal.timeout = (milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), milliseconds);
      return controller.signal;
    };
  });
}

/** One browser profile, which records unexpected events. */
interface AuthVisitor {
  context: BrowserContext;
  /** Console errors and warnings, uncaught errors, policy violations, requests to other machines. */
  problems: string[];
  /** All console messages. */
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
    // Chromium logs every HTTP error; the tests look at the page's reaction.
    // On a phone the host closes the window. A page that is still open after 2 s may call close without effect.
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

/** Heading and text of the screen with the name `screen`, once it is shown. */
export async function wording(page: Page, screen: string): Promise<string> {
  await page.locator(`main[data-screen="${screen}"]`).waitFor();
  return page.locator('main').innerText();
}

/** Waits until the host received `func`, and returns its data. */
export async function received(opener: Page, func: string): Promise<{ args: unknown[]; fromPopup: boolean }> {
  const handle = await opener.waitForFunction((name) => {
    const message = window.host.received.find((one) => one.func === name);
    return message && { args: message.args, fromPopup: message.fromPopup };
  }, func);
  return (await handle.jsonValue()) as { args: unknown[]; fromPopup: boolean };
}

/** Every function that the host has received. */
export function allReceived(opener: Page): Promise<string[]> {
  return opener.evaluate(() => window.host.received.map(({ func }) => func));
}
