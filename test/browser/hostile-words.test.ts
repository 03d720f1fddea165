import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ADA, GRACE } from '../../local/people.ts';
import { wording } from '../support/auth-browser.ts';
import { type AuthHost, startAuthHost } from '../support/auth-host.ts';
import { launchChromium } from '../support/chromium.ts';
import { signInAtProvider } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { type ConnectionId, startWorld, type World } from '../support/world.ts';

const NAME = '<img src=x onerror=alert(1)><b>Ada</b> \u202E{expected} &amp; ${name}';

describeWithChromium('A person whose name is an attack, in a browser', () => {
  let world: World;
  let host: AuthHost;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    host = await startAuthHost();
    [world, browser] = await Promise.all([startWorld({ teamsOrigin: host.origin }), launchChromium()]);
    visitor = await newVisitor(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await host?.close();
  });

  /** The sign-in window of Ada, under that name, and somebody's sign-in in it. */
  async function signInAs(connection: ConnectionId, username: string): Promise<Page> {
    const { body } = await world.post(ADA, { connection, text: 'lakers' }, (activity) => {
      activity.from = { ...(activity.from as object), name: NAME };
    });
    const url = (body as Prompt).composeExtension.suggestedActions.actions[0].value;
    const opener = await visitor.open(host.origin);
    const [popup] = await Promise.all([
      opener.waitForEvent('popup'),
      opener.evaluate((address) => window.host.open(address, {}), url),
    ]);
    await signInAtProvider(popup, { username });
    return popup;
  }

  async function expectText(page: Page): Promise<void> {
    const names = await page.locator('bdi').allTextContents();
    expect(names).toContain(NAME);
    expect(await page.locator('main img, main b').count()).toBe(0);
    expect(visitor.problems).toEqual([]);
  }

  test('T38: the confirm page shows it as text', async () => {
    const popup = await signInAs('handbook', 'ada');
    await wording(popup, 'confirm');
    await expectText(popup);
  });

  test('T38: the words about the wrong person show it as text', async () => {
    const popup = await signInAs('wiki', GRACE.username);
    await wording(popup, 'signin.identity_mismatch');
    await expectText(popup);
  });
});

describeWithChromium('A wiki whose pages are an attack, in a browser', () => {
  const suite = useTeamsWorld(() => ({ wikiEnv: { WIKI_HOSTILE: '1' } }));

  test('T51: the list and the cards show them as text, and nothing else', async () => {
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
    // An address that is a script's is not followed: the wiki's own page takes its place.
    const addresses = teams.get('message-card').filter({ hasText: 'Hostile addresses' });
    const [page] = await Promise.all([
      suite.visitor.context.waitForEvent('page'),
      addresses.getByRole('link', { name: 'View in Contoso wiki' }).click(),
    ]);
    await page.waitForURL(`${suite.world.wikiUrl}/**`);
  });
});

interface Prompt {
  composeExtension: { suggestedActions: { actions: [{ value: string }] } };
}
