import { expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { GUARDED_CONNECTIONS } from '../../support/world/guarded.ts';

describeWithChromium('A connection behind an identity gate, in a browser', () => {
  const suite = useTeamsWorld(() => ({ botEnv: { CONNECTIONS_FILE: GUARDED_CONNECTIONS } }));
  const open = async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertGuarded' });
    await teams.search('lakers');
    return { teams, popup: await teams.signIn() };
  };

  test('one pop-up asks for the organisation’s account, then for the archive’s, and the results appear by themselves', async () => {
    const { teams, popup } = await open();
    await signInAtProvider(popup, { username: ADA.username });
    await popup.waitForURL(/\/plain\//);
    await teams.answered(() => signInAtProvider(popup, { username: 'ada' }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    expect(suite.world.rows('links')).toHaveLength(1);
    expect(await suite.visitor.leakedReferers()).toEqual([]);
  });

  test('T12: another person at the gate never reaches the archive’s page, and reads which account was expected', async () => {
    const { popup } = await open();
    await signInAtProvider(popup, { username: GRACE.username });
    await popup.getByText(ADA.name).first().waitFor();
    expect(new URL(popup.url()).pathname).toBe('/auth/callback/guarded.gate');
    expect(suite.world.rows('links')).toEqual([]);
  });
});
