import { expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { tabTo } from '../../support/browser/focus.ts';
import { fits, sidewaysOverflow } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { patient } from '../../support/patience.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const LOCALES = ['en-US', 'es-ES', 'fr-FR', 'de-DE', 'pt-BR', 'ja-JP', 'zh-CN', 'ar-SA', 'hi-IN', 'uk-UA'];
const NARROW = { width: 320, height: 640 };
const QUERY = 'composeExtension/query';

describeWithChromium('The language in the Teams client', () => {
  const suite = useTeamsWorld();

  test('has ten languages; the client sends the chosen one to the bot and the window, and puts it into the address', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    expect(await teams.get('language').locator('option').allInnerTexts()).toEqual([
      ...['English', 'Español', 'Français', 'Deutsch', 'Português'],
      ...['日本語', '简体中文', 'العربية', 'हिन्दी', 'Українська'],
    ]);
    await teams.openExtension();
    expect(await teams.sent(QUERY, () => teams.speak('de-DE'))).toMatchObject({ locale: 'de-DE' });
    expect(await teams.get('wire-row').first().innerText()).toContain(QUERY);
    expect(await sentActivity(0)).toContain('"locale": "de-DE"');

    const popup = await teams.signIn();
    await popup.getByLabel('User name').waitFor();
    const context = teams.get('wire-row').filter({ hasText: 'getContext' }).first();
    expect(await context.locator('pre').last().textContent()).toContain('"locale": "de-DE"');
    await closePage(popup);
    await teams.reload();
    expect(await teams.get('language').inputValue()).toBe('de-DE');

    async function sentActivity(row: number): Promise<string> {
      const parts = teams.get('wire-row').nth(row).locator('pre');
      return (await parts.allTextContents()).join('\n');
    }
  });

  test('Arabic turns results and cards around, and not the client itself', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { locale: 'ar-SA' });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await untilClosed(popup);
    const { left: picture0, right } = await edges();
    expect(picture0).toBeGreaterThan(right);
    await picture(teams.page, 'arabic-results');
    await teams.choose(0);
    const card = (await teams.send()).getByTestId('message-card');
    expect(await card.locator('[lang=ar-SA]').evaluate((each) => getComputedStyle(each).direction)).toBe('rtl');
    await picture(teams.page, 'arabic-card');
    await teams.chooseAction('connections');
    await picture(teams.page, 'arabic-connections');
    expect(await sidewaysOverflow(teams.page)).toBe(0);
    await teams.get('task-close').click();

    // A message keeps its language.
    await teams.speak('en-US');
    expect(await card.locator('[lang=ar-SA]').count()).toBe(1);
    expect(await teams.page.locator('main').evaluate((each) => getComputedStyle(each).direction)).toBe('ltr');

    /** Of the first result: where its picture begins and where its words end. */
    function edges(): Promise<{ left: number; right: number }> {
      return teams
        .get('result')
        .first()
        .evaluate((result) => ({
          left: result.querySelector('.preview-picture')?.getBoundingClientRect().left ?? 0,
          right: result.querySelector('.preview-title')?.getBoundingClientRect().right ?? 0,
        }));
    }
  });

  test('without a mouse: the arrow keys choose a language', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.openExtension();
    await tabTo(teams.page, 'language', 'Shift+Tab');
    expect(await teams.sent(QUERY, () => teams.page.keyboard.press('ArrowDown'))).toMatchObject({ locale: 'es-ES' });
  });

  test(
    'in every language the results, Your connections and the settings page fit into 320 pixels',
    async () => {
      const phone = await suite.anotherVisitor({ viewport: NARROW });
      const teams = await phone.teams(suite.world.teamsUrl, { command: 'searchEverywhere' });
      await teams.search('lakers');
      const [popup] = await Promise.all([teams.page.waitForEvent('popup'), teams.get('sign-in').first().click()]);
      await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
      await untilClosed(popup);
      for (const locale of LOCALES) {
        if (locale !== LOCALES[0]) await teams.answered(() => teams.speak(locale));
        await teams.get('result').last().scrollIntoViewIfNeeded();
        await fits(teams.page, `results-${locale}-320`);
        await settings(teams, `settings-${locale}-320`);
        await teams.chooseAction('connections');
        await fits(teams.page, `connections-${locale}-320`);
        await teams.get('task-close').click();
        await teams.openExtension();
      }
    },
    patient(240_000),
  );

  async function settings(teams: TeamsClient, name: string): Promise<void> {
    await teams.get('overflow').click();
    const [page] = await Promise.all([teams.page.waitForEvent('popup'), teams.get('action-settings').click()]);
    await wording(page, 'settings');
    await page.setViewportSize(NARROW);
    await fits(page, name);
    await teams.answered(() => closePage(page));
  }
});
