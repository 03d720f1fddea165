import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA, GRACE, LINUS } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { pressLast, untilClosed } from '../../support/browser/closing.ts';
import type { TeamsClient, TeamsClientChoices } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { leave, signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { eventually } from '../../support/world/world.ts';

describeWithChromium('Sign-ins that do not finish, in a browser', () => {
  const suite = useTeamsWorld();

  async function atProvider(choices: TeamsClientChoices = {}): Promise<{ teams: TeamsClient; popup: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, choices);
    await teams.search('lakers');
    const popup = await teams.signIn();
    await popup.getByLabel('User name').waitFor();
    return { teams, popup };
  }

  /** Teams still shows the search, says why the sign-in ended, and offers it again. The store has no link and no parked
   * credential. */
  async function expectRequestedAgain(teams: TeamsClient, hint: string): Promise<void> {
    await teams.get('notice-hint').waitFor();
    expect(await teams.get('notice-hint').innerText()).toBe(hint);
    expect(await teams.get('sign-in').isVisible()).toBe(true);
    expect(suite.world.rows('links')).toEqual([]);
    expect(suite.world.rows('parked')).toEqual([]);
    await teams.answered(() => teams.get('search-box').fill('iceland'), 'iceland');
    expect(await teams.get('notice').getAttribute('data-kind')).toBe('auth');
  }

  test('T12: another person signs in: the window says whose account it expects, and no account is linked', async () => {
    const { teams, popup } = await atProvider();
    await signInAtProvider(popup, GRACE);
    expect(await wording(popup, 'signin.identity_mismatch')).toMatch(
      /Sign in as Ada Example[\s\S]*You signed in as grace.*, the account of another person[\s\S]*private window/,
    );
    expect(await popup.locator('button.primary').innerText()).toBe('Use another account');
    expect(await popup.locator('h1').evaluate((h1) => h1 === document.activeElement)).toBe(true);
    expect(await teams.get('notice-hint').count()).toBe(0);
    await pressLast(popup, 'Close');
    await untilClosed(popup);
    await expectRequestedAgain(teams, 'The sign-in did not work: signin.identity_mismatch.');
    const events = await suite.world.events(3);
    expect(events).toEqual(['signin.started', 'signin.identity_mismatch', 'credential.revoked']);
  });

  test('T12: the message about the wrong person reaches Teams even if the person closes the window by hand', async () => {
    const { teams, popup } = await atProvider();
    await signInAtProvider(popup, GRACE);
    await wording(popup, 'signin.identity_mismatch');
    await popup.close({ runBeforeUnload: true });
    await expectRequestedAgain(teams, 'The sign-in did not work: signin.identity_mismatch.');
  });

  test('cancelled on the provider’s login page', async () => {
    const { teams, popup } = await atProvider();
    await leave(popup, 'Cancel');
    await untilClosed(popup);
    await expectRequestedAgain(teams, 'The sign-in did not work: cancelled.');
    expect(await suite.world.events(2)).toEqual(['signin.started', 'signin.cancelled']);
  });

  test('refused on the provider’s consent page', async () => {
    const { teams, popup } = await atProvider({ person: 'linus' });
    expect(await signInAtProvider(popup, { ...LINUS, decision: 'refuse' })).toBe(true);
    await untilClosed(popup);
    await expectRequestedAgain(teams, 'The sign-in did not work: cancelled.');
    expect(await suite.world.events(2)).toEqual(['signin.started', 'signin.cancelled']);
  });

  test('the person closes the window by hand at the provider', async () => {
    const { teams, popup } = await atProvider();
    await popup.close({ runBeforeUnload: true });
    await expectRequestedAgain(teams, 'The sign-in window was closed (CancelledByUser).');
  });

  test('T12: the confirm page names both people and preselects no button', async () => {
    const { teams, popup } = await atProvider({ command: 'insertHandbook' });
    await signInAtProvider(popup, { username: 'grace' });
    const request = await wording(popup, 'confirm');
    expect(request).toContain(`Connect the Contoso handbook account grace to ${ADA.name} in Microsoft Teams?`);
    expect(request).toContain('If you did not just start this in Teams, choose Cancel.');
    expect(await popup.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    for (const key of ['Enter', ' ']) await popup.keyboard.press(key);
    expect(await wording(popup, 'confirm')).toBe(request);
    expect(suite.world.rows('links')).toEqual([]);
    expect(suite.visitor.requestsTo('/auth/api/confirm')).toEqual([]);

    await pressLast(popup, 'Cancel');
    await untilClosed(popup);
    await expectRequestedAgain(teams, 'The sign-in did not work: cancelled.');
    expect(await suite.world.events(3)).toEqual(['signin.started', 'signin.cancelled', 'credential.revoked']);
  });

  test('T12: Connect on the confirm page: the results appear by themselves', async () => {
    const { teams, popup } = await atProvider({ command: 'insertHandbook' });
    await signInAtProvider(popup, { username: 'ada' });
    await wording(popup, 'confirm');
    await teams.answered(() => pressLast(popup, 'Connect'), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    expect(suite.world.rows('links')).toHaveLength(1);
    expect(await suite.world.events(3)).toEqual(['signin.started', 'signin.confirmed', 'signin.completed']);

    // The other connection needs its own sign-in.
    await teams.answered(() => teams.get('command-insertWiki').click());
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
  });

  test('T12: the person closes the window by hand at the confirm page: the parked credential is deleted at once', async () => {
    const { teams, popup } = await atProvider({ command: 'insertHandbook' });
    await signInAtProvider(popup, { username: 'ada' });
    await wording(popup, 'confirm');
    expect(suite.world.rows('parked')).toHaveLength(1);
    await popup.close({ runBeforeUnload: true });
    await teams.get('notice-hint').waitFor();
    await eventually(
      () => suite.world.rows('parked').length,
      (count) => count === 0,
    );
    await expectRequestedAgain(teams, 'The sign-in did not work: cancelled.');
  });
});
