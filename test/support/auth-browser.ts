import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type AuthHost, type HostBehaviour, type HostPage, startAuthHost } from './auth-host.ts';
import { type AuthStub, startAuthStub } from './auth-stub.ts';
import { launchChromium } from './chromium.ts';

declare global {
  interface Window {
    host: HostPage;
  }
}

/** What is needed to look at the auth pages: their server, a Teams window and somebody else's, and a Chromium. */
export interface AuthBench {
  auth: AuthStub;
  teams: AuthHost;
  evil: AuthHost;
  browser: Browser;
  close(): Promise<void>;
}

export async function startAuthBench(): Promise<AuthBench> {
  const [auth, teams, evil, browser] = await Promise.all([
    startAuthStub(),
    startAuthHost(),
    startAuthHost(),
    launchChromium(),
  ]);
  const close = async () => {
    await browser.close();
    await Promise.all([auth.close(), teams.close(), evil.close()]);
  };
  return { auth, teams, evil, browser, close };
}

/** One browser profile, which writes down everything that should not happen. */
export interface AuthVisit {
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

export async function visit(bench: AuthBench, options: Parameters<Browser['newContext']>[0] = {}): Promise<AuthVisit> {
  bench.auth.script = {};
  bench.auth.hostOrigins = [bench.teams.origin];
  bench.auth.tamper = false;
  bench.auth.language = 'en';
  bench.auth.posted.length = 0;
  bench.auth.requests.length = 0;
  const context = await bench.browser.newContext({ locale: 'en-GB', ...options });
  const { problems, console } = watch(context);
  const alone = async (url: string) => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const popUp: AuthVisit['popUp'] = async (host, url, behaviour = {}) => {
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
