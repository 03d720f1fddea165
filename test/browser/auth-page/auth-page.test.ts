import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { allReceived, received, useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { FAILURE, TEAMS_USER } from '../../support/browser/auth-host.ts';
import { problem } from '../../support/browser/auth-stub.ts';
import { pressLast } from '../../support/browser/closing.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { expectAccessible } from '../../support/teams/axe.ts';

describeWithChromium('GET /auth/start', () => {
  const bench = useAuthBench();
  let url: string;
  let started: { authorizationUrl: string; proven: boolean };

  beforeAll(() => {
    url = `${bench.auth.origin}/auth/start?ticket=the-ticket`;
    started = { authorizationUrl: `${bench.teams.origin}/provider?request=1`, proven: true };
  });
  beforeEach(() => {
    bench.auth.script.start = { body: started };
  });

  test('in Teams: the page exchanges the ticket for the authorization URL and goes there', async () => {
    const { opener, page } = await bench.visitor.popUp(bench.teams, url);
    await page.waitForURL(started.authorizationUrl);

    expect(bench.auth.posted).toMatchObject([
      {
        endpoint: 'start',
        body: { ticket: 'the-ticket', teamsUser: TEAMS_USER },
        headers: { origin: bench.auth.origin },
      },
    ]);
    expect(await allReceived(opener)).not.toContain(FAILURE);
    expect(await page.evaluate(() => window.history.length)).toBe(1);
  });

  test('T21: without scripts the page posts nothing and says what to do', async () => {
    const { alone } = await bench.anotherVisitor({ javaScriptEnabled: false });
    const page = await alone(url);

    expect(await page.locator('main').innerText()).toMatch(/JavaScript is turned off[\s\S]*search again in Teams/);
    expect(await page.getByText('Opening').isVisible()).toBe(false);
    expect(bench.auth.requests.map(({ line }) => line)).not.toContainEqual(expect.stringContaining('POST'));
  });

  test('T21: a page that a browser loads ahead of any click posts nothing until the person sees it', async () => {
    const { context, popUp } = await bench.anotherVisitor();
    await context.addInitScript(() => {
      Object.assign(window, { ahead: true });
      Object.defineProperty(document, 'prerendering', { get: () => Reflect.get(window, 'ahead') });
    });
    const { opener, page } = await popUp(bench.teams, url);
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
  ])(
    'T21: a scanner that runs scripts opens the link of a %s sign-in again and again, and the page posts nothing',
    async (...row) => {
      const [, hint, screen] = row;
      const page = await bench.visitor.alone(url + hint);
      for (let time = 1; time < 4; time++) {
        await wording(page, screen);
        await page.goto(url + hint);
      }
      await wording(page, screen);
      await page.waitForLoadState('networkidle');
      expect(bench.auth.posted).toEqual([]);
    },
  );

  test.each([
    ['without the hint, as links were before', ''],
    ['with the hint of Web Chat, although Teams sent it', '&browser'],
  ])('T12: a link to a confirmed sign-in %s: the server says so, and the page does not go on', async (_, hint) => {
    bench.auth.script.start = { body: { ...started, proven: false } };
    const page = await bench.visitor.alone(url + hint);
    if (hint === '') {
      expect(await wording(page, 'outsideTeams')).toMatch(/No Teams window found[\s\S]*You can still sign in here/);
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    expect(await wording(page, 'page.no_teams')).toContain('Open this from Teams');
    expect(page.url()).toBe(url + hint);
  });

  test('a link without a ticket or with two: the page posts nothing and says so', async () => {
    const page = await bench.visitor.alone('about:blank');
    for (const query of ['', '?ticket=', '?ticket=a&ticket=b']) {
      await page.goto(`${bench.auth.origin}/auth/start${query}`);
      expect(await wording(page, 'ticket.invalid')).toMatch(/link does not work[\s\S]*search again in Teams/);
    }
    expect(bench.auth.posted).toEqual([]);
  });

  // error-screens.test.ts has the text for each code.
  test('an error: the page shows its own text for the code; Teams gets the code on Close', async () => {
    bench.auth.script.start = problem('ticket.expired', 400);
    const { opener, page } = await bench.visitor.popUp(bench.teams, url);

    const text = await wording(page, 'ticket.expired');
    expect(text).toMatch(/link has expired[\s\S]*new link/);
    expect(text).not.toContain('From the server');
    expect(await allReceived(opener)).not.toContain(FAILURE);
    const closed = page.waitForEvent('close');
    await pressLast(page, 'Close');
    expect(await received(opener, FAILURE)).toEqual({ args: ['ticket.expired'], fromPopup: true });
    await closed;
  });

  test.each(['when asked to', 'after a reload'])(
    'without a connection: the page says so, and works again %s',
    async (how) => {
      bench.auth.script.start = 'drop';
      const { page } = await bench.visitor.popUp(bench.teams, url);
      expect(await wording(page, 'page.offline')).toMatch(/No connection[\s\S]*Check your network/);

      bench.auth.script.start = { body: started };
      if (how === 'after a reload') await page.reload();
      else await page.getByRole('button', { name: 'Try again' }).click();
      await page.waitForURL(started.authorizationUrl);
    },
  );

  test('T34: the page does not follow an invalid authorization URL', async () => {
    const { page } = await bench.visitor.popUp(bench.teams, 'about:blank');
    for (const authorizationUrl of ['javascript:alert(1)', 'data:text/html,x', 'ftp://localhost/', 'nonsense', '']) {
      bench.auth.script.start = { body: { authorizationUrl, proven: true } };
      await page.goto(url);
      expect(await wording(page, 'page.unexpected')).toContain('Something went wrong');
      expect(page.url()).toBe(url);
    }
  });

  // `dark` and `contrast` are in looks.test.ts.
  test.each([
    ['default', 'white', 'rgb(255, 255, 255)'],
    ['unheard-of', 'as dark as the system', 'rgb(41, 41, 41)'],
  ])("in Teams' theme %s, on a dark system: %s", async (theme, _, background) => {
    const { popUp } = await bench.anotherVisitor({ colorScheme: 'dark' });
    bench.auth.script.start = 'drop';
    const { page } = await popUp(bench.teams, url, { theme });
    await wording(page, 'page.offline');
    await page.waitForFunction(
      (wanted) => getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor === wanted,
      background,
    );
  });

  test('the script is smaller than 20 kB, after gzip', () => {
    const assets = join(import.meta.dirname, '../../../dist/auth-page/assets');
    const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'));
    expect(scripts).toHaveLength(1);
    expect(gzipSync(readFileSync(join(assets, scripts[0] ?? ''))).length).toBeLessThan(20_000);
  });
});
