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
import { describeWithChromium } from '../support/requirements.ts';

const CODE = 'security-code-0123456789';
const SUCCESS = 'authentication.authenticate.success';
const FAILURE = 'authentication.authenticate.failure';

describeWithChromium('Teams on a slow phone, which answers after the page has said that it does not', () => {
  let bench: AuthBench;
  let browser: AuthVisit;
  let start: string;
  let callback: string;
  let provider: string;

  beforeAll(async () => {
    bench = await startAuthBench();
    start = `${bench.auth.origin}/auth/start?ticket=the-ticket`;
    callback = `${bench.auth.origin}/auth/callback/handbook?code=the-code&state=the-state`;
    provider = `${bench.teams.origin}/provider?request=1`;
  });
  afterAll(() => bench.close());

  beforeEach(async () => {
    browser = await visit(bench);
    bench.auth.script.start = { body: { authorizationUrl: provider, proven: false } };
  });
  afterEach(async () => {
    await browser.context.close();
    expect(browser.problems).toEqual([]);
  });

  const keepOpen = () => browser.context.addInitScript(() => Object.assign(window, { close: () => undefined }));

  test.each([
    ['outsideTeams', ''],
    ['page.no_teams', '&confirmed'],
  ])(
    'start, after “%s”: the sign-in begins by itself, and the server hears whose Teams it is',
    async (screen, hint) => {
      const { opener, page } = await browser.popUp(bench.teams, start + hint, { held: true });
      await wording(page, screen);
      expect(bench.auth.posted).toEqual([]);
      await opener.evaluate(() => window.host.respond());
      await page.waitForURL(provider);
      expect(bench.auth.posted).toMatchObject([
        { endpoint: 'start', body: { ticket: 'the-ticket', teamsUser: TEAMS_USER } },
      ]);
      expect(await allReceived(opener)).not.toContain(FAILURE);
    },
  );

  test('start: a person who went on without Teams goes on once', async () => {
    bench.auth.script.start = 'hang';
    const { opener, page } = await browser.popUp(bench.teams, start, { held: true });
    await wording(page, 'outsideTeams');
    await page.getByRole('button', { name: 'Continue' }).click();
    await wording(page, 'leaving');
    await opener.evaluate(() => window.host.respond());
    await received(opener, 'getContext');
    expect(bench.auth.posted.map(({ endpoint }) => endpoint)).toEqual(['start']);
  });

  test('start: a person who closed the page does not go on', async () => {
    await keepOpen();
    const { opener, page } = await browser.popUp(bench.teams, `${start}&confirmed`, { held: true });
    await wording(page, 'page.no_teams');
    await pressClose(page);
    await page.getByText('You can close this window now.').first().waitFor();
    await opener.evaluate(() => window.host.respond());
    await received(opener, 'getContext');
    expect(bench.auth.posted).toEqual([]);
  });

  test.each([
    [true, 'doneSearchAgain'],
    [false, 'doneUntold'],
  ])('callback, proven: %s, after “%s”: Teams gets the code, and the window closes', async (proven, screen) => {
    bench.auth.script.complete = { body: { next: 'done', securityCode: CODE, proven } };
    const { opener, page } = await browser.popUp(bench.teams, callback, { held: true });
    await wording(page, screen);
    const closed = page.waitForEvent('close');
    await opener.evaluate(() => window.host.respond());
    expect(await received(opener, SUCCESS)).toEqual({ args: [CODE], fromPopup: true });
    await closed;
    expect(await allReceived(opener)).not.toContain(FAILURE);
  });

  test('callback, after a cancelled sign-in: Teams hears of it, and the window closes', async () => {
    bench.auth.script.complete = { status: 400, body: { code: 'signin.cancelled', status: 400, title: 'T' } };
    const { opener, page } = await browser.popUp(bench.teams, callback, { held: true });
    await wording(page, 'signin.cancelled');
    await opener.evaluate(() => window.host.respond());
    expect((await received(opener, FAILURE)).args).toEqual(['cancelled']);
  });

  test('settings: the page is there after 3 s; “Done” reaches a Teams that answers after it', async () => {
    await keepOpen();
    const account = { name: 'ada' };
    const connections = [{ id: 'wiki', title: 'Contoso wiki', account }];
    bench.auth.script.settings = { body: { asker: { name: 'Ada' }, connections, shared: [] } };
    const settings = `${bench.auth.origin}/auth/settings?ticket=the-ticket`;
    const { opener, page } = await browser.popUp(bench.teams, settings, { held: true });
    await wording(page, 'settings');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('You can close this window now.').first().waitFor();
    await opener.evaluate(() => window.host.respond());
    expect((await received(opener, SUCCESS)).args).toEqual(['settings']);
  });
});
