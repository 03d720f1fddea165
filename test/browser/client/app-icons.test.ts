import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { closePage, launchChromium } from '../../support/browser/chromium.ts';
import { decodePng } from '../../support/browser/png.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const FOLDER = join(import.meta.dirname, '../../../appPackage');

describeWithChromium('the app’s icons', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test.each([
    ['color', 192],
    ['outline', 32],
  ])('%s.png is what its SVG draws', async (name, size) => {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const svg = readFileSync(join(FOLDER, 'icons', `${name}.svg`), 'utf8');
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`);
    const drawn = decodePng(await page.screenshot({ omitBackground: true }));
    const kept = decodePng(readFileSync(join(FOLDER, `${name}.png`)));
    expect([kept.width, kept.height]).toEqual([drawn.width, drawn.height]);
    // Another Chromium smooths edges differently. Another drawing differs in whole strokes.
    const differing = kept.rgba.filter((value, at) => Math.abs(value - (drawn.rgba[at] ?? 0)) > 64);
    expect(differing).toHaveLength(0);
    await closePage(page);
  });
});
