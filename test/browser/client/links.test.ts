import { expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import { look } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider, untilClosed } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { THEMES } from '../../support/teams/axe.ts';

const LINK = 'composeExtension/queryLink';

describeWithChromium('Links in a message of the Teams client', () => {
  const suite = useTeamsWorld();
  const page = (title: string) => `${suite.world.wikiUrl}/wiki/${title}`;

  /** Signs Ada in by the link below a pasted address. */
  async function signedIn(teams: TeamsClient, url: string): Promise<Record<string, unknown>> {
    await teams.sent(LINK, () => teams.paste(`Round four: ${url}.`));
    const popup = await teams.signIn('link-sign-in');
    const again = await teams.sent(LINK, () => signInAtProvider(popup, ADA));
    await untilClosed(popup);
    await teams.get('link-preview').waitFor();
    return again;
  }

  function linkInvokes(): number {
    const bodies = suite.visitor.requestsTo('/api/invoke').map((request) => request.postDataJSON());
    return bodies.filter(({ name }) => name === LINK).length;
  }

  test('pasted: asks for a sign-in, then shows its card below the text, and both are sent', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const again = await signedIn(teams, page('Iceland'));
    expect(again).toMatchObject({ url: page('Iceland'), state: expect.any(String) });
    expect(await teams.get('compose-text').inputValue()).toBe(`Round four: ${page('Iceland')}.`);
    expect(await focused(teams.page)).toBe('compose-text');
    await picture(teams.page, 'unfurl');

    const message = await teams.send();
    expect(await message.getByTestId('message-card').innerText()).toContain('Iceland');
    expect(await message.getByRole('link', { name: page('Iceland') }).getAttribute('href')).toBe(page('Iceland'));
    expect(await teams.get('link-preview').count()).toBe(0);
    const rows = teams.get('wire-row').filter({ hasText: LINK });
    expect(await rows.first().innerText()).toContain('with state → result (1)');
    expect(await rows.last().innerText()).toContain('→ auth');
  });

  test('typed: is looked at after a space; its preview goes by mouse and by keyboard, and stays away', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signedIn(teams, page('Iceland'));
    await teams.get('remove-preview').click();
    expect(await teams.get('link-preview').count()).toBe(0);
    const { keyboard } = teams.page;
    await keyboard.type(` and ${page('Germany')}`);
    expect(linkInvokes()).toBe(2);
    expect(await teams.sent(LINK, () => keyboard.press('Space'))).toMatchObject({ url: page('Germany') });
    await teams.get('link-preview').waitFor();
    await tabTo(teams.page, 'remove-preview');
    await keyboard.press('Enter');
    expect(await teams.get('link-preview').count()).toBe(0);
    expect(await focused(teams.page)).toBe('compose-text');
    await keyboard.press('Enter');
    await teams.get('message').filter({ hasText: 'Germany' }).waitFor();
    expect(await teams.get('message-card').count()).toBe(0);
    expect(linkInvokes()).toBe(3);
  });

  test('T56: a card of Ada’s page is not kept for the next time, nor left for Grace to send', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signedIn(teams, page('Iceland'));
    await teams.send();
    await teams.sent(LINK, () => teams.paste(page('Iceland')));
    await teams.get('link-preview').waitFor();
    expect(linkInvokes()).toBe(3);
    await teams.become('grace');
    expect(await teams.get('link-preview').count()).toBe(0);
    expect(await (await teams.send()).getByTestId('message-card').count()).toBe(0);
  });

  test('a link of which the bot knows nothing stays a link, and is not asked about again for half an hour', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const laterBy = (minutes: number) =>
      teams.page.evaluate((milliseconds) => {
        const { now } = Date;
        Date.now = () => now() + milliseconds;
      }, minutes * 60_000);
    const elsewhere = 'https://elsewhere.example/wiki/Mercury_(planet)';
    await teams.sent(LINK, () => teams.paste(`See (${elsewhere}).`));
    const message = await teams.send();
    expect(await message.getByRole('link').getAttribute('href')).toBe(elsewhere);
    expect(await message.getByTestId('message-card').count()).toBe(0);

    await laterBy(29);
    await teams.paste(elsewhere);
    await teams.send();
    expect(linkInvokes()).toBe(1);
    await laterBy(2);
    await teams.sent(LINK, () => teams.paste(elsewhere));
    expect(linkInvokes()).toBe(2);
  });

  test.each(THEMES)('in the theme %s every word of it can be read', async (theme) => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { theme });
    await teams.sent(LINK, () => teams.paste(page('Iceland')));
    await teams.get('link-sign-in').waitFor();
    await look(teams.page, `link-sign-in-${theme}`);
    const popup = await teams.signIn('link-sign-in');
    await teams.sent(LINK, () => signInAtProvider(popup, ADA));
    await teams.get('link-preview').waitFor();
    await look(teams.page, `unfurl-${theme}`);
    await teams.send();
    await look(teams.page, `unfurled-${theme}`);
  });
});
