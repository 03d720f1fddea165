import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { builtPath } from '../../local/paths.ts';
import { ADA, BOT_PASSWORD } from '../../local/people.ts';
import { freePorts, type Running, startProcess } from '../../local/processes.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

describeWithChromium('Single sign-on with Teams, in a browser', () => {
  const suite = useTeamsWorld(() => ({
    botEnv: { CONNECTIONS_FILE: fileOf('sso-connections.json') },
    identityProviderEnv: { IDP_SSO: '1' },
  }));

  test('the first time Ada is asked for her consent in a window; after that there are results without any', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
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
});

describeWithChromium('Single sign-on in a chat with the bot, in a browser', () => {
  const suite = useTeamsWorld(() => ({
    botEnv: { CONNECTIONS_FILE: fileOf('one-sso-connection.json') },
    identityProviderEnv: { IDP_SSO: '1' },
  }));

  test('the first time the card shows its button, for Ada’s consent; after that none, and what she asked for is there', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const last = teams.get('message').last();
    const says = (words: RegExp) => last.getByText(words).first().waitFor();
    const say = async (text: string) => {
      await teams.get('compose-text').fill(text);
      await teams.get('send').click();
    };
    await teams.page
      .getByRole('button', { name: /^Latchkey/ })
      .first()
      .click();
    await says(/I search Contoso wiki/);

    await say('search lakers');
    const button = last.getByRole('button', { name: 'Sign in to Contoso wiki' });
    const [popup] = await Promise.all([teams.page.waitForEvent('popup'), button.click()]);
    await signInAtProvider(popup, { username: ADA.username });
    await untilClosed(popup);
    await says(/Los Angeles Lakers/);
    expect(await teams.get('message').nth(-2).innerText()).toMatch(/You are signed in to Contoso wiki as ada/);

    await say('sign out');
    await says(/You are signed out of Contoso wiki/);
    const before = await teams.get('message').count();
    await say('search iceland');
    await says(/Iceland/);
    // What she said, who she is, and what was found: no card to sign in with.
    expect(await teams.get('message').count()).toBe(before + 3);
    expect(await teams.get('message').nth(-2).innerText()).toMatch(/You are signed in to Contoso wiki as ada/);
    expect(suite.visitor.context.pages()).toHaveLength(1);
    const events = await suite.world.events(5);
    expect(events.filter((event) => event.startsWith('signin'))).toEqual([
      'signin.started',
      'signin.completed',
      'signin.completed',
    ]);
  });
});

describeWithChromium('The token service, in a browser', () => {
  let service: Running;
  const suite = useTeamsWorld(async () => {
    const [bot = 0, identityProvider = 0, wiki = 0, teams = 0, port = 0] = await freePorts(5);
    const url = `http://localhost:${port}`;
    service = await startProcess({
      name: 'token service',
      script: builtPath('local/token-service/main.js'),
      env: { PORT: String(port), IDENTITY_PROVIDER_URL: `http://localhost:${identityProvider}` },
    });
    return {
      freePorts: [bot, identityProvider, wiki, teams],
      botEnv: { CONNECTIONS_FILE: fileOf('bot-service-connections.json'), BOT_TOKEN_SERVICE: url, BOT_PASSWORD },
      identityProviderEnv: { REDIRECT_URIS: `${url}/.auth/web/redirect` },
    };
  });
  afterAll(() => service?.stop());

  test('Ada signs in on its pages; its last one hands the code to Teams, and the window is gone', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso handbook');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username: 'ada' }), 'lakers');
    await untilClosed(popup);
    expect((await teams.results())[0]).toBe('Los Angeles Lakers');
    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.world.rows('links')).toEqual([]);
  });
});
