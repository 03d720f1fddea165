import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { ADA, GRACE, type Person } from '../../local/people.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import type { TeamsClient } from '../support/teams-client.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';
import { newVisitor } from '../support/visitor.ts';

const RESTRICTED = 'Los Angeles Lakers trade plan (restricted)';

describeWithChromium('The main job in a browser', () => {
  const suite = useTeamsWorld();

  /** Searches, signs in in the pop-up, and waits for the results that come without another key. */
  async function signInFromTeams(teams: TeamsClient, { username }: Person): Promise<void> {
    await teams.search('lakers');
    expect(await teams.notice()).toContain('Sign in to Contoso wiki');
    const popup = await teams.signIn();
    await teams.answered(() => signInAtProvider(popup, { username }), 'lakers');
    await untilClosed(popup);
    expect(await teams.get('search-box').inputValue()).toBe('lakers');
  }

  test('Ada signs in, and her results come by themselves; later searches just work', async () => {
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
    for (const part of [/^Los Angeles Lakers\n/, /Last edited .+ by /, `Contoso wiki · signed in as ${ADA.username}`]) {
      expect(text).toMatch(part);
    }
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

    // At her own machine: the provider still knows Ada in this browser.
    const hers = await newVisitor(suite.browser);
    const herTeams = await hers.teams(suite.world.teamsUrl, { person: 'grace' });
    await signInFromTeams(herTeams, GRACE);
    const titles = await herTeams.results();
    expect(titles).toContain('Los Angeles Lakers');
    expect(titles).not.toContain(RESTRICTED);
    await hers.context.close();
    expect(hers.problems).toEqual([]);
  });

  test('T36: nothing of the sign-in is left in the browser or told to anybody', async () => {
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
});

async function weightOf(text: Locator): Promise<number> {
  return text.evaluate((element) => Number(getComputedStyle(element).fontWeight));
}

async function untilLoaded(image: Locator): Promise<void> {
  await image.evaluate((element: HTMLImageElement) => element.decode());
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(0);
}
