import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { boxAround, decodePng } from '../../support/browser/png.ts';

const FOLDER = join(import.meta.dirname, '../../../appPackage');
const read = (name: string) => decodePng(readFileSync(join(FOLDER, name)));

/** The whole of Teams' square, and the middle of it that no host cuts off. */
const [SIZE, SAFE] = [192, 120];

test('the colour icon is a full square of the accent colour, and its key is inside the middle that no host cuts off', () => {
  const icon = read('color.png');
  expect([icon.width, icon.height]).toEqual([SIZE, SIZE]);
  expect(icon.rgba.filter((value, at) => at % 4 === 3 && value !== 255)).toHaveLength(0);
  const { accentColor } = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as { accentColor: string };
  const ground = [...Buffer.from(accentColor.slice(1), 'hex')];
  const key = boxAround(icon, (...pixel) => ground.some((value, at) => pixel[at] !== value));
  expect(Math.min(key.left, key.top)).toBeGreaterThanOrEqual((SIZE - SAFE) / 2);
  expect(Math.max(key.right, key.bottom)).toBeLessThan((SIZE + SAFE) / 2);
  // In the middle, and large enough to be seen.
  expect(Math.abs(key.left + key.right + 1 - SIZE)).toBeLessThanOrEqual(4);
  expect(Math.abs(key.top + key.bottom + 1 - SIZE)).toBeLessThanOrEqual(4);
  expect(key.right - key.left).toBeGreaterThan(100);
});

test('the outline icon is white on a transparent background, without other colours', () => {
  const icon = read('outline.png');
  expect([icon.width, icon.height]).toEqual([32, 32]);
  const seen = boxAround(icon, (_red, _green, _blue, alpha) => alpha > 0);
  expect(seen.right - seen.left).toBeGreaterThan(20);
  expect(boxAround(icon, (red, green, blue, alpha) => alpha > 0 && Math.min(red, green, blue) < 255).right).toBe(-1);
  // Most of it is transparent, the corners certainly.
  const alphas = [...icon.rgba].filter((_, at) => at % 4 === 3);
  expect(alphas.filter((alpha) => alpha === 0).length).toBeGreaterThan(alphas.length / 2);
  expect([alphas[0], alphas[31], alphas[32 * 31], alphas[32 * 32 - 1]]).toEqual([0, 0, 0, 0]);
  expect(alphas.filter((alpha) => alpha === 255).length).toBeGreaterThan(20);
});
