import type { Page } from 'playwright-core';

/** Presses Close, as the last action on the page. */
export function pressClose(page: Page): Promise<void> {
  return last(page, page.getByRole('button', { name: 'Close' }).click());
}

/** A click or key that may close the page before the driver knows that it was done. */
export async function last(page: Page, act: Promise<void>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!page.isClosed()) throw error;
  });
}
