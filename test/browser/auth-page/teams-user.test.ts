import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { allReceived, wording } from '../../support/browser/auth-browser.ts';
import { type AuthHost, startAuthHost } from '../../support/browser/auth-host.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { pressLast, untilClosed } from '../../support/browser/closing.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient, TeamsClientChoices } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const COMPLETE = '/auth/api/complete';
const START = '/auth/api/start';
const SETTINGS = '/auth/api/settings';
const LINK = /http[^"]+\/auth\/start\?[^"]+/;

describeWithChromium('The Teams user behind the sign-in window, or no Teams window, in a browser', () => {
  const suite = useTeamsWorld();
  let evil: AuthHost;

  beforeAll(async () => {
    evil = await startAuthHost();
  });
  afterAll(() => evil?.close());

  /** The address to which Ada's own Teams would lead her. She could send it to other people. */
  async function adasLink(command: string): Promise<string> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command });
    const url = await linkIn(teams);
    await closePage(teams.page);
    return url;
  }

  /** The address in the answer to a search. */
  async function linkIn(teams: TeamsClient): Promise<string> {
    const [response] = await Promise.all([
      teams.page.waitForResponse((each) => each.url().endsWith('/api/invoke')),
      teams.openExtension(),
    ]);
    return LINK.exec(await response.text())?.[0] ?? '';
  }

  /** Another person's Teams. An app in it opens that address and waits for the result of Teams. */
  async function inTeamsOfGrace(url: string, muted = false): Promise<{ teams: TeamsClient; popup: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { person: 'grace' });
    await holdBackContext(teams);
    await mute(teams, muted);
    await teams.page.route('**/api/invoke', async (route) => {
      const response = await route.fetch();
      const requested = (await response.text()).replace(LINK, url);
      await route.fulfill({ response, body: requested });
    });
    await teams.search('lakers');
    return { teams, popup: await teams.signIn() };
  }

  /** Makes this Teams leave `getContext` unanswered while `window.mute` is set, as some versions do. */
  async function holdBackContext({ page }: TeamsClient): Promise<void> {
    await page.evaluate(() =>
      addEventListener(
        'message',
        (event) => {
          if (event.data?.func === 'getContext' && Reflect.get(window, 'mute')) event.stopImmediatePropagation();
        },
        true,
      ),
    );
  }

  const mute = ({ page }: TeamsClient, on: boolean) => page.evaluate((is) => Object.assign(window, { mute: is }), on);

  test.each(['insertHandbook', 'insertWiki'])(
    'T91: %s: another person’s Teams opens the link: the page says whose link it is, and opens no transaction',
    async (command) => {
      const { teams, popup } = await inTeamsOfGrace(await adasLink(command));
      const message = await wording(popup, 'signin.other_teams_user');
      expect(message).toMatch(/Open Teams as Ada Example[\s\S]*No account was connected[\s\S]*search there/);
      await picture(popup, 'other-teams-user');
      expect(suite.visitor.requestsTo(START)).toHaveLength(1);
      expect(suite.world.rows('transactions')).toEqual([]);
      expect(await suite.world.events(1)).toEqual(['signin.other_teams_user']);
      await pressLast(popup, 'Close');
      await untilClosed(popup);
      expect(await teams.notice()).toContain('signin.other_teams_user');
    },
  );

  test('T91: Teams names another person only at the end: the bot does not exchange the code, and no app gets a code', async () => {
    const url = await adasLink('insertHandbook');
    const { teams, popup } = await inTeamsOfGrace(url, true);
    const exchanged = await suite.world.codeExchanges();
    await popup.getByLabel('User name').waitFor();
    await mute(teams, false);
    await signInAtProvider(popup, { username: 'grace' });
    expect(await wording(popup, 'signin.other_teams_user')).toContain(`Open Teams as ${ADA.name}`);
    expect(await suite.world.codeExchanges()).toBe(exchanged);
    expect([suite.world.rows('transactions'), suite.world.rows('parked'), suite.world.rows('links')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(await suite.world.events(2)).toEqual(['signin.started', 'signin.other_teams_user']);
  });

  test('T91: in the asker’s own Teams the page shows the user name of that Teams', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username: 'ada' });
    const request = await wording(popup, 'confirm');
    expect(request).toContain(`${ADA.name} is signed in to Teams as ${ADA.username}.`);
    expect(request).not.toContain('Teams did not tell');
    await picture(popup, 'confirm-verified');
    await pressLast(popup, 'Cancel');
    await untilClosed(popup);
    expect(await suite.world.events(3)).toEqual(['signin.started', 'signin.cancelled', 'credential.revoked']);
  });

  test('T91: Teams never names its user: the page and the log say so, and the person can still connect', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await holdBackContext(teams);
    await mute(teams, true);
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username: 'ada' });
    const request = await wording(popup, 'confirm');
    expect(request).toContain(`check that you are ${ADA.name}`);
    expect(request).toContain(`${ADA.name} belongs to the Microsoft 365 tenant ${ADA.tenantId}.`);
    await picture(popup, 'confirm-unknown');
    await teams.answered(() => pressLast(popup, 'Connect'), 'lakers');
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    expect(await suite.world.events(4)).toEqual([
      'signin.started',
      'signin.teams_user_unknown',
      'signin.confirmed',
      'signin.completed',
    ]);
  });

  test('T91: a settings link that another person’s Teams opens shows no account', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    await teams.get('overflow').click();
    const [own] = await Promise.all([teams.page.waitForEvent('popup'), teams.get('action-settings').click()]);
    const [opened] = suite.visitor.requestsTo('/auth/settings', 'GET');
    await wording(own, 'settings');
    await closePage(own);
    const { popup } = await inTeamsOfGrace(opened?.url() ?? '');
    expect(await wording(popup, 'signin.other_teams_user')).toContain(`Open Teams as ${ADA.name}`);
    expect(suite.visitor.requestsTo(SETTINGS)).toHaveLength(2);
    expect(await popup.locator('main li').count()).toBe(0);
  });

  /** The sign-in page of a prompt in a tab of its own, as after a copied or forwarded link. */
  async function openAlone(choices: TeamsClientChoices = {}): Promise<{ teams: TeamsClient; tab: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, choices);
    await teams.search('lakers');
    const [request] = await Promise.all([
      suite.visitor.context.waitForEvent('request', (each) => each.url().includes('/auth/start?')),
      teams.signIn().then(closePage),
    ]);
    return { teams, tab: await suite.visitor.open(request.url()) };
  }

  /** Continues from there to the end of the sign-in. */
  async function signInAlone(): Promise<{ teams: TeamsClient; tab: Page }> {
    const opened = await openAlone();
    await wording(opened.tab, 'outsideTeams');
    await opened.tab.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(opened.tab, ADA);
    return opened;
  }

  test('T25: no Teams, proven: the page says so, continues on request, and the next search in Teams works', async () => {
    const { teams, tab } = await openAlone();
    expect(await wording(tab, 'outsideTeams')).toContain('Teams did not open this page');
    expect(new URL(tab.url()).origin).toBe(suite.world.botUrl);
    await tab.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(tab, ADA);
    expect(await wording(tab, 'doneSearchAgain')).toContain('Close this window and search again in Teams.');
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
  });

  test('T12: no Teams, not proven: the page does not continue, and says where to start', async () => {
    const { tab } = await openAlone({ command: 'insertHandbook' });
    expect(await wording(tab, 'page.no_teams')).toContain('Close this window, search in Teams and sign in there.');
    expect(await tab.getByRole('button').count()).toBe(0);
    // The window that Teams opened may have reached the provider before it closed.
    const own = suite.visitor.requestsTo('/plain/', 'GET').filter((request) => request.frame().page() === tab);
    expect(own).toEqual([]);
    expect(suite.world.rows('links')).toEqual([]);
  });

  test('T21: after a reload the callback page says that the sign-in has ended, and exchanges nothing', async () => {
    const { teams, tab } = await signInAlone();
    await wording(tab, 'doneSearchAgain');
    const exchanged = await suite.world.codeExchanges();
    await tab.reload();
    expect(await wording(tab, 'page.reloaded')).toContain('Reloading this page ends a sign-in');
    expect(suite.visitor.requestsTo(COMPLETE)).toHaveLength(1);
    expect(await suite.world.codeExchanges()).toBe(exchanged);
    await teams.search('lakers');
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
  });

  test('T21: going back and forward changes no link and exchanges no code', async () => {
    const { tab } = await signInAlone();
    await wording(tab, 'doneSearchAgain');
    const [exchanged, links] = [await suite.world.codeExchanges(), suite.world.rows('links')];
    suite.visitor.expected.push(/400 \(Bad Request\) .+\/interaction\//); // The provider’s page works only once.
    // Uses the page's own history: the driver's goBack waits for a load event, which a cached page need not report. By a
    // timer: the driver gets its answer before the page goes.
    await tab.evaluate(() => void setTimeout(() => history.back()));
    await tab.waitForURL(({ origin }) => origin !== suite.world.botUrl, { waitUntil: 'commit' });
    await tab.locator('body').waitFor();
    await tab.evaluate(() => void setTimeout(() => history.forward()));
    await tab.locator('main[data-tone=done], main[data-tone=stopped]').waitFor();
    expect(suite.visitor.requestsTo(COMPLETE)).toHaveLength(1);
    expect(await suite.world.codeExchanges()).toBe(exchanged);
    expect(suite.world.rows('links')).toEqual(links);
  });

  /** Another site got hold of Ada's own prompt, opens it, and answers teams-js like Teams. */
  async function openFromElsewhere(command: string): Promise<{ opener: Page; popup: Page; ticket: string }> {
    const url = await adasLink(command);
    const opener = await suite.visitor.open(evil.origin);
    const [popup] = await Promise.all([
      opener.waitForEvent('popup'),
      opener.evaluate((address) => window.host.open(address, { theme: 'dark' }), url),
    ]);
    return { opener, popup, ticket: new URL(url).searchParams.get('ticket') ?? '' };
  }

  test('T23: the opener of a proven sign-in learns only that the window is there', async () => {
    const { opener, popup, ticket } = await openFromElsewhere('insertWiki');
    await wording(popup, 'outsideTeams');
    await popup.getByRole('button', { name: 'Continue' }).click();
    const [completed] = await Promise.all([
      popup.waitForResponse((response) => response.url().endsWith('/auth/api/complete')),
      signInAtProvider(popup, ADA),
    ]);
    const { securityCode } = (await completed.json()) as { securityCode: string };
    await wording(popup, 'doneSearchAgain');
    await pressLast(popup, 'Close');
    await untilClosed(popup);

    expect(await allReceived(opener)).toEqual(['initialize', 'initialize']);
    const received = await opener.evaluate(() => JSON.stringify(window.host.received));
    expect(securityCode).toMatch(/^[\w-]{43}$/);
    for (const secret of [securityCode, ticket]) expect(received).not.toContain(secret);
  });

  test('T12, T23: another site opens the page, not proven: the window does not even go to the provider', async () => {
    const { opener, popup } = await openFromElsewhere('insertHandbook');
    await wording(popup, 'page.no_teams');
    expect(suite.visitor.requestsTo('/plain/', 'GET')).toEqual([]);
    expect(await allReceived(opener)).toEqual(['initialize']);
    expect(suite.world.rows('parked')).toEqual([]);
  });

  test('T37: the browser refuses to show the pages in a frame', async () => {
    suite.visitor.expected.push(/frame-ancestors/);
    const page = await suite.visitor.open(evil.origin);
    for (const path of ['/auth/start?ticket=x', '/auth/callback/wiki?code=x&state=y']) {
      const src = `${suite.world.botUrl}${path}`;
      const [refusal] = await Promise.all([
        page.waitForEvent('console'),
        page.evaluate(async (src) => {
          const frame = Object.assign(document.createElement('iframe'), { src });
          const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
          document.body.append(frame);
          await loaded;
        }, src),
      ]);
      expect(refusal.text()).toContain("frame-ancestors 'none'");
    }
    for (const frame of page.frames()) expect(await frame.locator('main').count()).toBe(0);
    expect(page.frames()).toHaveLength(3);
    expect(suite.visitor.requestsTo('/auth/api/')).toEqual([]);
  });
});
