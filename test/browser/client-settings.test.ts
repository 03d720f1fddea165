import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../local/people.ts';
import { wording } from '../support/auth-browser.ts';
import { last } from '../support/close-button.ts';
import { demoOptions } from '../support/demo-world.ts';
import { focused } from '../support/focus.ts';
import { picture } from '../support/pictures.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import type { TeamsClient } from '../support/teams-client.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

describeWithChromium('The extension’s settings in the Teams client', () => {
  const suite = useTeamsWorld(demoOptions);

  /** From the menu of the extension to its settings page, by keyboard. */
  async function open(): Promise<{ teams: TeamsClient; settings: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    await teams.get('overflow').press('ArrowDown');
    for (const down of ['ArrowDown', 'ArrowDown']) await teams.page.keyboard.press(down);
    expect(await focused(teams.page)).toBe('action-settings');
    const [settings] = await Promise.all([teams.page.waitForEvent('popup'), teams.page.keyboard.press('Enter')]);
    await wording(settings, 'settings');
    return { teams, settings };
  }

  test('Ada signs in from the settings page, and her results are there when it has closed', async () => {
    const { teams, settings } = await open();
    await picture(settings, 'settings');
    await Promise.all([
      settings.waitForURL(/\/v2\.0\//),
      settings.getByRole('button', { name: 'Sign in' }).first().click(),
    ]);
    await teams.answered(() => signInAtProvider(settings, ADA), 'lakers');
    await untilClosed(settings);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    expect(await told(teams)).toEqual(['ended, with state → no answer']);
    expect(await suite.visitor.leakedReferers()).toEqual([]);
  });

  test('“Done” closes the page, and changes nothing', async () => {
    const { teams, settings } = await open();
    const done = settings.getByRole('button', { name: 'Done' });
    await teams.answered(() => last(settings, done.press('Enter')), 'lakers');
    await untilClosed(settings);
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
    expect(suite.world.rows('links')).toEqual([]);
  });

  test('a page that is closed by hand is told to the bot as cancelled', async () => {
    const { teams, settings } = await open();
    const [request] = await Promise.all([
      teams.page.waitForRequest((each) => each.postData()?.includes('composeExtension/setting"') ?? false),
      settings.close(),
    ]);
    expect(request.postDataJSON()).toMatchObject({ state: 'CancelledByUser' });
    expect(suite.world.rows('links')).toEqual([]);
  });

  /** What the wire panel says of the `setting` invokes. */
  async function told(teams: TeamsClient): Promise<string[]> {
    const rows = teams.get('wire-row').filter({ hasText: 'composeExtension/setting' });
    return rows.locator('.wire-about').allInnerTexts();
  }
});
