import { expect, test } from '@jest/globals';
import { applyChange } from '../../scripts/mutations/change.mjs';
import type { Change } from '../mutations/mutation.ts';
import { MUTATIONS } from '../mutations/table.ts';
import { THREATS } from '../mutations/threats.ts';
import { read } from '../support/project/files.ts';

/* `npm run test:mutations` removes the defences one by one, which takes long. These tests check that its table
 * still fits the sources. */

test('each threat has at least one mutation, and no mutation names an unknown threat', () => {
  const threats = new Set(MUTATIONS.map(({ threat }) => threat));
  expect([...threats].sort()).toEqual([...THREATS].sort());
});

test('no two defences of a threat have the same name', () => {
  const names = MUTATIONS.map(({ threat, defence }) => `${threat}: ${defence}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('each mutation applies to the sources, in exactly one place', () => {
  const changes = MUTATIONS.flatMap(({ and = [], ...mutation }) => [mutation, ...and]);
  const wrong = changes.flatMap((change) => {
    const problem = problemOf(change);
    return problem === undefined ? [] : [`${change.file} ${problem}`];
  });
  expect(wrong).toEqual([]);
});

function problemOf({ file, ...change }: Change): string | undefined {
  try {
    applyChange(read(file), change);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
