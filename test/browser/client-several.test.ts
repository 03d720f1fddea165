import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { picture } from '../support/pictures.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

const CONNECTIONS_FILE = fileURLToPath(new URL('../support/several-connections.json', import.meta.url));

describeWithChromium('A command of several connections in the Teams client', () => {
  const suite = useTeamsWorld(() => ({ botEnv: { CONNECTIONS_FILE } }));

  test('is one tab, and offers a sign-in for each; the one that Ada chooses shows its results', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertAll' });
    await teams.search('lakers');
    expect(await teams.page.getByRole('tab').allInnerTexts()).toEqual([
      'Contoso wiki',
      'Contoso wiki and Contoso handbook',
      'Contoso handbook',
    ]);
    const links = teams.get('sign-in');
    expect(await links.allInnerTexts()).toEqual(['Sign in to Contoso wiki', 'Sign in to Contoso handbook']);
    await picture(teams.page, 'several-sign-ins');
    const [popup] = await Promise.all([teams.page.waitForEvent('popup'), links.first().click()]);
    await teams.answered(() => signInAtProvider(popup, ADA), 'lakers');
    await untilClosed(popup);
    expect(await teams.results()).toContain('Los Angeles Lakers');
    expect(suite.world.rows('links')).toHaveLength(1);
    await picture(teams.page, 'several-results');
  });
});
