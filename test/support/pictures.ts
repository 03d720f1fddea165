import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

// `UPDATE_SCREENSHOTS=1 npm test -- browser` renews the pictures that the README shows.
const FOLDER =
  process.env.UPDATE_SCREENSHOTS === '1'
    ? join(import.meta.dirname, '../../docs/images')
    : join(tmpdir(), 'latchkey-pictures');

/** Takes a picture of what the page shows now, once it has settled. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.evaluate(async () => {
    await document.fonts.ready;
    const images = [...document.images].filter((image) => image.checkVisibility() && !image.complete);
    await Promise.all(images.map((image) => image.decode()));
  });
  // A row that the mouse happens to be over would be shaded.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', scale: 'css' });
}
