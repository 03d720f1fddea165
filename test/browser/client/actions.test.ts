import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { mayClose, untilClosed } from '../../support/browser/closing.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import { look } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { THEMES } from '../../support/teams/axe.ts';
import { demoOptions } from '../../support/world/demo-world.ts';

interface Manifest {
  composeExtensions: { commands: { type: string; title: string }[] }[];
}

const manifest: Manifest = JSON.parse(
  readFileSync(new URL('../../../appPackage/manifest.json', import.meta.url), 'utf8'),
);

describeWithChromium('Action commands and settings in the Teams client', () => {
  const suite = useTeamsWorld(demoOptions);

  test('with the mouse: Ada sees her connections, signs in from there, and signs out again', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.chooseAction('connections');
    expect(await teams.get('task-card').getByText('Not signed in').count()).toBe(6);
    await teams.press('Sign in to Contoso wiki');
    expect(suite.world.rows('links')).toHaveLength(0);

    const popup = await teams.signIn('task-sign-in');
    const again = await teams.sent('composeExtension/submitAction', () => signInAtProvider(popup, ADA));
    await untilClosed(popup);
    expect(again).toMatchObject({ commandId: 'connections', data: { signIn: 'wiki' }, state: expect.any(String) });
    await teams.get('task-card').getByText(`Signed in as ${ADA.username}`).waitFor();
    await picture(teams.page, 'connections');

    await teams.press('Sign out of Contoso wiki');
    expect(await teams.get('task-message').innerText()).toContain('You are signed out of Contoso wiki');
    expect(suite.world.rows('links')).toHaveLength(0);
    await teams.get('task-done').click();
    expect(await teams.get('task').isVisible()).toBe(false);
    const invokes = teams.get('wire-row').filter({ hasText: 'composeExtension/' });
    expect(await invokes.locator('.wire-about').allInnerTexts()).toEqual([
      'connections, {"signOut":"wiki"} → task message',
      'connections, {"signIn":"wiki"}, with state → task continue',
      'connections, {"signIn":"wiki"} → auth',
      'connections → task continue',
      'initial run → auth',
    ]);
  });

  test('with the keyboard: open the menu and the dialog, sign in, and leave each by Escape', async () => {
    const { page, teams } = await openMenu();
    const { keyboard } = page;
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual([...actionTitles(), 'Settings']);
    await keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('action-signOut');
    await keyboard.press('Escape');
    expect(await page.getByRole('menu').isVisible()).toBe(false);
    expect(await focused(page)).toBe('overflow');

    await keyboard.press('ArrowDown');
    await teams.sent('composeExtension/fetchTask', () => keyboard.press('Enter'));
    await teams.shownTask();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('dialog');
    expect(await page.getByRole('dialog', { name: 'Your connections' }).count()).toBe(1);
    expect(await roundTrip(page)).toEqual([
      'Close Your connections',
      'Sign in to Contoso Confluence',
      'Sign in to Contoso Jira',
      'Sign in to Contoso archive',
      'Sign in to Contoso handbook',
      'Sign in to Contoso intranet',
      'Sign in to Contoso wiki',
    ]);

    await tabToButton(page, 'Sign in to Contoso wiki');
    await teams.sent('composeExtension/submitAction', () => keyboard.press('Enter'));
    await teams.get('task-sign-in').waitFor();
    expect(await focused(page)).toBe('task-sign-in');
    const [popup] = await Promise.all([page.waitForEvent('popup'), keyboard.press('Enter')]);
    await teams.sent('composeExtension/submitAction', () => signInAtProvider(popup, ADA));
    await teams.get('task-card').getByText(`Signed in as ${ADA.username}`).waitFor();
    await keyboard.press('Escape');
    expect(await teams.get('task').isVisible()).toBe(false);
    expect(await focused(page)).toBe('open-extension');
    await tabTo(page, 'compose-text', 'Shift+Tab');
  });

  test('a closed sign-in window is reported in the dialog; a person who is not signed in has nothing to sign out of', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.chooseAction('connections');
    await teams.press('Sign in to Contoso wiki');
    const popup = await teams.signIn('task-sign-in');
    await closePage(popup);
    await teams.get('task').getByTestId('notice-hint').waitFor();
    await teams.get('task-close').click();
    await teams.chooseAction('signOut');
    expect(await teams.get('task-message').innerText()).toBe('You are not signed in to any connection.');
    expect(await focused(teams.page)).toBe('task-done');
  });

  test.each([
    ['another invoke', { name: 'composeExtension/selectItem', state: 'x' }],
    ['an inherited name', { name: 'constructor', commandId: 'signOut' }],
    ['another command', { name: 'composeExtension/fetchTask', commandId: 'insertWiki' }],
    ['no link', { name: 'composeExtension/queryLink', url: 1 }],
  ])('the client’s server sends only the requests that its page can make: not %s', async (_, invocation) => {
    const { teamsUrl } = suite.world;
    const conversation = { id: '19:x', conversationType: 'personal' };
    const ask = async (requested: object) => {
      const body = JSON.stringify({ person: 'ada', locale: 'en-US', conversation, ...requested });
      return (await fetch(`${teamsUrl}/api/invoke`, { method: 'POST', headers: { origin: teamsUrl }, body })).status;
    };
    expect(await ask({ name: 'composeExtension/fetchTask', commandId: 'signOut' })).toBe(200);
    expect(await ask(invocation)).toBe(400);
  });

  test.each(THEMES)('in the theme %s every word of the dialog is readable', async (theme) => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { theme });
    await teams.openExtension();
    await teams.get('overflow').click();
    await look(teams.page, `menu-${theme}`);
    await teams.get('overflow').click();
    await teams.chooseAction('connections');
    await look(teams.page, `connections-${theme}`);
    await teams.press('Sign in to Contoso wiki');
    await look(teams.page, `task-sign-in-${theme}`);
    await teams.get('task-close').click();
    await teams.chooseAction('signOut');
    await look(teams.page, `task-message-${theme}`);
  });

  async function openMenu() {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const { page } = teams;
    await tabTo(page, 'open-extension');
    await teams.answered(() => page.keyboard.press('Enter'));
    await tabTo(page, 'overflow', 'Shift+Tab');
    await page.keyboard.press('Enter');
    return { teams, page };
  }

  /** From the menu of the extension to its settings page, with the keyboard. */
  async function openSettings(): Promise<{ teams: TeamsClient; settings: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    await teams.get('overflow').press('ArrowDown');
    for (const down of ['ArrowDown', 'ArrowDown']) await teams.page.keyboard.press(down);
    expect(await focused(teams.page)).toBe('action-settings');
    const [settings] = await Promise.all([teams.page.waitForEvent('popup'), teams.page.keyboard.press('Enter')]);
    await wording(settings, 'settings');
    return { teams, settings };
  }

  test('settings: Ada signs in on the page, and her results are there when it has closed', async () => {
    const { teams, settings } = await openSettings();
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

  test('settings: “Done” closes the page and changes nothing', async () => {
    const { teams, settings } = await openSettings();
    const done = settings.getByRole('button', { name: 'Done' });
    await teams.answered(() => mayClose(settings, done.press('Enter')), 'lakers');
    await untilClosed(settings);
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
    expect(suite.world.rows('links')).toEqual([]);
  });

  test('settings: the client reports a page that the person closes by hand to the bot as cancelled', async () => {
    const { teams, settings } = await openSettings();
    const [request] = await Promise.all([
      teams.page.waitForRequest((each) => each.postData()?.includes('composeExtension/setting"') ?? false),
      settings.close(),
    ]);
    expect(request.postDataJSON()).toMatchObject({ state: 'CancelledByUser' });
    expect(suite.world.rows('links')).toEqual([]);
  });

  /** The lines of the wire panel about the `setting` invokes. */
  async function told(teams: TeamsClient): Promise<string[]> {
    const rows = teams.get('wire-row').filter({ hasText: 'composeExtension/setting' });
    return rows.locator('.wire-about').allInnerTexts();
  }
});

function actionTitles(): string[] {
  const commands = manifest.composeExtensions.flatMap((extension) => extension.commands);
  return commands.filter(({ type }) => type === 'action').map(({ title }) => title);
}

/** The names of the elements that many presses of Tab reach. */
async function roundTrip(page: Page): Promise<string[]> {
  const names = new Set<string>();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    names.add(await nameOfFocused(page));
  }
  // Leaves the page and enters it again: the browser's own controls follow the last element.
  names.delete('');
  return [...names].sort();
}

async function tabToButton(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 12 && (await nameOfFocused(page)) !== name; presses += 1) {
    await page.keyboard.press('Tab');
  }
}

function nameOfFocused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return '';
    return element.getAttribute('aria-label') ?? element.textContent ?? '';
  });
}
