import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

// `UPDATE_SCREENSHOTS=1 npm test -- looks` renews the pictures that the documentation shows; all others, and those of every
// other run, are there to be looked at.
const TEMPORARY = join(tmpdir(), 'latchkey-pictures');
const DOCS = process.env.UPDATE_SCREENSHOTS === '1' ? join(import.meta.dirname, '../../../docs/images') : TEMPORARY;
const SHOWN = [
  ...['search-sign-in', 'sign-in', 'consent', 'confirm', 'wrong-person', 'results', 'compose', 'card'],
  ...['card-dark', 'card-contrast', 'phone', 'connections', 'unfurl'],
  ...['settings', 'several-results', 'jira-card'],
  ...['chat', 'web-chat'],
  'playground',
];

/** Takes a picture of what the page shows now, once it has settled. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = SHOWN.includes(name) ? DOCS : TEMPORARY;
  mkdirSync(folder, { recursive: true });
  await page.evaluate(async () => {
    await document.fonts.ready;
    // A lazy image far below is never loaded.
    const inView = (image: HTMLImageElement) => image.getBoundingClientRect().top < innerHeight;
    const images = [...document.images].filter((image) => image.checkVisibility() && inView(image) && !image.complete);
    await Promise.all(images.map((image) => image.decode()));
  });
  // A row that the mouse happens to be over would be shaded.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', scale: 'css' });
}
