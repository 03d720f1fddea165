import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../local/people.ts';
import { wording } from '../support/auth-browser.ts';
import { cutMessages, sidewaysOverflow } from '../support/looks.ts';
import { patient } from '../support/patience.ts';
import { picture } from '../support/pictures.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import type { TeamsClient } from '../support/teams-client.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const LOCALES = ['en-US', 'es-ES', 'fr-FR', 'de-DE', 'pt-BR', 'ja-JP', 'zh-CN', 'ar-SA', 'hi-IN', 'uk-UA'];
const NARROW = { width: 320, height: 640 };

describeWithChromium('In every language all words fit into 320 pixels', () => {
  const suite = useTeamsWorld();
  let phone: Visitor;
  beforeEach(async () => {
    phone = await newVisitor(suite.browser, { viewport: NARROW });
  });
  afterEach(async () => {
    await phone.context.close();
    expect(phone.problems).toEqual([]);
  });

  test(
    'results with a line of words, Your connections, and the settings page',
    async () => {
      const teams = await phone.teams(suite.world.teamsUrl, { command: 'searchEverywhere' });
      await teams.search('lakers');
      const [popup] = await Promise.all([teams.page.waitForEvent('popup'), teams.get('sign-in').first().click()]);
      await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
      await untilClosed(popup);
      for (const locale of LOCALES) {
        if (locale !== LOCALES[0]) await teams.answered(() => teams.speak(locale));
        await teams.get('result').last().scrollIntoViewIfNeeded();
        await fits(teams.page, `results-${locale}`);
        await settings(teams, `settings-${locale}`);
        await teams.chooseAction('connections');
        await fits(teams.page, `connections-${locale}`);
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
    await teams.answered(() => page.close());
  }

  async function fits(page: Page, name: string): Promise<void> {
    await picture(page, `${name}-320`);
    const [overflow, cut] = [await sidewaysOverflow(page), await cutMessages(page)];
    expect({ name, overflow, cut }).toEqual({ name, overflow: 0, cut: [] });
  }
});
