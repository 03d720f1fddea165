import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA, GRACE } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { leave, signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { lookWithAxe, THEMES } from '../../support/teams/axe.ts';
import { demoOptions } from '../../support/world/demo-world.ts';

const SUFFIX = { default: '', dark: '-dark', contrast: '-contrast' };

describeWithChromium('What a person sees, in a browser', () => {
  const suite = useTeamsWorld(demoOptions);

  test.each(THEMES)(
    'the main job in the theme %s: every text is readable, and the window has the same theme',
    async (theme) => {
      const teams = await suite.visitor.teams(suite.world.teamsUrl, { theme });
      await teams.search('lakers');
      await lookWithAxe(teams.page, `search-sign-in${SUFFIX[theme]}`);

      const popup = await teams.signIn();
      await popup.getByLabel('User name').waitFor();
      if (theme === 'default') await lookWithAxe(popup, 'sign-in');
      await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
      await lookWithAxe(teams.page, `results${SUFFIX[theme]}`);

      await teams.choose(0);
      await lookWithAxe(teams.page, `compose${SUFFIX[theme]}`);
      await teams.send();
      await lookWithAxe(teams.page, `card${SUFFIX[theme]}`);

      await teams.openExtension();
      await teams.answered(() => teams.get('command-insertHandbook').click());
      const handbook = await teams.signIn();
      await signInAtProvider(handbook, { username: 'ada' });
      await wording(handbook, 'confirm');
      await handbook.locator(`html[data-theme=${theme}]`).waitFor();
      await lookWithAxe(handbook, `confirm${SUFFIX[theme]}`);
      const background = await handbook.evaluate(
        () => getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor,
      );
      expect(background).toBe(
        { default: 'rgb(255, 255, 255)', dark: 'rgb(41, 41, 41)', contrast: 'rgb(0, 0, 0)' }[theme],
      );
    },
  );

  test('a phone 320 pixels wide: no text is cut off, from the search to the card', async () => {
    const viewport = { width: 320, height: 640 };
    const phone = await suite.anotherVisitor({ viewport, hasTouch: true });
    const teams = await phone.teams(suite.world.teamsUrl);
    const at = async (page: Page, name: string) => {
      await page.setViewportSize(viewport);
      await lookWithAxe(page, `phone-320-${name}`);
    };
    await at(teams.page, 'chat');
    await teams.search('lakers');
    await at(teams.page, 'search-sign-in');

    const wrong = await teams.signIn();
    await wrong.getByLabel('User name').waitFor();
    await at(wrong, 'sign-in');
    await signInAtProvider(wrong, GRACE);
    await wording(wrong, 'signin.identity_mismatch');
    await at(wrong, 'wrong-person');
    await wrong.close();
    await phone.context.clearCookies();

    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await at(teams.page, 'results');
    await teams.choose(0);
    await at(teams.page, 'compose');
    await teams.send();
    await at(teams.page, 'card');
  });

  test('pictures of the wrong-person page and the provider’s consent page', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, GRACE);
    await wording(popup, 'signin.identity_mismatch');
    await lookWithAxe(popup, 'wrong-person');
    await closePage(popup);

    await teams.answered(() => teams.get('command-insertHandbook').click());
    const handbook = await teams.signIn();
    await handbook.getByLabel('User name').fill('ada');
    await handbook.getByLabel('Password').fill('latchkey');
    await leave(handbook, 'Sign in');
    await handbook.getByRole('button', { name: 'Accept' }).waitFor();
    await lookWithAxe(handbook, 'consent');
  });
});
