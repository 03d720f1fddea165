import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { allReceived, received, useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { SUCCESS } from '../../support/browser/auth-host.ts';
import { done, problem, QUESTION, SECURITY_CODE } from '../../support/browser/auth-stub.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { pressLast, untilClosed } from '../../support/browser/closing.ts';
import { describeWithChromium } from '../../support/requirements.ts';

describeWithChromium('The auth pages under attack', () => {
  const bench = useAuthBench();
  let callback: string;
  let url: string;

  beforeAll(() => {
    callback = `${bench.auth.origin}/auth/callback/handbook`;
    url = `${callback}?code=the-code&state=the-state`;
  });
  beforeEach(() => {
    bench.auth.script.complete = done(false);
  });

  /** The pop-up that asks the person to confirm, with a Teams window behind it that answered. */
  async function requestedToConfirm() {
    bench.auth.script.complete = { body: QUESTION };
    bench.auth.script.confirm = done(false);
    const { opener, page } = await bench.visitor.popUp(bench.teams, url);
    await wording(page, 'confirm');
    await received(opener, 'getContext');
    return { opener, page };
  }

  test.each([
    ['not in the list', []],
    ['behind a wildcard', ['http://*.localhost:PORT', 'http://*:PORT', '*']],
  ])('T23: an opener whose origin is %s gets no code and no other data', async (_, origins) => {
    const { port } = new URL(bench.evil.origin);
    bench.auth.hostOrigins = origins.map((origin) => origin.replace('PORT', port));
    const evil = { ...bench.evil, origin: `http://evil.localhost:${port}` };
    const { opener, page } = await bench.visitor.popUp(evil, url, { theme: 'dark' });
    await wording(page, 'doneUntold');

    const messages = await opener.evaluate(() => JSON.stringify(window.host.received));
    expect(await allReceived(opener)).toEqual(['initialize']);
    for (const secret of [SECURITY_CODE, 'the-code', 'the-state']) expect(messages).not.toContain(secret);
  });

  test('T23: an opener that is not Teams gets no failure code and cannot set the theme', async () => {
    bench.auth.script.complete = problem('provider.refused', 400);
    const { opener, page } = await bench.visitor.popUp(bench.evil, url, { theme: 'dark' });
    await wording(page, 'provider.refused');
    await pressLast(page, 'Close');
    await opener.waitForFunction(() => window.host.received.length > 0);
    await untilClosed(page);
    expect(await allReceived(opener)).toEqual(['initialize']);
  });

  test('T23: a window that replaces Teams after initialize gets no code', async () => {
    const { opener, page } = await requestedToConfirm();
    await opener.goto(`${bench.evil.origin}/`);
    await pressLast(page, 'Connect');
    await untilClosed(page);
    expect(await allReceived(opener)).toEqual([]);
    expect(bench.visitor.problems.splice(0)).toEqual([expect.stringContaining('does not match the recipient window')]);
  });

  test('T24: Teams closes while the person decides: the page says to sign in again from Teams', async () => {
    const { opener, page } = await requestedToConfirm();
    await closePage(opener);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await wording(page, 'doneUntold')).toContain('sign in again from Teams');
  });

  test('T32: the page neither posts nor shows script in error_description', async () => {
    const foreignWords = { title: '<b>title</b>', detail: '<img src=x onerror=alert(1)>' };
    bench.auth.script.complete = problem('provider.refused', 400, foreignWords);
    const description = '<script>alert(1)</script>';
    const query = new URLSearchParams({
      error: 'server_error',
      error_description: description,
      error_uri: 'https://evil.example/',
      state: 'the-state',
    });
    const page = await bench.visitor.alone(`${callback}?${query}`);

    const text = await wording(page, 'provider.refused');
    for (const foreign of ['alert', 'server_error', 'evil.example', 'title']) {
      expect(text).not.toContain(foreign);
      if (foreign !== 'title') expect(await page.content()).not.toContain(foreign);
    }
    expect(bench.auth.posted.map(({ body }) => body)).toEqual([
      { connection: 'handbook', error: 'server_error', state: 'the-state' },
    ]);
  });

  test('T36: the address bar, the history, storage, caches and Referer headers contain nothing of the sign-in', async () => {
    const authorizationUrl = `${bench.teams.origin}/provider?request=1`;
    bench.auth.script.start = { body: { authorizationUrl, proven: true } };
    const page = await bench.visitor.alone(`${bench.auth.origin}/auth/start?ticket=the-ticket`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(authorizationUrl);
    await page.goto(url);
    await wording(page, 'doneUntold');

    expect(page.url()).toBe(callback);
    const devtools = await bench.visitor.context.newCDPSession(page);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    // The start page with its ticket was replaced in the history.
    expect(entries.map((entry) => entry.url)).toEqual(['about:blank', authorizationUrl, callback]);
    const left = await page.evaluate(async () => ({
      storage: [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length],
      caches: await caches.keys(),
      cookies: document.cookie,
      name: window.name,
    }));
    expect(left).toEqual({ storage: [0, 0, 0], caches: [], cookies: '', name: '' });
    expect(bench.auth.requests.filter(({ referer }) => referer)).toEqual([]);
    expect(bench.teams.referers).toEqual([]);
    for (const secret of ['the-code', 'the-state', SECURITY_CODE]) expect(await page.content()).not.toContain(secret);
  });

  test('T36: the address bar is clean before the first line of teams-js runs', async () => {
    const { context, popUp } = await bench.anotherVisitor();
    await context.addInitScript(() => {
      const seen: string[] = [];
      const { randomUUID, getRandomValues } = crypto;
      const spied = { randomUUID, getRandomValues };
      for (const [name, original] of Object.entries(spied)) {
        const spy = (...args: never[]) => {
          seen.push(window.location.href);
          return Reflect.apply(original, crypto, args);
        };
        Object.defineProperty(crypto, name, { value: spy });
      }
      Object.assign(window, { seen });
    });
    bench.auth.script.complete = 'hang';
    const { page } = await popUp(bench.teams, url);
    await wording(page, 'signingIn');
    // teams-js gets a UUID when it loads. The words may appear before the script.
    await page.waitForFunction(() => (Reflect.get(window, 'seen') as string[]).length > 0);
    const seen: string[] = await page.evaluate(() => Reflect.get(window, 'seen'));
    expect(new Set(seen)).toEqual(new Set([callback]));
  });

  test('T41: teams-js asks no CDN for hosts, and a replaced script does not run', async () => {
    const { opener } = await bench.visitor.popUp(bench.teams, url);
    await received(opener, SUCCESS);
    expect(bench.visitor.problems).toEqual([]);

    bench.auth.tamper = true;
    bench.auth.posted.length = 0;
    const page = await bench.visitor.alone(`${bench.auth.origin}/auth/start?ticket=t`);
    await page.getByText('Still here? Close this window and search again in Teams.').waitFor();
    expect(bench.auth.posted).toEqual([]);
    expect(bench.visitor.problems.splice(0)).toEqual([expect.stringContaining('integrity')]);
  });

  test('T72: teams-js logs nothing, even if its log is switched on', async () => {
    const { context, popUp, console } = await bench.anotherVisitor();
    await context.addInitScript(() => {
      if (location.pathname.startsWith('/auth/')) localStorage.setItem('debug', '*');
    });
    const { opener } = await popUp(bench.teams, url);
    await received(opener, SUCCESS);
    expect(console).toEqual([]);
  });
});
