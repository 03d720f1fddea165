import type { Page } from 'playwright-core';
import { PASSWORD } from '../../local/people.ts';

export interface AtProvider {
  /** What they type: `ada@contoso.example`, at the plain issuer `ada`. */
  username: string;
  /** `accept` unless said. */
  decision?: 'accept' | 'refuse';
}

/** Signs in on the identity provider's pages, and consents where they ask. Returns when that page is left behind.
 * @returns whether they asked for consent */
export async function signInAtProvider(page: Page, { username, decision = 'accept' }: AtProvider): Promise<boolean> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await leave(page, 'Sign in');
  const asked = isProvider(page);
  if (asked) await leave(page, decision === 'accept' ? 'Accept' : 'Cancel');
  return asked;
}

/** Presses a button of the provider's, and waits for where it leads. */
export async function leave(page: Page, button: string): Promise<void> {
  const left = page.url();
  // The window may close by itself as soon as the callback page is there.
  await Promise.all([
    page.waitForURL((url) => url.href !== left, { waitUntil: 'commit' }),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
}

function isProvider(page: Page): boolean {
  return new URL(page.url()).pathname.includes('/interaction/');
}

/** Heading and words of an auth page, once it shows this screen. */
export async function screen(page: Page, name: string): Promise<string> {
  await page.locator(`main[data-screen="${name}"]`).waitFor();
  return page.locator('main').innerText();
}

/** Waits until a window is gone, by whoever's hand. */
export async function untilClosed(page: Page): Promise<void> {
  if (!page.isClosed()) await page.waitForEvent('close');
}
