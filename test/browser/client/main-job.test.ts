import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { ADA, GRACE, PASSWORD, type Person } from '../../../local/people.ts';
import { mayClose, untilClosed } from '../../support/browser/closing.ts';
import { focused, tabTo } from '../../support/browser/focus.ts';
import type { TeamsClient } from '../../support/browser/teams-client.ts';
import { useTeamsWorld } from '../../support/browser/teams-suite.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const RESTRICTED = 'Los Angeles Lakers trade plan (restricted)';

describeWithChromium('The main job in a browser', () => {
  const suite = useTeamsWorld(() => ({ wikiEnv: { WIKI_HOSTILE: '1' } }));

  /** Searches, signs in in the pop-up, and waits for the results, which appear without a key press. */
  async function signInFromTeams(teams: TeamsClient, { username }: Person): Promise<void> {
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username }), 'lakers');
    await untilClosed(popup);
    expect(await teams.get('search-box').inputValue()).toBe('lakers');
  }

  // First: the provider asks Ada for her consent once.
  test('without a mouse: Tab, Enter and the arrow keys lead from the first key to the sent card', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    const { page } = teams;
    const { keyboard } = page;
    expect(await teams.get('try-it').innerText()).toBe('Try it: select Latchkey below, then search for lakers.');
    await tabTo(page, 'open-extension');
    await teams.answered(() => keyboard.press('Enter'));
    expect(await focused(page)).toBe('search-box');
    expect(await teams.get('try-it').count()).toBe(0);
    await teams.answered(async () => {
      await keyboard.type('lakers');
      await keyboard.press('Enter');
    }, 'lakers');
    await tabTo(page, 'sign-in');
    const [popup] = await Promise.all([page.waitForEvent('popup'), keyboard.press('Enter')]);

    await popup.getByLabel('User name').waitFor();
    await popup.keyboard.type(ADA.username);
    await popup.keyboard.press('Tab');
    await popup.keyboard.type(PASSWORD);
    await popup.keyboard.press('Enter');
    await popup.getByRole('button', { name: 'Accept' }).waitFor();
    await teams.answered(() => mayClose(popup, popup.keyboard.press('Enter')), 'lakers');
    await untilClosed(popup);

    expect(await focused(page)).toBe('search-box');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Los Angeles Lakers');
    expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
    await keyboard.press('Enter');
    await teams.get('compose-card').waitFor();
    expect(await focused(page)).toBe('compose-text');
    await keyboard.press('Enter');
    await teams.get('message-card').waitFor();
    expect(await teams.get('message-card').innerText()).toContain('Los Angeles Lakers');
    expect(await teams.get('compose-card').count()).toBe(0);

    // The keyboard reaches the card's own link.
    const link = page.getByRole('link', { name: 'View in Contoso wiki' });
    for (let presses = 0; presses < 40 && !(await link.evaluate((each) => each.matches(':focus'))); presses += 1) {
      await keyboard.press('Shift+Tab');
    }
    const [wiki] = await Promise.all([suite.visitor.context.waitForEvent('page'), keyboard.press('Enter')]);
    expect(wiki.url()).toBe(`${suite.world.wikiUrl}/wiki/Los_Angeles_Lakers`);
  });

  test('Ada signs in, and her results appear by themselves; later searches need no sign-in', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signInFromTeams(teams, ADA);
    expect((await teams.results()).slice(0, 2)).toEqual(['Los Angeles Lakers', RESTRICTED]);

    await teams.search('iceland');
    expect((await teams.results())[0]).toBe('Iceland');
    expect(suite.visitor.context.pages()).toHaveLength(1);
    expect(await suite.world.events(2)).toEqual(['signin.started', 'signin.completed']);
  });

  test('a result that Ada clicks becomes a card in the conversation', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signInFromTeams(teams, ADA);
    await teams.choose(0);
    expect(await teams.get('compose-card').innerText()).toContain('Los Angeles Lakers');
    const card = (await teams.send()).getByTestId('message-card');

    expect(await teams.get('compose-card').count()).toBe(0);
    const text = await card.innerText();
    for (const part of [/^Los Angeles Lakers\n/, /Last edited .+ by /, /\nContoso wiki\n/]) {
      expect(text).toMatch(part);
    }
    expect(text).not.toContain(ADA.username);
    expect(await weightOf(card.getByText('Lakers', { exact: true }).first())).toBeGreaterThanOrEqual(600);
    expect(await weightOf(card.getByText('The Los Angeles'))).toBeLessThan(600);
    await untilLoaded(card.getByRole('img', { name: 'Picture of Los Angeles Lakers' }));

    const [wiki] = await Promise.all([
      suite.visitor.context.waitForEvent('page'),
      card.getByRole('link', { name: 'View in Contoso wiki' }).click(),
    ]);
    await wiki.waitForLoadState();
    expect(wiki.url()).toBe(`${suite.world.wikiUrl}/wiki/Los_Angeles_Lakers`);
    expect(await wiki.getByRole('heading', { level: 1 }).innerText()).toBe('Los Angeles Lakers');
    await untilLoaded(wiki.getByRole('img').first());
  });

  test('T56: Grace has to sign in herself, and does not see what only Ada may read', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signInFromTeams(teams, ADA);
    expect(await teams.results()).toContain(RESTRICTED);

    await teams.answered(() => teams.become('grace'));
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
    expect(await teams.get('result').count()).toBe(0);

    // On her own machine: the provider still knows Ada in this browser.
    const hers = await suite.anotherVisitor();
    const herTeams = await hers.teams(suite.world.teamsUrl, { person: 'grace' });
    await signInFromTeams(herTeams, GRACE);
    const titles = await herTeams.results();
    expect(titles).toContain('Los Angeles Lakers');
    expect(titles).not.toContain(RESTRICTED);
  });

  test('T51: the list and the cards show pages of the wiki that contain attacks as text only', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await teams.search('hostile');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, ADA), 'hostile');
    const titles = await teams.results();
    for (const kind of ['markdown', 'HTML', 'template', 'addresses', 'snippet', 'editor']) {
      await teams.search('hostile');
      await teams.choose(titles.findIndex((title) => title.startsWith(`Hostile ${kind}`)));
      const card = (await teams.send()).getByTestId('message-card');
      expect(await card.innerText()).toContain(`Hostile ${kind}`);
    }
    expect(await teams.get('message-card').count()).toBe(6);
    expect(
      await teams.page.locator('#messages :is(script, b, em, strong, code, a, h1, iframe)').allInnerTexts(),
    ).toEqual(await teams.page.locator('#messages .message-head strong').allInnerTexts());
    const pictures = await teams.page
      .locator('#messages img')
      .evaluateAll((all) => all.map((each) => each.getAttribute('src')));
    expect(pictures.filter((src) => !src?.startsWith(`${suite.world.wikiUrl}/w/images/`))).toEqual([]);
    // A script address becomes the address of the wiki's own page.
    const addresses = teams.get('message-card').filter({ hasText: 'Hostile addresses' });
    const [page] = await Promise.all([
      suite.visitor.context.waitForEvent('page'),
      addresses.getByRole('link', { name: 'View in Contoso wiki' }).click(),
    ]);
    await page.waitForURL(`${suite.world.wikiUrl}/**`);
  });

  test('T36: after a sign-in the browser stores nothing of it, and no other site gets anything of it', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl);
    await signInFromTeams(teams, ADA);
    expect(await suite.visitor.leakedReferers()).toEqual([]);
    const { cookies, origins } = await suite.visitor.context.storageState();
    expect(origins).toEqual([]);
    const ours = cookies.filter(({ name }) => name.includes('latchkey'));
    expect(ours).toEqual([expect.objectContaining({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })]);
    expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);
    expect(ours[0]?.name).toMatch(/^__Host-/);
  });

  test('without a mouse: Escape and Cancel leave the flyout and the confirm page', async () => {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command: 'insertHandbook' });
    await teams.search('lakers');
    const popup = await teams.signIn();
    await popup.getByLabel('User name').waitFor();
    for (const key of ['a', 'd', 'a', 'Tab', ...PASSWORD, 'Enter']) await popup.keyboard.press(key);
    await popup.getByRole('button', { name: 'Accept' }).press('Enter');
    await popup.locator('main[data-screen=confirm]').waitFor();
    await popup.keyboard.press('Tab');
    await popup.keyboard.press('Tab');
    expect(await popup.evaluate(() => document.activeElement?.textContent)).toBe('Use another account');
    await popup.keyboard.press('Tab');
    expect(await popup.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await mayClose(popup, popup.keyboard.press('Enter'));
    await untilClosed(popup);
    await teams.get('notice-hint').waitFor();
    await teams.get('search-box').press('Escape');
    expect(await teams.get('flyout').isVisible()).toBe(false);
    expect(await focused(teams.page)).toBe('open-extension');
  });
});

async function weightOf(text: Locator): Promise<number> {
  return text.evaluate((element) => Number(getComputedStyle(element).fontWeight));
}

async function untilLoaded(image: Locator): Promise<void> {
  await image.evaluate((element: HTMLImageElement) => element.decode());
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(0);
}
