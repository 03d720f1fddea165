import type { Page } from 'playwright-core';
import { PASSWORD } from '../../../local/people.ts';
import { mayClose, pressLast } from '../browser/closing.ts';

interface AtProvider {
  /** The user name to type: `ada@contoso.example`, at the plain issuer `ada`. */
  username: string;
  /** `accept` unless said. */
  decision?: 'accept' | 'refuse';
}

/** Signs in on the identity provider's pages, and consents if they ask. Returns when the browser has left them.
 * @returns whether they asked for consent */
export async function signInAtProvider(page: Page, { username, decision = 'accept' }: AtProvider): Promise<boolean> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await leave(page, 'Sign in');
  const requested = isProvider(page);
  if (requested) await leave(page, decision === 'accept' ? 'Accept' : 'Cancel');
  return requested;
}

/** Presses a button of the provider's page, and waits for the next page. The callback page may close the window. */
export async function leave(page: Page, button: string): Promise<void> {
  const left = page.url();
  const away = page.waitForURL((url) => url.href !== left, { waitUntil: 'commit' });
  await Promise.all([mayClose(page, away), pressLast(page, button)]);
}

function isProvider(page: Page): boolean {
  return /\/interaction\/|^\/sign-in\//.test(new URL(page.url()).pathname);
}
