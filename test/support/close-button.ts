import type { Page } from 'playwright-core';

/** Presses Close, which may end the page before the driver hears that its click was done. */
export async function pressClose(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: 'Close' })
    .click()
    .catch((error: unknown) => {
      if (!page.isClosed()) throw error;
    });
}
