import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../../local/chromium.ts';
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
  await Promise.all(context.pages().map((page) => page.close()));
}
