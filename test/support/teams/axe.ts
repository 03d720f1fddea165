import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { look } from '../browser/looks.ts';

// axe-core (MPL 2.0), as a person with a screen reader or a keyboard would find the page.
const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const THEMES = ['default', 'dark', 'contrast'] as const;

interface Results {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** axe-core's findings on the current page: rule, element and reason; all of WCAG 2.2 AA and best practice. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Through the debugger, which a Content-Security-Policy does not block.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE);
  const { violations } = (await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run(root: string, options: object): Promise<unknown> } };
    // WCAG 2.5.3 requires the label in the name. This rule treats all words of an option as its label, the snippet too.
    const rules = { 'label-content-name-mismatch': { enabled: false } };
    return axe.run('html', { resultTypes: ['violations'], rules });
  })) as Results;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

/** Takes a picture. Fails if the page scrolls sideways, has a text that is hard to read, or if axe-core finds a fault. */
export async function lookWithAxe(page: Page, name: string): Promise<void> {
  await look(page, name);
  expect({ name, found: await axeFindings(page) }).toEqual({ name, found: [] });
}

/** Fails if axe-core finds a fault in an auth page in any theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of THEMES) {
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
    expect({ theme, found: await axeFindings(page) }).toEqual({ theme, found: [] });
  }
}
