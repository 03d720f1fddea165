import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findProgram } from '../requirements.ts';

/** A headless Chromium with a new profile, which asks nobody but the pages under test. The caller closes it.
 * @param more arguments for one that must not get out, say */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (!executablePath) throw new Error('No Chromium found; register the suite with describeWithChromium.');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      // One process for all pages of a profile: half the time for each page.
      '--disable-site-isolation-trials',
      '--renderer-process-limit=1',
      ...more,
    ],
  });
}

/** Closes whatever pages a test left open. */
export async function closePages(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map((page) => page.close()));
}
