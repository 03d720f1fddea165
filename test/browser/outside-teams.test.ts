import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA, GRACE } from '../../local/people.ts';
import { wording } from '../support/auth-browser.ts';
import { pressClose } from '../support/close-button.ts';
import { patient } from '../support/patience.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import type { TeamsClient, TeamsClientChoices } from '../support/teams-client.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

const COMPLETE = '/auth/api/complete';

describeWithChromium('A sign-in window without a Teams window, in a browser', () => {
  const suite = useTeamsWorld();

  /** The sign-in page of a prompt, opened in a tab of its own: a link copied, or sent to somebody. */
  async function openAlone(choices: TeamsClientChoices = {}): Promise<{ teams: TeamsClient; tab: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, choices);
    await teams.search('lakers');
    const [request] = await Promise.all([
      suite.visitor.context.waitForEvent('request', (each) => each.url().includes('/auth/start?')),
      teams.signIn().then((popup) => popup.close()),
    ]);
    return { teams, tab: await suite.visitor.open(request.url()) };
  }

  /** … and gone on from there, to the end. */
  async function signInAlone(username = ADA.username): Promise<{ teams: TeamsClient; tab: Page }> {
    const opened = await openAlone();
    await wording(opened.tab, 'outsideTeams');
    await opened.tab.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(opened.tab, { username });
    return opened;
  }

  test('T25: proven: the page says so, goes on when asked, and the next search in Teams just works', async () => {
    const { teams, tab } = await openAlone();
    expect(await wording(tab, 'outsideTeams')).toContain('This page was not opened by Teams');
    expect(new URL(tab.url()).origin).toBe(suite.world.botUrl);
    await tab.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(tab, ADA);
    expect(await wording(tab, 'doneSearchAgain')).toContain('Close this window and search again in Teams.');
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
  });

  test('T12: proven, but a victim signs in with somebody else’s link: nothing is linked', async () => {
    const { teams, tab } = await signInAlone(GRACE.username);
    expect(await wording(tab, 'signin.identity_mismatch')).toContain(`Sign in as ${ADA.name}`);
    expect(suite.world.rows('links')).toEqual([]);
    expect(suite.world.rows('parked')).toEqual([]);
    await teams.search('iceland');
    expect(await teams.get('notice').getAttribute('data-kind')).toBe('auth');
    expect(await suite.world.events(3)).toContain('signin.identity_mismatch');
  });

  test('T12: not proven: the page does not go on, and says where to start', async () => {
    const { tab } = await openAlone({ command: 'insertHandbook' });
    expect(await wording(tab, 'page.no_teams')).toContain(
      'Close this window, search in Teams and choose sign in there.',
    );
    expect(await tab.getByRole('button').count()).toBe(0);
    // The window that Teams opened may have got there before it was closed.
    const own = suite.visitor.requestsTo('/plain/', 'GET').filter((request) => request.frame().page() === tab);
    expect(own).toEqual([]);
    expect(suite.world.rows('links')).toEqual([]);
  });

  test('T25: a Teams that never answers: words after 3 seconds, and a way on that works', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    // Teams hears nothing that its windows say.
    await teams.page.evaluate(() => addEventListener('message', (event) => event.stopImmediatePropagation(), true));
    const opened = Date.now();
    const popup = await teams.signIn();
    await wording(popup, 'outsideTeams');
    expect(Date.now() - opened).toBeLessThan(patient(30_000));
    await popup.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(popup, ADA);
    await wording(popup, 'doneSearchAgain');
    await pressClose(popup);
    await untilClosed(popup);
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
  });

  test('T21: reloading the callback page says that it has ended, and exchanges nothing', async () => {
    const { teams, tab } = await signInAlone();
    await wording(tab, 'doneSearchAgain');
    const exchanged = await suite.world.codeExchanges();
    await tab.reload();
    expect(await wording(tab, 'page.reloaded')).toContain('ends when its page is loaded again');
    expect(suite.visitor.requestsTo(COMPLETE)).toHaveLength(1);
    expect(await suite.world.codeExchanges()).toBe(exchanged);
    await teams.search('lakers');
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
  });

  test('T21: going back and forward again changes nothing and exchanges nothing', async () => {
    const { tab } = await signInAlone();
    await wording(tab, 'doneSearchAgain');
    const [exchanged, links] = [await suite.world.codeExchanges(), suite.world.rows('links')];
    suite.visitor.expected.push(/400 \(Bad Request\) .+\/interaction\//); // The provider’s page is used up.
    // By the page's own history: the driver's goBack waits for a load that a page from the cache need not report.
    await tab.evaluate(() => history.back());
    await tab.waitForURL(({ origin }) => origin !== suite.world.botUrl, { waitUntil: 'commit' });
    await tab.locator('body').waitFor();
    await tab.evaluate(() => history.forward());
    await tab.locator('main[data-tone=done], main[data-tone=stopped]').waitFor();
    expect(suite.visitor.requestsTo(COMPLETE)).toHaveLength(1);
    expect(await suite.world.codeExchanges()).toBe(exchanged);
    expect(suite.world.rows('links')).toEqual(links);
  });

  test('T36: no code, state or ticket is left in the address bar, the history or the storage', async () => {
    const { tab } = await signInAlone();
    await wording(tab, 'doneSearchAgain');
    expect(tab.url()).toBe(`${suite.world.botUrl}/auth/callback/wiki`);
    const devtools = await suite.visitor.context.newCDPSession(tab);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    const secrets = /[?&#](code|state|ticket|iss)=/;
    expect(entries.map(({ url }) => url).filter((url) => secrets.test(url))).toEqual([]);
    expect(await tab.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    expect(await tab.evaluate(() => document.cookie)).toBe('');
    expect(await tab.evaluate(() => caches.keys())).toEqual([]);
    expect(await suite.visitor.leakedReferers()).toEqual([]);
  });
});
