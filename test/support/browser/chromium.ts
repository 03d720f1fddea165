import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../../local/chromium.ts';
import { patient } from '../patience.ts';
import { findProgram } from '../requirements.ts';

/** A headless Chromium with a new profile, which sends no request besides those of the pages. The caller closes it.
 * @param more arguments, for example for one without network access */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (!executablePath) throw new Error('No Chromium found; register the suite with describeWithChromium.');
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, ...more],
  });
}

/** Closes all pages that a test left open. */
export async function closePages(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map(closePage));
}

/**
 * Closes a page. Call this, not the page's own `close`. If the page moves to another site at that moment, Chromium loses
 * the request to close it and reports success, and Playwright then waits without end.
 */
export async function closePage(page: Page): Promise<void> {
  const closed = page.close();
  await Promise.race([closed, delay(RETRY_MS, undefined, { ref: false })]);
  while (!page.isClosed()) {
    await requestClose(page);
    await Promise.race([closed, delay(RETRY_MS, undefined, { ref: false })]);
  }
}

const RETRY_MS = patient(500);

async function requestClose(page: Page): Promise<void> {
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Page.close');
  } catch (error) {
    if (!page.isClosed()) throw error;
  }
}
