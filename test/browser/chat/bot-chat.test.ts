import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { pressLast, untilClosed } from '../../support/browser/closing.ts';
import { picture } from '../../support/browser/pictures.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { type TeamsSuite, useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { axeFindings } from '../../support/teams/axe.ts';
import { demoOptions } from '../../support/world/demo-world.ts';
import { eventually } from '../../support/world/world.ts';

/** Opens the person's own chat with the bot, which sends its greeting. */
async function openChat({ visitor, world }: TeamsSuite, person: 'ada' | 'grace' = 'ada'): Promise<TeamsClient> {
  const teams = await visitor.teams(world.teamsUrl, { person });
  await teams.page
    .getByRole('button', { name: /^Latchkey/ })
    .first()
    .click();
  await lastSays(teams, /I search Contoso wiki/);
  return teams;
}

function last(teams: TeamsClient): Locator {
  return teams.get('message').last();
}

async function lastSays(teams: TeamsClient, text: RegExp): Promise<void> {
  await last(teams).getByText(text).first().waitFor();
}

async function send(teams: TeamsClient, text: string): Promise<void> {
  await teams.get('compose-text').fill(text);
  await teams.get('send').click();
  await teams.get('message').filter({ hasText: text }).last().waitFor();
}

async function press(teams: TeamsClient, name: string): Promise<Page> {
  const button = last(teams).getByRole('button', { name });
  const [popup] = await Promise.all([teams.page.waitForEvent('popup'), button.click()]);
  return popup;
}

describeWithChromium('A chat with the bot in the Teams client', () => {
  const suite = useTeamsWorld(demoOptions);

  test('Ada searches, signs in from the card, gets the results, searches again, and signs out', async () => {
    const teams = await openChat(suite);
    await send(teams, 'search lakers');
    const popup = await press(teams, 'Sign in to Contoso wiki');
    await signInAtProvider(popup, ADA);
    await untilClosed(popup);
    const said = (text: RegExp) => teams.get('message').filter({ hasText: text }).last();
    const more = said(/There are \d+ more results\./);
    await said(/You are signed in to Contoso wiki as ada@contoso.example/).waitFor();
    await more.waitFor();
    await lastSays(teams, /You are not signed in to Contoso handbook/);
    expect(suite.world.rows('links')).toHaveLength(1);
    await picture(teams.page, 'chat');
    const linesOf = async (message: Locator) => (await message.innerText()).split('\n').map((line) => line.trim());
    expect(await linesOf(said(/Los Angeles Lakers/))).toContain('Los Angeles Lakers');
    await more.getByRole('button', { name: 'Show more' }).click();
    await last(teams).getByTestId('message-card').first().waitFor();
    expect(await last(teams).innerText()).toMatch(/Lakers/);
    expect(await linesOf(last(teams))).not.toContain('Los Angeles Lakers');

    await send(teams, 'search iceland');
    const found = teams
      .get('message')
      .filter({ has: teams.get('message-card') })
      .filter({ hasText: 'Last edited' })
      .last();
    await found.getByTestId('message-card').first().getByText('Iceland').first().waitFor();
    await lastSays(
      teams,
      /^You are not signed in to Contoso handbook, Contoso intranet, .+, and Contoso Confluence\. To search/,
    );
    expect(await found.getByTestId('message-card').count()).toBeGreaterThan(1);
    await besideEachOther(teams, found);

    await send(teams, 'who am i');
    await last(teams).getByRole('button', { name: 'Sign out of Contoso wiki' }).click();
    await lastSays(teams, /You are signed out of Contoso wiki/);
    expect(suite.world.rows('links')).toHaveLength(0);
    expect(await axeFindings(teams.page)).toEqual([]);
  });

  /** As a carousel: the button shows the next card, and the last card has no button. */
  async function besideEachOther(teams: TeamsClient, message: Locator): Promise<void> {
    const cards = message.getByTestId('message-card');
    const left = async (index: number) => (await cards.nth(index).boundingBox())?.x ?? Number.NaN;
    expect((await cards.nth(1).boundingBox())?.y).toBe((await cards.first().boundingBox())?.y);
    const [first, next] = [await left(0), message.getByRole('button', { name: 'Next card' })];
    const back = message.getByRole('button', { name: 'Previous card' });
    expect(await back.isVisible()).toBe(false);
    await next.click();
    await eventually(
      () => left(1),
      (x) => Math.abs(x - first) < 2,
    );
    await cards.last().locator('.ac-pushButton').focus();
    await next.waitFor({ state: 'hidden' });
    expect(await back.isVisible()).toBe(true);
    expect(await axeFindings(teams.page)).toEqual([]);
  }

  test('all of the bot’s texts are in German', async () => {
    const teams = await openChat(suite);
    await teams.speak('de-DE');
    await send(teams, 'hilfe');
    await lastSays(teams, /Weitere Befehle:$/);
    const text = last(teams).locator('.preview-text');
    expect(await text.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)).toBe(false);
  });

  test('a sign-in that needs a confirmation is linked when the window has closed', async () => {
    const teams = await openChat(suite);
    await send(teams, 'sign in Contoso handbook');
    const popup = await press(teams, 'Sign in to Contoso handbook');
    await signInAtProvider(popup, { ...ADA, username: 'ada' });
    await pressLast(popup, 'Connect');
    await untilClosed(popup);
    await lastSays(teams, /You are signed in to Contoso handbook as ada/);
    expect(suite.world.rows('links')).toHaveLength(1);
  });

  test('six connections are on one card, which says that one sign-in is enough', async () => {
    const teams = await openChat(suite);
    await send(teams, 'sign in');
    await lastSays(teams, /Sign in to one of these to search. You can add others later./);
    expect(await last(teams).getByTestId('message-card').count()).toBe(1);
    expect(await last(teams).getByRole('button').allInnerTexts()).toEqual([
      'Sign in to Contoso wiki',
      'Sign in to Contoso handbook',
      'Sign in to Contoso intranet',
      'Sign in to Contoso archive',
      'Sign in to Contoso Jira',
      'Sign in to Contoso Confluence',
    ]);
    expect(await axeFindings(teams.page)).toEqual([]);
    await picture(teams.page, 'chat-sign-in');
  });

  test('if a person closes the window, the bot says how to begin again', async () => {
    const teams = await openChat(suite, 'grace');
    await send(teams, 'sign in');
    const popup = await press(teams, 'Sign in to Contoso wiki');
    await closePage(popup);
    await lastSays(teams, /the window was closed or the link no longer worked. For a new link, send “sign in”/);
    expect(suite.world.rows('links')).toHaveLength(0);
  });

  test('a screen reader announces the bot’s messages, cards too', async () => {
    const teams = await openChat(suite);
    expect(await teams.get('status').innerText()).toMatch(/^Latchkey: I search Contoso wiki/);
    await send(teams, 'sign in Contoso wiki');
    await last(teams).getByRole('button', { name: 'Sign in to Contoso wiki' }).waitFor();
    expect(await teams.get('status').innerText()).toBe('Latchkey: Sign in to Contoso wiki');
    await send(teams, 'who am i');
    await lastSays(teams, /Not signed in/);
    expect(await teams.get('status').innerText()).toBe('Latchkey: Sent a card');
  });

  test('a button with a message sends it in the person’s name', async () => {
    const teams = await openChat(suite);
    await last(teams).getByRole('button', { name: 'who am i' }).click();
    await teams.get('message').filter({ hasText: 'who am i' }).last().waitFor();
    await lastSays(teams, /Not signed in/);
  });
});

describeWithChromium('Single sign-on in a chat with the bot, in a browser', () => {
  const suite = useTeamsWorld(() => ({
    botEnv: {
      CONNECTIONS_FILE: fileURLToPath(new URL('../../support/world/connections/one-sso.json', import.meta.url)),
    },
    identityProviderEnv: { IDP_SSO: '1' },
  }));

  test('the first time the card shows its button for Ada’s consent; after that no button, and the results are there', async () => {
    const teams = await openChat(suite);
    await send(teams, 'search lakers');
    const popup = await press(teams, 'Sign in to Contoso wiki');
    await signInAtProvider(popup, { username: ADA.username });
    await untilClosed(popup);
    await lastSays(teams, /There are 9 more results/);
    expect(await teams.get('message').nth(-2).innerText()).toMatch(/Los Angeles Lakers/);
    expect(await teams.get('message').nth(-3).innerText()).toMatch(/You are signed in to Contoso wiki as ada/);

    await send(teams, 'sign out');
    await lastSays(teams, /You are signed out of Contoso wiki/);
    const before = await teams.get('message').count();
    await send(teams, 'search iceland');
    await lastSays(teams, /There (?:is|are) \d+ more results?/);
    // Her message, her account, the results, and the button for more: no sign-in card.
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
