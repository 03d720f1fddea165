import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { allReceived, received, useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { FAILURE, type HostBehaviour, SUCCESS, TEAMS_USER } from '../../support/browser/auth-host.ts';
import { done, problem, QUESTION, SECURITY_CODE } from '../../support/browser/auth-stub.ts';
import { pressLast } from '../../support/browser/closing.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { eventually } from '../../support/world/world.ts';

const HELD: HostBehaviour = { held: 'everything' };

describeWithChromium('The auth pages and their timeouts', () => {
  const bench = useAuthBench({ clock: 'stopped' });
  const startUrl = (hint = '') => `${bench.auth.origin}/auth/start?ticket=the-ticket${hint}`;
  const callbackUrl = () => `${bench.auth.origin}/auth/callback/handbook?code=the-code&state=the-state`;

  /** The page has waited as long as it does for a Teams that does not answer. */
  async function openUnanswered(url: string): Promise<{ opener: Page; page: Page }> {
    const { opener, page } = await bench.visitor.popUp(bench.teams, url, HELD);
    await received(opener, 'initialize');
    await bench.pass(3_000);
    return { opener, page };
  }

  /** As on a slow phone, which answers after the page has reported that Teams is missing. */
  const respond = (opener: Page) => opener.evaluate(() => window.host.respond());
  /** As in a browser that does not let the page close itself. */
  const keepOpen = (page: Page) => page.evaluate(() => Object.assign(window, { close: () => undefined }));

  function provider(proven: boolean): string {
    const authorizationUrl = `${bench.teams.origin}/provider?request=1`;
    bench.auth.script.start = { body: { authorizationUrl, proven } };
    return authorizationUrl;
  }

  test.each([
    ['outsideTeams', '', 'does not respond'],
    ['page.no_teams', '&confirmed', 'Open this from Teams'],
  ])(
    'T25: Teams does not answer: start says “%s” after 3 s; if Teams answers later, the sign-in begins by itself',
    async (screen, hint, says) => {
      const authorizationUrl = provider(false);
      const { opener, page } = await openUnanswered(startUrl(hint));
      expect(await wording(page, screen)).toContain(says);
      expect(page.url()).toBe(startUrl(hint));
      expect(bench.auth.posted).toEqual([]);
      await respond(opener);
      await page.waitForURL(authorizationUrl);
      expect(bench.auth.posted).toMatchObject([
        { endpoint: 'start', body: { ticket: 'the-ticket', teamsUser: TEAMS_USER } },
      ]);
      expect(await allReceived(opener)).not.toContain(FAILURE);
    },
  );

  test('start: a person who continued without Teams continues only once', async () => {
    bench.auth.script.start = 'hang';
    const { opener, page } = await openUnanswered(startUrl());
    await wording(page, 'outsideTeams');
    await page.getByRole('button', { name: 'Continue' }).click();
    await wording(page, 'leaving');
    await respond(opener);
    await received(opener, 'getContext');
    expect(bench.auth.posted.map(({ endpoint }) => endpoint)).toEqual(['start']);
  });

  test('start: a page that the person closed does not continue', async () => {
    const { opener, page } = await openUnanswered(startUrl('&confirmed'));
    await wording(page, 'page.no_teams');
    await keepOpen(page);
    await pressLast(page, 'Close');
    await bench.pass(1_000);
    await page.getByText('You can close this window now.').first().waitFor();
    await respond(opener);
    await received(opener, 'getContext');
    expect(bench.auth.posted).toEqual([]);
  });

  test('start: the page waits at most 3 s for a context that Teams never sends', async () => {
    const authorizationUrl = provider(true);
    const { opener, page } = await bench.visitor.popUp(bench.teams, startUrl(), { held: 'getContext' });
    await received(opener, 'getContext');
    expect(bench.auth.posted).toEqual([]);
    await bench.pass(3_000);
    await page.waitForURL(authorizationUrl);
  });

  test('the server does not answer for 15 s: the page says so', async () => {
    bench.auth.script.start = 'hang';
    const { page } = await bench.visitor.popUp(bench.teams, startUrl());
    await eventually(
      () => bench.auth.posted.length,
      (count) => count === 1,
    );
    await bench.pass(14_999);
    await wording(page, 'leaving');
    await bench.pass(1);
    expect(await wording(page, 'page.timeout')).toContain('takes too long');
  });

  test.each([
    [true, 'doneSearchAgain', 'search again in Teams'],
    [false, 'doneUntold', 'sign in again from Teams'],
  ])(
    'T25: Teams does not answer: callback, proven: %s, says “%s” after 3 s; if Teams answers later, it gets the code',
    async (proven, screen, says) => {
      bench.auth.script.complete = done(proven);
      const { opener, page } = await openUnanswered(callbackUrl());
      expect(await wording(page, screen)).toContain(says);
      expect(await allReceived(opener)).toEqual(['initialize']);
      const closed = page.waitForEvent('close');
      await respond(opener);
      expect(await received(opener, SUCCESS)).toEqual({ args: [SECURITY_CODE], fromPopup: true });
      await bench.pass(2_000);
      await closed;
      expect(await allReceived(opener)).not.toContain(FAILURE);
    },
  );

  test('callback, after a cancelled sign-in: a Teams that answers late gets the failure', async () => {
    bench.auth.script.complete = problem('signin.cancelled', 400);
    const { opener, page } = await openUnanswered(callbackUrl());
    await wording(page, 'signin.cancelled');
    await respond(opener);
    expect((await received(opener, FAILURE)).args).toEqual(['cancelled']);
  });

  test.each(['everything', 'getContext'] as const)(
    'T91: Teams names its user after 3 s, because %s was held back: the page posts that user with the decision',
    async (held) => {
      bench.auth.script.complete = { body: { ...QUESTION, confirmation: `of ${held}` } };
      bench.auth.script.confirm = done(false);
      const { opener, page } = await bench.visitor.popUp(bench.teams, callbackUrl(), { held, locale: 'uk-UA' });
      await received(opener, held === 'everything' ? 'initialize' : 'getContext');
      await bench.pass(3_000);
      await wording(page, 'confirm');
      expect(bench.auth.posted[0]?.body).not.toHaveProperty('teamsUser');
      await respond(opener);
      // The same answer brings the language.
      await page.getByRole('button', { name: 'Підключити' }).click();
      expect(await received(opener, SUCCESS)).toEqual({ args: [SECURITY_CODE], fromPopup: true });
      expect(bench.auth.posted.map(({ body }) => body)).toContainEqual({
        decision: 'connect',
        confirmation: `of ${held}`,
        teamsUser: TEAMS_USER,
      });
    },
  );

  test.each([
    [true, 'doneSearchAgain', /search again in Teams/],
    [false, 'doneStillOpen', /If Teams does not show your results, search again there/],
  ])(
    'Teams took the message and the window stays open, proven: %s: the page says what to do',
    async (proven, screen, says) => {
      bench.auth.script.complete = done(proven);
      const { opener, page } = await bench.visitor.popUp(bench.teams, callbackUrl());
      await received(opener, SUCCESS);
      await keepOpen(page);
      await bench.pass(2_000);
      expect(await wording(page, screen)).toMatch(says);
      expect(await page.content()).not.toContain(SECURITY_CODE);
      expect(bench.visitor.console.join()).not.toContain(SECURITY_CODE);
      await pressLast(page, 'Close');
      await bench.pass(1_000);
      await page.locator('.actions').getByText('You can close this window now.').waitFor();
    },
  );

  test('settings: the page appears after 3 s; “Done” reaches a Teams that answers later', async () => {
    const connections = [{ id: 'wiki', title: 'Contoso wiki', account: { name: 'ada' } }];
    bench.auth.script.settings = { body: { asker: { name: 'Ada' }, connections, shared: [] } };
    const { opener, page } = await openUnanswered(`${bench.auth.origin}/auth/settings?ticket=the-ticket`);
    await wording(page, 'settings');
    await keepOpen(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await bench.pass(1_000);
    await page.getByText('You can close this window now.').first().waitFor();
    await respond(opener);
    expect((await received(opener, SUCCESS)).args).toEqual(['settings']);
  });
});
