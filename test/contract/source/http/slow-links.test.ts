import { expect, test } from '@jest/globals';
import { readLinkTemplate } from '../../../../bot/sources/json-api/templates/url-template.ts';
import { cpuTimeOf } from '../../../support/cpu-time.ts';

test('T43: a template of links that a long link could match for minutes is refused', () => {
  expect(() => readLinkTemplate('https://docs.example.com/{*}-{*}-{id}')).toThrow('more than two places');
});

test('T43: a long link is read in no time by a template with two places', async () => {
  const read = readLinkTemplate('https://docs.example.com/{id}-{*}');
  const link = new URL(`https://docs.example.com/${'-'.repeat(2_000)}/x/y`);
  expect(await cpuTimeOf(() => expect(read(link)).toBeUndefined())).toBeLessThan(1_000);
});
