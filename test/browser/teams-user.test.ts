import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../local/people.ts';
import { wording } from '../support/auth-browser.ts';
import { picture } from '../support/pictures.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import type { TeamsClient } from '../support/teams-client.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';
import { newVisitor } from '../support/visitor.ts';

const START = '/auth/api/start';
const SETTINGS = '/auth/api/settings';
const LINK = /http[^"]+\/auth\/start\?[^"]+/;

describeWithChromium('Whose Teams is behind the pop-up, in a browser', () => {
  const suite = useTeamsWorld();

  /** Where Ada's own Teams would lead her: an address that she may send to anybody. */
  async function adasLink(command: string): Promise<string> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command });
    const url = await linkIn(teams);
    await teams.page.close();
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

  /** Another person's Teams, in which an app opens that address and waits for what Teams returns. */
  async function inTeamsOfGrace(url: string): Promise<{ teams: TeamsClient; popup: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { person: 'grace' });
    await holdBackContext(teams);
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
    'T91: %s: a link that another person’s Teams opens says whose it is, and opens no transaction',
    async (command) => {
      const { teams, popup } = await inTeamsOfGrace(await adasLink(command));
      const message = await wording(popup, 'signin.other_teams_user');
      expect(message).toMatch(/Open Teams as Ada Example[\s\S]*Nothing was connected[\s\S]*search there/);
      await picture(popup, 'other-teams-user');
      expect(suite.visitor.requestsTo(START)).toHaveLength(1);
      expect(suite.world.rows('transactions')).toEqual([]);
      expect(await suite.world.events(1)).toEqual(['signin.other_teams_user']);
      await popup.getByRole('button', { name: 'Close' }).click();
      await untilClosed(popup);
      expect(await teams.notice()).toContain('signin.other_teams_user');
    },
  );

  test('T91: a Teams that says only at the end that it is another person’s: the code is not exchanged, no app hears of one', async () => {
    const url = await adasLink('insertHandbook');
    const { teams, popup } = await inTeamsOfGraceMuted(url);
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

  async function inTeamsOfGraceMuted(url: string): Promise<{ teams: TeamsClient; popup: Page }> {
    await suite.visitor.context.addInitScript(() => Object.assign(window, { mute: true }));
    return inTeamsOfGrace(url);
  }

  test('T91: in the asker’s own Teams the page says how they are signed in there', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username: 'ada' });
    const request = await wording(popup, 'confirm');
    expect(request).toContain(`${ADA.name} is signed in to Teams as ${ADA.username}.`);
    expect(request).not.toContain('Teams did not say');
    await picture(popup, 'confirm-verified');
    await popup.getByRole('button', { name: 'Cancel' }).click();
    await untilClosed(popup);
    expect(await suite.world.events(3)).toEqual(['signin.started', 'signin.cancelled', 'credential.revoked']);
  });

  test('T91: a Teams that never says whose it is: the page says so, the log says so, and the person can still connect', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await holdBackContext(teams);
    await mute(teams, true);
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username: 'ada' });
    const request = await wording(popup, 'confirm');
    expect(request).toContain(`Latchkey cannot check that you are ${ADA.name}`);
    expect(request).toContain(`${ADA.name} belongs to the Microsoft 365 tenant ${ADA.tenantId}.`);
    await picture(popup, 'confirm-unknown');
    await teams.answered(() => popup.getByRole('button', { name: 'Connect' }).click(), 'lakers');
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
    await own.close();
    const { popup } = await inTeamsOfGrace(opened?.url() ?? '');
    expect(await wording(popup, 'signin.other_teams_user')).toContain(`Open Teams as ${ADA.name}`);
    expect(suite.visitor.requestsTo(SETTINGS)).toHaveLength(2);
    expect(await popup.locator('main li').count()).toBe(0);
  });

  test.each(['insertHandbook', 'insertWiki'])(
    'T21: %s: a scanner opens the link ten times, and the sign-in that is under way ends well',
    async (command) => {
      const teams = await suite.visitor.teams(suite.world.teamsUrl, { command });
      const url = await linkIn(teams);
      await teams.search('lakers');
      const popup = await teams.signIn();
      await popup.getByLabel('User name').waitFor();
      const under = suite.world.rows('transactions');
      expect(under).toHaveLength(1);

      const scanner = await newVisitor(suite.browser);
      const page = await scanner.context.newPage();
      for (let time = 0; time < 10; time++) {
        await page.goto(url);
        await page.locator('main:is([data-screen="outsideTeams"], [data-screen="page.no_teams"])').waitFor();
      }
      expect(scanner.requestsTo(START)).toEqual([]);
      await scanner.context.close();
      expect(suite.world.rows('transactions')).toEqual(under);

      const ends = async () => {
        await signInAtProvider(popup, command === 'insertWiki' ? ADA : { username: 'ada' });
        if (command === 'insertHandbook') await popup.getByRole('button', { name: 'Connect' }).click();
      };
      await teams.answered(ends, 'lakers');
      expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    },
  );
});
