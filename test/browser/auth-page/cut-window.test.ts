import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

describeWithChromium('A provider whose pages cut the connection between pop-up and Teams, in a browser', () => {
  // Its pages send Cross-Origin-Opener-Policy: same-origin.
  const suite = useTeamsWorld(() => ({ identityProviderEnv: { IDP_COOP: '1' } }));

  async function signIn(command: string, username: string): Promise<{ teams: TeamsClient; popup: Page }> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await signInAtProvider(popup, { username });
    // For Teams, the window looks closed.
    await teams.get('notice-hint').waitFor();
    expect(await teams.get('notice-hint').innerText()).toBe('The sign-in window was closed (CancelledByUser).');
    return { teams, popup };
  }

  test('T24: proven: the window says to search again, and the next search works', async () => {
    const { teams, popup } = await signIn('insertWiki', ADA.username);
    expect(await wording(popup, 'doneSearchAgain')).toMatch(/You are signed in.+search again in Teams/s);
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(await suite.world.events(2)).toEqual(['signin.started', 'signin.completed']);
  });

  test('T24: not proven: the window says that Teams did not get the code; no account is connected; the next search says what to do', async () => {
    const { teams, popup } = await signIn('insertHandbook', 'ada');
    await wording(popup, 'confirm');
    await popup.getByRole('button', { name: 'Connect' }).click();
    expect(await wording(popup, 'doneUntold')).toContain('No account was connected');
    expect(suite.world.rows('links')).toEqual([]);
    await teams.search('iceland');
    // The window would be cut off again, so the answer says where the sign-in works.
    expect(await teams.results()).toEqual(['ⓘ Sign in to Contoso handbook']);
    expect(await teams.get('results').innerText()).toContain(
      'cannot finish signing in to Contoso handbook in this app',
    );
  });
});
