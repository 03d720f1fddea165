import type { Page } from 'playwright-core';

/** An action that may close its page. The driver then loses the page before it knows that the action was done. */
export async function mayClose(page: Page, action: Promise<void>): Promise<void> {
  await action.catch((error: unknown) => {
    if (!page.isClosed()) throw error;
  });
}

/** Presses a button that may close its page. */
export function pressLast(page: Page, name: string): Promise<void> {
  return mayClose(page, page.getByRole('button', { name, exact: true }).click());
}

/** Waits until the page or a person closes a window. */
export async function untilClosed(page: Page): Promise<void> {
  if (!page.isClosed()) await page.waitForEvent('close');
}
