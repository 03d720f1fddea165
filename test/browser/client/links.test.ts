import { expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { untilClosed } from '../../support/browser/closing.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import { look } from '../../support/browser/looks.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { THEMES } from '../../support/teams/axe.ts';

const LINK = 'composeExtension/queryLink';

describeWithChromium('Links in a message of the Teams client', () => {
  const suite = useTeamsWorld();
  const page = (title: string) => `${suite.world.wikiUrl}/wiki/${title}`;

  /** Signs Ada in with the link below a pasted address. */
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

  test('pasted: the client offers a sign-in, then shows the card below the text, and sends both', async () => {
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

  test('typed: the client looks it up after a space; mouse and keyboard remove its preview, which stays away', async () => {
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

  test('T56: the client does not cache a card of Ada’s page, and Grace cannot send it', async () => {
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

  test('a link that the bot does not know stays a link, and the client asks about it again only after half an hour', async () => {
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

  test.each(THEMES)('in the theme %s every word of a preview is readable', async (theme) => {
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
