import { expect, test } from '@jest/globals';
import { isSafeUrl, safeUrl } from '../../../bot/platform/safe-url.ts';

/** Node 20's own check refuses such a host once it is compiled to machine code. */
const OFTEN = 50_000;

test('a host with non-ASCII letters is accepted, however often the function runs', () => {
  const origins = new Set(['https://xn--bcher-kva.example']);
  let refused = 0;
  for (let at = 0; at < OFTEN; at++) {
    if (!isSafeUrl('https://bücher.example/a', false)) refused++;
    if (safeUrl('https://bücher.example/a', origins) === undefined) refused++;
  }
  expect(refused).toBe(0);
  expect(isSafeUrl('https://', false)).toBe(false);
});
