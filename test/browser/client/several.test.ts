import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { lookWithAxe, THEMES } from '../../support/teams/axe.ts';
import { demoOptions } from '../../support/world/demo-world.ts';

const ALONE = ['Contoso wiki', 'Contoso handbook', 'Contoso intranet', 'Contoso archive', 'Contoso Jira'];
const SHARED = 'Contoso wiki and 3 more';
const TO_SIGN_IN = 'You are not signed in to Contoso handbook. To sign in, choose “Your connections”.';

describeWithChromium('Several connections in the Teams client', () => {
  const suite = useTeamsWorld(demoOptions);

  // First: the provider asks Ada for her consent once.
  test('single sign-on: a window asks Ada for her consent once; later no window opens', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertIntranet' });
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso intranet');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username: ADA.username }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');

    suite.world.forget();
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.visitor.context.pages()).toHaveLength(1);
    expect(await suite.world.events(1)).toEqual(['signin.completed']);
  });

  test('with the mouse: each connection needs a sign-in; after one, a notice leads to the other; after both, results name their connection', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.openExtension();
    expect(await teams.page.getByRole('tab', { selected: true }).innerText()).toBe('Contoso wiki');
    await teams.answered(() => teams.page.getByRole('tab', { name: SHARED }).click());
    await teams.search('lakers');
    const links = teams.get('sign-in');
    expect(await links.allInnerTexts()).toEqual([
      'Sign in to Contoso wiki',
      'Sign in to Contoso handbook',
      'Sign in to Contoso Jira',
      'Sign in to Contoso Confluence',
    ]);
    await lookWithAxe(teams.page, 'several-sign-ins');

    const [popup] = await Promise.all([teams.page.waitForEvent('popup'), links.first().click()]);
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await untilClosed(popup);
    expect(await teams.results()).toContain('Los Angeles Lakers');
    const line = teams.get('result').first();
    await line.scrollIntoViewIfNeeded();
    expect(await line.innerText()).toBe(`ⓘ Sign in to Contoso handbook\n${TO_SIGN_IN}`);
    expect(await line.getAttribute('aria-description')).toBe(TO_SIGN_IN);
    expect(await cutOff(line.locator('.preview-text'))).toBe(false);
    await lookWithAxe(teams.page, 'several-one');

    await teams.chooseAction('connections');
    for (const connection of ['Contoso handbook', 'Contoso Jira', 'Contoso Confluence'])
      await signInFromDialog(teams, connection);
    await teams.get('task-close').click();

    await teams.search('lakers');
    const froms = await teams.get('result').locator('.preview-text').allInnerTexts();
    const names = froms.slice(0, 4).map((text) => text.split(' · ', 1)[0]);
    expect(names).toEqual(['Contoso wiki', 'Contoso handbook', 'Contoso Jira', 'Contoso Confluence']);
    expect(froms).not.toContain(TO_SIGN_IN);
    await lookWithAxe(teams.page, 'several-results');
    await teams.choose(1);
    await teams.send();
    expect(await teams.get('message-card').innerText()).toMatch(/Contoso handbook(?! ·)/);
  });

  test.each(THEMES)('a card of Jira in the theme %s: its facts, with the status in a color', async (theme) => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'searchJira', theme });
    await teams.search('schedule');
    if (theme === 'default') await lookWithAxe(teams.page, 'jira-sign-in');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username: 'ada' });
    await wording(popup, 'confirm');
    await teams.answered(() => popup.getByRole('button').first().click(), 'schedule');
    await teams.choose(0);
    await teams.send();
    const card = teams.get('message-card');
    for (const fact of ['Status: In Progress', 'Assignee: Ada Example', 'Priority: Highest', 'Type: Bug', 'Due: '])
      expect(await card.innerText()).toContain(fact);
    const colorOf = (text: string) =>
      card.getByText(text, { exact: true }).evaluate((node) => getComputedStyle(node).color);
    expect(await colorOf('In Progress')).not.toBe(await colorOf('Highest'));
    await lookWithAxe(teams.page, theme === 'default' ? 'jira-card' : `jira-card-${theme}`);
  });

  test('with the keyboard: the arrow keys reach the command, Tab reaches each sign-in', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const { keyboard } = teams.page;
    await teams.openExtension();
    await tabTo(teams.page, 'command-insertWiki', 'Shift+Tab');
    await teams.answered(() => keyboard.press('ArrowRight'));
    await teams.answered(() => keyboard.press('End'));
    expect(await focused(teams.page)).toBe('command-searchEverywhere');
    expect(await teams.page.getByRole('tab', { selected: true }).innerText()).toBe(SHARED);
    await keyboard.press('Tab');
    expect(await focused(teams.page)).toBe('search-box');
    expect(await teams.page.getByRole('searchbox', { name: `Search ${SHARED}` }).count()).toBe(1);
    await tabTo(teams.page, 'sign-in');
    await keyboard.press('Tab');
    const [popup] = await Promise.all([teams.page.waitForEvent('popup'), keyboard.press('Enter')]);
    await popup.getByLabel('User name').waitFor();
    expect(new URL(popup.url()).pathname).toContain('/plain/');
    await closePage(popup);
  });

  test.each([
    ['a window', { width: 1280, height: 800 }, undefined],
    ['a narrow window', { width: 320, height: 640 }, undefined],
    ['a phone', { width: 1280, height: 940 }, 'phone'],
  ] as const)('in %s every tab is fully visible', async (name, viewport, frame) => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, {
      command: 'searchEverywhere',
      ...(frame && { frame }),
    });
    await teams.page.setViewportSize(viewport);
    await teams.reload();
    await teams.openExtension();
    const tabs = teams.page.getByRole('tab');
    expect(await tabs.allInnerTexts()).toEqual([...ALONE, SHARED]);
    const flyout = await teams.get('flyout').boundingBox();
    for (const tab of await tabs.all()) {
      const box = await tab.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(flyout?.x ?? Number.NaN);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((flyout?.x ?? 0) + (flyout?.width ?? 0));
    }
    await lookWithAxe(teams.page, `several-tabs-${name.replaceAll(' ', '-')}`);
  });

  test('the token service: its last page gives the code to Teams, and the window closes', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertArchive' });
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso archive');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username: 'ada' }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.world.rows('links')).toEqual([]);
  });

  async function signInFromDialog(teams: TeamsClient, connection: string): Promise<void> {
    await teams.press(`Sign in to ${connection}`);
    const popup = await teams.signIn('task-sign-in');
    await signInAtProvider(popup, { username: 'ada' });
    await wording(popup, 'confirm');
    await teams.sent('composeExtension/submitAction', () => popup.getByRole('button').first().click());
    await teams
      .get('task-card')
      .getByRole('button', { name: `Sign out of ${connection}` })
      .waitFor();
  }
});

/** Whether the box has more text than it shows. */
function cutOff(element: Locator): Promise<boolean> {
  return element.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight);
}
