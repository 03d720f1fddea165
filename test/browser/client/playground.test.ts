import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ADA } from '../../../local/people.ts';
import { isFree } from '../../../local/processes.ts';
import { wording } from '../../support/browser/auth-browser.ts';
import { closePage, launchChromium } from '../../support/browser/chromium.ts';
import { picture } from '../../support/browser/pictures.ts';
import {
  freeRow,
  PlaygroundPage,
  type Started,
  startCommand,
  startPlayground,
  untilMessage,
} from '../../support/browser/playground.ts';
import { newVisitor, type Visitor } from '../../support/browser/visitor.ts';
import { signInAtProvider } from '../../support/provider/provider-pages.ts';
import { describeWithChromium } from '../../support/requirements.ts';

/** The Playground itself requests fonts (the test blocks the request) and has no icon. */
const ITS_OWN = [/res-1\.cdn\.office\.net\/files\/fabric-cdn/, /favicon\.ico/];

describeWithChromium('The real Agents Playground', () => {
  let folder: string;
  let port: number;
  let bot: Started;
  let playground: Started;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'playground-'));
    port = await freeRow();
    bot = startCommand('npm', ['run', 'dev:teamsfx:testtool', '--', '--port', String(port)], {});
    await untilMessage(bot, new RegExp(`listening on port ${port}\\b`));
    playground = await startPlayground(port, await freeRow(), folder);
    // Only this machine has addresses.
    browser = await launchChromium(['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost']);
    visitor = await newVisitor(browser);
    visitor.expected.push(...ITS_OWN);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([playground?.stop(), bot?.stop()]);
    rmSync(folder, { recursive: true, force: true });
    expect(await Promise.all([port, port + 1, port + 2].map(isFree))).toEqual([true, true, true]);
  });

  async function open(): Promise<PlaygroundPage> {
    const [, address = ''] = /Listening on (\d+)/.exec(playground.output()) ?? [];
    const page = new PlaygroundPage(await visitor.open(`http://localhost:${address}`));
    await page.openSearch();
    return page;
  }

  test('Ada searches, signs in in another tab, searches again, and her card is in the chat', async () => {
    const ada = await open();
    await ada.search('x');
    expect(await ada.text('does not read the manifest')).toContain('insertWiki');
    await ada.name('insertWiki', 'searchKeyword');
    await ada.search('lakers');
    const address = addressIn(await ada.text('Sign in to Contoso wiki'));
    await picture(ada.page, 'playground-sign-in');

    const tab = await visitor.open(address);
    expect(await wording(tab, 'outsideTeams')).toContain('You can still sign in here.');
    await tab.getByRole('button', { name: 'Continue' }).click();
    await signInAtProvider(tab, ADA);
    await wording(tab, 'doneSearchAgain');
    await closePage(tab);

    await ada.search('lakers');
    await ada.result('Los Angeles Lakers').waitFor();
    await picture(ada.page, 'playground');
    await ada.result('Los Angeles Lakers').click();
    await ada.page.getByRole('button', { name: 'Send Message' }).click();
    const card = ada.page.locator('.ac-adaptiveCard');
    await card.getByText('View in Contoso wiki').waitFor();
    const shown = await card.innerText();
    expect(shown).toMatch(/^Los Angeles Lakers\n/);
    expect(shown).toContain('Contoso wiki');
    expect(shown).not.toContain(ADA.username);
    await picture(ada.page, 'playground-card');
    expect(visitor.problems).toEqual([]);
  });

  test('a sign-in that cannot be proven: the page says that it needs Teams and does not continue', async () => {
    const ada = await open();
    await ada.name('insertHandbook', 'searchKeyword');
    await ada.search('lakers');
    const tab = await visitor.open(addressIn(await ada.text('Sign in to Contoso handbook')));
    expect(await wording(tab, 'page.no_teams')).toContain('this account can be connected only from Teams');
    expect(visitor.requestsTo('/plain/', 'GET')).toEqual([]);
    expect(visitor.problems).toEqual([]);
  });
});

/** The short address at the end of the text. */
function addressIn(text: string): string {
  const [address = ''] = /http:\/\/localhost:\d+\/auth\/open\/\w+$/.exec(text) ?? [];
  return address;
}
