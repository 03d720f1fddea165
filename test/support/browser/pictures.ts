import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

// `UPDATE_SCREENSHOTS=1 npm test -- looks` renews the pictures of the documentation. All other pictures, and those of
// other runs, are only for you to look at.
const TEMPORARY = join(tmpdir(), 'latchkey-pictures');
const DOCS = process.env.UPDATE_SCREENSHOTS === '1' ? join(import.meta.dirname, '../../../docs/images') : TEMPORARY;
const SHOWN = [
  ...['search-sign-in', 'sign-in', 'consent', 'confirm', 'wrong-person', 'results', 'compose', 'card'],
  ...['card-dark', 'card-contrast', 'phone', 'connections', 'unfurl'],
  ...['settings', 'several-results', 'jira-card'],
  ...['chat', 'web-chat'],
  'playground',
];

/** Takes a picture of the page, once it has settled. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = SHOWN.includes(name) ? DOCS : TEMPORARY;
  mkdirSync(folder, { recursive: true });
  await page.evaluate(async () => {
    await document.fonts.ready;
    // The browser never loads a lazy image far below.
    const inView = (image: HTMLImageElement) => image.getBoundingClientRect().top < innerHeight;
    const images = [...document.images].filter((image) => image.checkVisibility() && inView(image) && !image.complete);
    await Promise.all(images.map((image) => image.decode()));
  });
  // A row under the mouse would be shaded.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', scale: 'css' });
}
