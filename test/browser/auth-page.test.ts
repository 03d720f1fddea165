import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  type AuthBench,
  type AuthVisit,
  allReceived,
  received,
  startAuthBench,
  visit,
  wording,
} from '../support/auth-browser.ts';
import { TEAMS_USER } from '../support/auth-host.ts';
import { pressClose } from '../support/close-button.ts';
import { patient } from '../support/patience.ts';
import { describeWithChromium } from '../support/requirements.ts';

describeWithChromium('GET /auth/start', () => {
  let bench: AuthBench;
  let browser: AuthVisit;
  let url: string;
  let started: { authorizationUrl: string; proven: boolean };

  beforeAll(async () => {
    bench = await startAuthBench();
    url = `${bench.auth.origin}/auth/start?ticket=the-ticket`;
    started = { authorizationUrl: `${bench.teams.origin}/provider?request=1`, proven: true };
  });
  afterAll(() => bench.close());

  beforeEach(async () => {
    browser = await visit(bench);
    bench.auth.script.start = { body: started };
  });
  afterEach(async () => {
    await browser.context.close();
    expect(browser.problems).toEqual([]);
  });

  test('with Teams behind it: trades the ticket for the authorization URL and goes there', async () => {
    const { opener, page } = await browser.popUp(bench.teams, url);
    await page.waitForURL(started.authorizationUrl);

    expect(bench.auth.posted).toMatchObject([
      {
        endpoint: 'start',
        body: { ticket: 'the-ticket', teamsUser: TEAMS_USER },
        headers: { origin: bench.auth.origin },
      },
    ]);
    expect(await allReceived(opener)).not.toContain('authentication.authenticate.failure');
    expect(await page.evaluate(() => window.history.length)).toBe(1);
  });

  test('does not wait longer than 3 s for a context that Teams never tells', async () => {
    const before = Date.now();
    const { opener, page } = await browser.popUp(bench.teams, url, { contextless: true });
    await page.waitForURL(started.authorizationUrl);

    expect(await allReceived(opener)).toContain('getContext');
    expect(Date.now() - before).toBeLessThan(patient(20_000));
  });

  test('T21: with no script it posts nothing, and says what to do', async () => {
    const scriptless = await visit(bench, { javaScriptEnabled: false });
    const page = await scriptless.alone(url);

    expect(await page.locator('main').innerText()).toMatch(/JavaScript is switched off[\s\S]*search again in Teams/);
    expect(await page.getByText('Opening').isVisible()).toBe(false);
    expect(bench.auth.requests.map(({ line }) => line)).not.toContainEqual(expect.stringContaining('POST'));
    await scriptless.context.close();
  });

  test('T21: a page that is loaded ahead of any click posts nothing until it is shown', async () => {
    await browser.context.addInitScript(() => {
      Object.assign(window, { ahead: true });
      Object.defineProperty(document, 'prerendering', { get: () => Reflect.get(window, 'ahead') });
    });
    const { opener, page } = await browser.popUp(bench.teams, url);
    await page.waitForLoadState('networkidle');
    expect(bench.auth.posted).toEqual([]);
    expect(await allReceived(opener)).toEqual([]);

    await page.evaluate(() => {
      Object.assign(window, { ahead: false });
      document.dispatchEvent(new Event('prerenderingchange'));
    });
    await page.waitForURL(started.authorizationUrl);
    expect(bench.auth.posted).toHaveLength(1);
  });

  test.each([
    ['proven', '', 'outsideTeams'],
    ['confirmed', '&confirmed', 'page.no_teams'],
  ])('T21: a scanner that runs scripts opens the link of a %s sign-in ten times, and posts nothing', async (...row) => {
    const [, hint, screen] = row;
    for (let time = 0; time < 10; time++) {
      const page = await browser.alone(url + hint);
      await wording(page, screen);
      await page.waitForLoadState('networkidle');
      await page.close();
    }
    expect(bench.auth.posted).toEqual([]);
  });

  test('T21: works again after a reload', async () => {
    bench.auth.script.start = 'drop';
    const { page } = await browser.popUp(bench.teams, url);
    await wording(page, 'page.offline');
    bench.auth.script.start = { body: started };
    await page.reload();
    await page.waitForURL(started.authorizationUrl);
  });

  test('without a Teams window, sign-in proven: says so at once, and goes on when asked to', async () => {
    const page = await browser.alone(url);
    expect(await wording(page, 'outsideTeams')).toMatch(/No Teams window found[\s\S]*You can still sign in here/);

    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(started.authorizationUrl);
  });

  test('without a Teams window, sign-in not proven: says where to start, and does not go on', async () => {
    bench.auth.script.start = { body: { ...started, proven: false } };
    const page = await browser.alone(`${url}&confirmed`);

    expect(await wording(page, 'page.no_teams')).toMatch(/Open this from Teams[\s\S]*search in Teams/);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(page.url()).toBe(`${url}&confirmed`);
    expect(bench.auth.posted).toEqual([]);
  });

  test.each([
    ['without the hint, as links were before', ''],
    ['with the hint of Web Chat, which it is not', '&browser'],
  ])('T12: a link to a confirmed sign-in %s: the server says so, and the page does not go on', async (_, hint) => {
    bench.auth.script.start = { body: { ...started, proven: false } };
    const page = await browser.alone(url + hint);
    if (hint === '') {
      await wording(page, 'outsideTeams');
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    await wording(page, 'page.no_teams');
    expect(page.url()).toBe(url + hint);
  });

  test.each([
    { proven: true, hint: '', screen: 'outsideTeams', says: 'Teams does not answer' },
    { proven: false, hint: '&confirmed', screen: 'page.no_teams', says: 'Open this from Teams' },
  ])('T25: a silent window behind it, proven: $proven: words after 3 s', async ({ hint, screen, says }) => {
    const { page } = await browser.popUp(bench.teams, url + hint, { silent: true });
    const before = Date.now();

    expect(await wording(page, screen)).toContain(says);
    // teams-js alone would hang for 60 s.
    expect(Date.now() - before).toBeLessThan(patient(20_000));
    expect(page.url()).toBe(url + hint);
    expect(bench.auth.posted).toEqual([]);
  });

  test.each(['', '?ticket=', '?ticket=a&ticket=b'])('with the query "%s": posts nothing, says so', async (query) => {
    const page = await browser.alone(`${bench.auth.origin}/auth/start${query}`);
    expect(await wording(page, 'ticket.invalid')).toMatch(/link does not work[\s\S]*search again in Teams/);
    expect(bench.auth.posted).toEqual([]);
  });

  test.each([
    ['ticket.expired', 400, /link has expired[\s\S]*new link/],
    ['ticket.invalid', 400, /link does not work/],
    ['limit.exceeded', 429, /Too many tries[\s\S]*ten minutes/],
    ['request.origin', 403, /cannot be used/],
    ['store.unavailable', 503, /Latchkey is not available/],
    ['provider.unavailable', 502, /sign-in service is not available/],
  ])('%s: says so in its own words; Teams hears of it on Close', async (code, status, says) => {
    bench.auth.script.start = { status, body: { code, status, title: 'From the server' } };
    const { opener, page } = await browser.popUp(bench.teams, url);

    const text = await wording(page, code);
    expect(text).toMatch(says);
    expect(text).not.toContain('From the server');
    expect(await allReceived(opener)).not.toContain('authentication.authenticate.failure');
    const closed = page.waitForEvent('close');
    await pressClose(page);
    expect(await received(opener, 'authentication.authenticate.failure')).toEqual({ args: [code], fromPopup: true });
    await closed;
  });

  test('without a connection: says so, and tries again when asked to', async () => {
    bench.auth.script.start = 'drop';
    const { page } = await browser.popUp(bench.teams, url);
    expect(await wording(page, 'page.offline')).toMatch(/No connection[\s\S]*Check your network/);

    bench.auth.script.start = { body: started };
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL(started.authorizationUrl);
  });

  test('no answer in 15 s: says so', async () => {
    bench.auth.script.start = 'hang';
    const { page } = await browser.popUp(bench.teams, url);
    expect(await wording(page, 'page.timeout')).toContain('takes too long');
  });

  test('T34: an authorization URL that is none is not followed', async () => {
    const { page } = await browser.popUp(bench.teams, url);
    for (const authorizationUrl of ['javascript:alert(1)', 'data:text/html,x', 'ftp://localhost/', 'nonsense', '']) {
      bench.auth.script.start = { body: { authorizationUrl, proven: true } };
      await page.goto(url);
      expect(await wording(page, 'page.unexpected')).toContain('Something went wrong');
      expect(page.url()).toBe(url);
    }
  });

  test.each([
    ['default', 'light', 'rgb(255, 255, 255)'],
    ['dark', 'light', 'rgb(41, 41, 41)'],
    ['contrast', 'light', 'rgb(0, 0, 0)'],
    ['default', 'dark', 'rgb(255, 255, 255)'],
    ['unheard-of', 'dark', 'rgb(41, 41, 41)'],
  ] as const)("takes Teams' theme %s over the system's %s", async (theme, colorScheme, background) => {
    const other = await visit(bench, { colorScheme });
    bench.auth.script.start = 'drop';
    const { page } = await other.popUp(bench.teams, url, { theme });
    await wording(page, 'page.offline');

    await page.waitForFunction(
      (wanted) => getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor === wanted,
      background,
    );
    await other.context.close();
    expect(other.problems).toEqual([]);
  });

  test('the script is smaller than 20 kB, after gzip', () => {
    const assets = join(import.meta.dirname, '../../dist/auth-page/assets');
    const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'));
    expect(scripts).toHaveLength(1);
    expect(gzipSync(readFileSync(join(assets, scripts[0] ?? ''))).length).toBeLessThan(20_000);
  });
});
