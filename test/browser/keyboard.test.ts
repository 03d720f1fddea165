import { expect, test } from '@jest/globals';
import { ADA, PASSWORD } from '../../local/people.ts';
import { focused, tabTo } from '../support/focus.ts';
import { untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

describeWithChromium('The main job without a mouse, in a browser', () => {
  const suite = useTeamsWorld();

  test('Tab, Enter and the arrows lead from the first key to the sent card', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const { page } = teams;
    const { keyboard } = page;
    await tabTo(page, 'open-extension');
    await teams.answered(() => keyboard.press('Enter'));
    expect(await focused(page)).toBe('search-box');
    await teams.answered(async () => {
      await keyboard.type('lakers');
      await keyboard.press('Enter');
    }, 'lakers');
    await tabTo(page, 'sign-in');
    const [popup] = await Promise.all([page.waitForEvent('popup'), keyboard.press('Enter')]);

    await popup.getByLabel('User name').waitFor();
    await popup.keyboard.type(ADA.username);
    await popup.keyboard.press('Tab');
    await popup.keyboard.type(PASSWORD);
    await popup.keyboard.press('Enter');
    await popup.getByRole('button', { name: 'Accept' }).waitFor();
    await teams.answered(() => popup.keyboard.press('Enter'), 'lakers');
    await untilClosed(popup);

    expect(await focused(page)).toBe('search-box');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Los Angeles Lakers');
    expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
    await keyboard.press('Enter');
    await teams.get('compose-card').waitFor();
    expect(await focused(page)).toBe('compose-text');
    await keyboard.press('Enter');
    await teams.get('message-card').waitFor();
    expect(await teams.get('message-card').innerText()).toContain('Los Angeles Lakers');
    expect(await teams.get('compose-card').count()).toBe(0);

    // The card's own link is within reach.
    const link = page.getByRole('link', { name: 'View in Contoso wiki' });
    for (let presses = 0; presses < 40 && !(await link.evaluate((each) => each.matches(':focus'))); presses += 1) {
      await keyboard.press('Shift+Tab');
    }
    const [wiki] = await Promise.all([suite.visitor.context.waitForEvent('page'), keyboard.press('Enter')]);
    expect(wiki.url()).toBe(`${suite.world.wikiUrl}/wiki/Los_Angeles_Lakers`);
  });

  test('Escape and Cancel lead out: of the flyout, and of the confirm page', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await popup.getByLabel('User name').waitFor();
    for (const key of ['a', 'd', 'a', 'Tab', ...PASSWORD, 'Enter']) await popup.keyboard.press(key);
    await popup.getByRole('button', { name: 'Accept' }).press('Enter');
    await popup.locator('main[data-screen=confirm]').waitFor();
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Tab');
    expect(await popup.evaluate(() => document.activeElement?.textContent)).toBe('Use another account');
    await popup.keyboard.press('Tab');
    expect(await popup.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await popup.keyboard.press('Enter');
    await untilClosed(popup);
    await teams.get('notice-hint').waitFor();
    await teams.get('search-box').press('Escape');
    expect(await teams.get('flyout').isVisible()).toBe(false);
    expect(await focused(teams.page)).toBe('open-extension');
  });
});
