import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { axeFindings } from '../support/axe.ts';
import { demoOptions } from '../support/demo-world.ts';
import { picture } from '../support/pictures.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

describeWithChromium('The demo’s other ways to sign in, in a browser', () => {
  const suite = useTeamsWorld(demoOptions);

  test('the wiki comes first; each command is a tab', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.openExtension();
    const tabs = await teams.page.getByRole('tab').allInnerTexts();
    expect(tabs.slice(0, 4)).toEqual(['Contoso wiki', 'Contoso handbook', 'Contoso intranet', 'Contoso archive']);
    expect(await teams.page.getByRole('tab', { selected: true }).innerText()).toBe('Contoso wiki');
    await picture(teams.page, 'demo-tabs');
    expect(await axeFindings(teams.page)).toEqual([]);
  });

  test('single sign-on: the first time Ada is asked for her consent in a window; after that none opens', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertIntranet' });
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso intranet');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username: ADA.username }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');

    suite.world.forget();
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.visitor.context.pages()).toHaveLength(1);
    expect(await suite.world.events(1)).toEqual(['signin.completed']);
  });

  test('the token service: its last page hands the code to Teams, and the window is gone', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertArchive' });
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso archive');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username: 'ada' }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.world.rows('links')).toEqual([]);
  });
});

describeWithChromium('Single sign-on in a chat with the bot, in a browser', () => {
  const suite = useTeamsWorld(() => ({
    botEnv: { CONNECTIONS_FILE: fileOf('one-sso-connection.json') },
    identityProviderEnv: { IDP_SSO: '1' },
  }));

  test('the first time the card shows its button, for Ada’s consent; after that none, and what she asked for is there', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const last = teams.get('message').last();
    const says = (text: RegExp) => last.getByText(text).first().waitFor();
    const send = async (text: string) => {
      await teams.get('compose-text').fill(text);
      await teams.get('send').click();
    };
    await teams.page
      .getByRole('button', { name: /^Latchkey/ })
      .first()
      .click();
    await says(/I search Contoso wiki/);

    await send('search lakers');
    const button = last.getByRole('button', { name: 'Sign in to Contoso wiki' });
    const [popup] = await Promise.all([teams.page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, { username: ADA.username });
    await untilClosed(popup);
    await says(/There are 9 more results/);
    expect(await teams.get('message').nth(-2).innerText()).toMatch(/Los Angeles Lakers/);
    expect(await teams.get('message').nth(-3).innerText()).toMatch(/You are signed in to Contoso wiki as ada/);

    await send('sign out');
    await says(/You are signed out of Contoso wiki/);
    const before = await teams.get('message').count();
    await send('search iceland');
    await says(/There (?:is|are) \d+ more results?/);
    // What she said, who she is, what was found, and that there is more: no card to sign in with.
    expect(await teams.get('message').count()).toBe(before + 4);
    expect(await teams.get('message').nth(-2).innerText()).toMatch(/Iceland/);
    expect(await teams.get('message').nth(-3).innerText()).toMatch(/You are signed in to Contoso wiki as ada/);
    expect(suite.visitor.context.pages()).toHaveLength(1);
    const events = await suite.world.events(5);
    expect(events.filter((event) => event.startsWith('signin'))).toEqual([
      'signin.started',
      'signin.completed',
      'signin.completed',
    ]);
  });
});
