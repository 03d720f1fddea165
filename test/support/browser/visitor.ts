import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { patient } from '../patience.ts';
import { closePages, launchChromium } from './chromium.ts';
import { TeamsClient, type TeamsClientChoices } from './teams-client.ts';

/** A person with their own browser profile, which records unexpected events. */
export interface Visitor {
  context: BrowserContext;
  /** Opens the Teams client in a new tab. */
  teams(url: string, choices?: TeamsClientChoices): Promise<TeamsClient>;
  /** Opens an address in a new tab, with no window behind it. */
  open(url: string): Promise<Page>;
  /** Errors and warnings on any console (including refusals by a policy), uncaught errors, and requests to other
   * machines. HTTP errors of a page's own API are no problem: the page shows them. */
  problems: string[];
  /** Problems that a test provokes on purpose. */
  expected: RegExp[];
  /** Referers with another origin than the target's, or with an auth page, as `referer → address`. */
  leakedReferers(): Promise<string[]>;
  /** Resets the profile as far as a test can notice. Init scripts and a changed clock stay. */
  forget(): Promise<void>;
  /** Requests with this method to this path (or to a path with this prefix, if it ends in a slash). */
  requestsTo(path: string, method?: string): Request[];
}

export interface VisitorSuite {
  browser: Browser;
  /** For all tests of the file: a new profile takes as long as five pages. */
  visitor: Visitor;
  /** Another visitor, for one test: on another machine, with other options, or with an init script. */
  anotherVisitor(options?: BrowserContextOptions): Promise<Visitor>;
}

/** Starts a browser for the tests of the calling suite. A test passes only if the browser reports no problem: no
 * error on a console, no refusal by a policy, no request to another machine. */
export function useVisitor(): VisitorSuite {
  const suite = {} as VisitorSuite;
  const others: Visitor[] = [];
  beforeAll(async () => {
    suite.browser = await launchChromium();
    suite.visitor = await newVisitor(suite.browser);
    suite.anotherVisitor = async (options) => {
      const other = await newVisitor(suite.browser, options);
      others.push(other);
      return other;
    };
  });
  afterAll(() => suite.browser?.close());
  beforeEach(() => suite.visitor.forget());
  afterEach(async () => {
    await Promise.all([closePages(suite.visitor.context), ...others.map(({ context }) => context.close())]);
    expect([suite.visitor, ...others.splice(0)].flatMap(({ problems }) => problems)).toEqual([]);
  });
  return suite;
}

/** So that a hanging step is named before the test's own timeout. Milliseconds. */
const STEP_TIMEOUT = patient(12_000);
/** Web Chat's script is large: on a busy machine it takes longer than a step. */
const NAVIGATION_TIMEOUT_MS = patient(40_000);

export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(STEP_TIMEOUT);
  context.setDefaultNavigationTimeout(NAVIGATION_TIMEOUT_MS);
  const requests: Request[] = [];
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const sent: Promise<Sent>[] = [];
  context.on('request', (request) => {
    requests.push(request);
    sent.push(sentBy(request));
  });
  watch(context, (problem) => expected.some((each) => each.test(problem)) || problems.push(problem));
  const open = async (url: string) => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const forget = async () => {
    await closePages(context);
    await Promise.all([context.clearCookies(), context.clearPermissions()]);
    for (const list of [requests, problems, expected, sent]) list.length = 0;
  };
  return {
    context,
    problems,
    expected,
    forget,
    leakedReferers: async () =>
      (await Promise.all(sent)).filter(isLeak).map(({ url, referer }) => `${referer} → ${url}`),
    open,
    teams: async (url, choices) => TeamsClient.open(await context.newPage(), url, choices),
    requestsTo: (path, method = 'POST') =>
      requests.filter((request) => {
        const { pathname } = new URL(request.url());
        return request.method() === method && (path.endsWith('/') ? pathname.startsWith(path) : pathname === path);
      }),
  };
}

function watch(context: BrowserContext, report: (problem: string) => unknown): void {
  context.on('console', (message) => {
    const { url } = message.location();
    // Chromium's own line for an HTTP error. The pages and their tests handle the response.
    const answered =
      /^Failed to load resource: the server responded/.test(message.text()) && url.includes('/auth/api/');
    if (['error', 'warning'].includes(message.type()) && !answered) report(`${message.text()} (${url})`);
  });
  context.on('weberror', (error) => report(`uncaught: ${error.error().message}`));
  context.on('dialog', (dialog) => {
    report(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    const local = hostname === 'localhost' || ['data:', 'blob:', 'about:'].includes(protocol);
    if (!local) report(`request: ${request.url()}`);
  });
}

interface Sent {
  url: string;
  referer: string | undefined;
}

// Not `request.headers()`: those are from before the referrer policy. If a window closes, the data of its last requests
// may be lost.
async function sentBy(request: Request): Promise<Sent> {
  const headers = await request.allHeaders().catch(() => ({}) as Record<string, string>);
  return { url: request.url(), referer: headers.referer };
}

function isLeak({ url, referer }: Sent): boolean {
  return Boolean(referer) && (new URL(String(referer)).origin !== new URL(url).origin || isAuthPage(String(referer)));
}

function isAuthPage(url: string): boolean {
  return /^\/auth\/(start|callback)/.test(new URL(url).pathname);
}
