import { expect, test } from '@jest/globals';
import { readLinkTemplate } from '../../../../bot/sources/json-api/templates/url-template.ts';

test('T43: a template of links that a long link could match for minutes is refused', () => {
  expect(() => readLinkTemplate('https://docs.example.com/{*}-{*}-{id}')).toThrow('more than two places');
});

test('T43: a long link is read in no time by a template with two places', () => {
  const read = readLinkTemplate('https://docs.example.com/{id}-{*}');
  const began = performance.now();
  expect(read(new URL(`https://docs.example.com/${'-'.repeat(2_000)}/x/y`))).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(1_000);
});
