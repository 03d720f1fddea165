import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import { look } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient, TeamsClientChoices } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const VIEWPORT = { width: 1280, height: 940 };

describeWithChromium('The phone in the Teams client', () => {
  const suite = useTeamsWorld();

  test('shows the whole job in 390 by 844 pixels, with the flyout as a sheet, and signs in in a window', async () => {
    const teams = await onPhone({ frame: 'phone' });
    const screen = await inside(teams);
    expect(screen).toMatchObject({ width: 390, height: 844 });
    await teams.search('lakers');
    expect(await boxOf(teams.get('flyout'))).toMatchObject({ x: screen.x, width: 390 });
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await untilClosed(popup);
    await fits(teams.get('result').first(), screen);
    await teams.choose(0);
    await teams.send();
    await fits(teams.get('message-card'), screen);
    await picture(teams.page, 'phone');
    await teams.page.getByRole('button', { name: 'Back to chats' }).click();
    expect(await teams.get('messages').isVisible()).toBe(false);
    await teams.page.getByRole('button', { name: /^Friday quiz/ }).click();
    expect(await teams.get('messages').isVisible()).toBe(true);
  });

  test('without a mouse: the keyboard switches it on and off, and cannot reach what a sheet covers', async () => {
    const teams = await onPhone({});
    const { page } = teams;
    await tabTo(page, 'frame');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('frame') === 'phone');
    expect((await inside(teams)).width).toBe(390);
    await tabTo(page, 'open-extension');
    await teams.answered(() => page.keyboard.press('Enter'));
    for (let presses = 0; presses < 25; presses += 1) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).not.toBe('compose-text');
    }
    await teams.get('search-box').press('Escape');
    expect(await focused(page)).toBe('open-extension');
    await tabTo(page, 'frame', 'Shift+Tab');
    await page.keyboard.press('Space');
    await page.waitForURL((url) => !url.searchParams.has('frame'));
    expect((await boxOf(teams.get('compose-text'))).width).toBeGreaterThan(390);
  });

  // The other themes are in the tests of the looks, the actions and the links.
  test('in the dark theme every word is readable', async () => {
    const teams = await onPhone({ frame: 'phone', theme: 'dark' });
    await look(teams.page, 'frame-chat-dark');
    await teams.search('lakers');
    await look(teams.page, 'frame-search-dark');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await look(teams.page, 'frame-results-dark');
    await teams.chooseAction('connections');
    await look(teams.page, 'frame-connections-dark');
    await teams.get('task-close').click();
    await teams.paste(`${suite.world.wikiUrl}/wiki/Iceland`);
    await teams.get('link-preview').waitFor();
    await look(teams.page, 'frame-unfurl-dark');
    await teams.send();
    await look(teams.page, 'frame-card-dark');
  });

  async function onPhone(choices: TeamsClientChoices): Promise<TeamsClient> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, choices);
    await teams.page.setViewportSize(VIEWPORT);
    return teams;
  }
});

interface Box {
  x: number;
  width: number;
  height: number;
}

/** The phone's screen, without its outline. */
function inside({ page }: TeamsClient): Promise<Box> {
  return page.locator('#device').evaluate((device) => {
    const { x } = device.getBoundingClientRect();
    return { x: x + device.clientLeft, width: device.clientWidth, height: device.clientHeight };
  });
}

async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (!box) throw new Error('The element is not visible.');
  return box;
}

async function fits(element: Locator, screen: Box): Promise<void> {
  const { x, width } = await boxOf(element);
  expect(x).toBeGreaterThanOrEqual(screen.x);
  expect(x + width).toBeLessThanOrEqual(screen.x + screen.width);
}
