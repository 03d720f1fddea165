import type { Page } from 'playwright-core';

/** Presses Tab until the element has the focus. Fails after a full round.
 * @param key `Shift+Tab` to go back */
export async function tabTo(page: Page, testId: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await focused(page)) === testId) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${testId}`);
}

/** The data-testid of the element with the focus. */
export function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.testid);
}
