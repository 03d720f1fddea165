import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA, GRACE } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { look } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import { useVisitor } from '../../support/browser/visitor.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { postInvoke } from '../../support/teams/actions.ts';
import { axeFindings, THEMES } from '../../support/teams/axe.ts';
import { rowCounts } from '../../support/world/evidence.ts';
import { useWorld } from '../../support/world/use-world.ts';
import type { SearchResponse } from '../../support/world/world.ts';

describeWithChromium('The settings page', () => {
  const suite = useVisitor();
  const world = useWorld();

  async function open(): Promise<Page> {
    const invoke = { name: 'composeExtension/querySettingUrl', value: {} };
    const { body } = await postInvoke(world.connector, world.botUrl, ADA, invoke);
    const { suggestedActions } = (body as { composeExtension: SearchResponse }).composeExtension;
    const page = await suite.visitor.open(suggestedActions?.actions[0]?.value ?? '');
    await wording(page, 'settings');
    return page;
  }

  const rows = (page: Page) => page.locator('main li').allInnerTexts();

  test('shows each connection with its account; a sign-out appears at once; the address contains no ticket', async () => {
    await world.signIn(ADA);
    await world.signIn(ADA, { connection: 'handbook' });
    const page = await open();
    expect(page.url()).toBe(`${world.botUrl}/auth/settings`);
    expect(await rows(page)).toEqual([
      `Contoso wiki\n\nSigned in as ${ADA.username}\n\nUse another account\nSign out\nSearch only Contoso wiki`,
      'Contoso handbook\n\nSigned in as ada\n\nUse another account\nSign out\nSearch only Contoso handbook',
    ]);
    await picture(page, 'settings-signed-in');
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
    await page.locator('main li').first().getByText('Not signed in').waitFor();
    expect(rowCounts(world).links).toBe(1);
    await page.reload();
    await wording(page, 'settings');
    expect((await rows(page))[0]).toContain('Not signed in');
  });

  test('a person chooses the connection to search, and then all again', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Search only Contoso handbook' }).click();
    await page.getByText('Searches across connections use only Contoso handbook').waitFor();
    expect((await rows(page))[1]).toContain('Searches across connections use only Contoso handbook');
    await picture(page, 'settings-chosen');
    await page.getByRole('button', { name: 'Search all connections' }).click();
    await page.getByRole('button', { name: 'Search only Contoso handbook' }).waitFor();
    expect(await page.getByText('Searches across connections').count()).toBe(0);
  });

  test('a person signs in from there with the keyboard alone', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-describedby'))).toBe('row-0');
    await Promise.all([page.waitForURL(/\/v2\.0\//), page.keyboard.press('Enter')]);
    await signInAtProvider(page, { username: ADA.username });
    await wording(page, 'doneSearchAgain');
    expect(rowCounts(world).links).toBe(1);
    await page.goto(`${world.botUrl}/auth/settings`);
    await wording(page, 'settings');
    expect((await rows(page))[0]).toContain(`Signed in as ${ADA.username}`);
  });

  test('another account: the provider asks which; the bot refuses another person’s account, and Ada stays signed in', async () => {
    await world.signIn(ADA);
    const page = await open();
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.getByLabel('User name').waitFor();
    await signInAtProvider(page, { username: GRACE.username });
    expect(await wording(page, 'signin.identity_mismatch')).toContain(ADA.name);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T36: after a sign-out everywhere, the browser stores only the cookies', async () => {
    await world.signIn(ADA);
    await world.signIn(ADA, { connection: 'handbook' });
    const page = await open();
    await page.getByRole('button', { name: 'Sign out of all connections' }).click();
    await page.getByText('Not signed in').nth(1).waitFor();
    expect(rowCounts(world).links).toBe(0);
    const { origins, cookies } = await suite.visitor.context.storageState();
    expect(origins).toEqual([]);
    expect(cookies.map(({ name }) => name)).toEqual(['__Host-latchkey-settings']);
  });

  test.each(THEMES)('in the theme %s: readable, on a phone too, and axe-core finds no fault', async (theme) => {
    await world.signIn(ADA);
    const page = await open();
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    await look(page, `settings-phone-${theme}`);
  });
});
