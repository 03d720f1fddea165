import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, CHROMIUM_NAMES, findInPath } from '../../local/chromium.ts';
import { ADA, PASSWORD } from '../../local/people.ts';
import { COMMANDS, type PeopleWorld } from './world.ts';

/** As the tests launch it. @throws {Error} if no Chromium is installed */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? findInPath(CHROMIUM_NAMES);
  if (!executablePath) throw new Error('There is no Chromium. Install chromium-headless-shell, or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
}

/** The cookies of a browser, in the form that Playwright restores. */
export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** A new profile: no connection, nothing in the cache. A script presses *Accept* and *Connect* as soon as they appear, so
 * the time of a person's own decisions does not count. */
export async function newVisitor(browser: Browser, cookies: Cookies = []): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  await context.addCookies(cookies);
  await context.addInitScript(PRESS_BUTTONS);
  return context;
}

/** On the provider's pages and on the confirm page. */
const PRESS_BUTTONS = `addEventListener('DOMContentLoaded', () => {
  const pressed = new Set();
  const press = () => {
    const button = document.querySelector('button[value=accept], main[data-screen^=confirm] button.primary');
    if (!button || pressed.has(button)) return;
    pressed.add(button);
    button.click();
  };
  new MutationObserver(press).observe(document, { subtree: true, childList: true, attributes: true });
  press();
});`;

/** Signs Ada in at both issuers, with her consent.
 * @returns the provider's cookies: later sign-ins show no password page */
export async function signInAtProviders(browser: Browser, world: PeopleWorld): Promise<Cookies> {
  const context = await newVisitor(browser);
  for (const [command, username] of [
    [COMMANDS.proven, ADA.username],
    [COMMANDS.confirmed, 'ada'],
  ] as const) {
    const page = await openTeams(context, world.teamsUrl, command);
    await search(page, 'lakers');
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByTestId('sign-in').click()]);
    await popup.getByLabel('User name').fill(username);
    await popup.getByLabel('Password').fill(PASSWORD);
    await popup.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByTestId('result').first().waitFor();
  }
  const cookies = await providerCookies(context, world);
  await context.close();
  return cookies;
}

/** The provider gives a session a new id at each consent, so the next profile needs the latest cookies. */
export async function providerCookies(context: BrowserContext, world: PeopleWorld): Promise<Cookies> {
  const { hostname } = new URL(world.identityProviderUrl);
  return (await context.cookies()).filter(({ domain }) => domain === hostname);
}

/** Opens the Teams client and the extension's flyout, and waits for its initial run. */
export async function openTeams(context: BrowserContext, teamsUrl: string, command: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${teamsUrl}/?${new URLSearchParams({ person: 'ada', locale: 'en-GB', command })}`);
  await page.getByTestId('messages').locator('li').first().waitFor();
  await page.getByTestId('open-extension').click();
  await page.locator('#flyout-body[aria-busy=false]').waitFor();
  return page;
}

/** Types a text at once, presses Enter, and waits for the answer. */
export async function search(page: Page, text: string): Promise<void> {
  await page.getByTestId('search-box').fill(text);
  await page.getByTestId('search-box').press('Enter');
  await page.locator('#flyout-body[aria-busy=false]').waitFor();
}
