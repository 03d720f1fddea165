import { expect, test } from '@jest/globals';
import { leftOf, readMore } from '../../bot/chat/result-cards.ts';
import type { SearchOutcome } from '../../bot/teams/search/outcome.ts';

/** How many results a person has not seen yet. */
const answered = (id: string, items: number, total?: number): SearchOutcome =>
  ({
    connection: { id },
    state: 'answered',
    response: { items: Array(items).fill({}), ...(total !== undefined && { total }) },
  }) as unknown as SearchOutcome;

const left = (all: [found: SearchOutcome, shown: number][], seen = {}) =>
  leftOf(
    all.map(([found]) => found),
    (found) => all.find(([each]) => each === found)?.[1] ?? 0,
    seen,
  );

test.each([
  ['all is shown', left([[answered('a', 3, 3), 3]]), undefined],
  ['a source does not count, and all is shown', left([[answered('a', 10), 10]]), undefined],
  ['a source does not count, and has one more', left([[answered('a', 11), 10]]), { seen: { a: 10 }, count: undefined }],
  ['a source counts', left([[answered('a', 11, 42), 10]]), { seen: { a: 10 }, count: 32 }],
  ['a source counts less than it returns', left([[answered('a', 11, 2), 10]]), { seen: { a: 10 }, count: 1 }],
  ['a source counts what it does not return', left([[answered('a', 0, 42), 0]], { a: 10 }), undefined],
  [
    'two sources, one of which is shown in full',
    left([
      [answered('a', 11, 42), 8],
      [answered('b', 2, 2), 2],
    ]),
    { seen: { a: 8 }, count: 34 },
  ],
  [
    'two sources, one of which does not count',
    left(
      [
        [answered('a', 11, 42), 5],
        [answered('b', 11), 5],
      ],
      { a: 5, b: 5 },
    ),
    { seen: { a: 10, b: 10 }, count: undefined },
  ],
])('%s', (_, actual, expected) => {
  expect(actual).toEqual(expected);
});

test('the data of the button is read within bounds', () => {
  expect(readMore({ more: { text: 'x', seen: { a: 10, b: 0, c: -1, d: 1.5, e: '1', f: 10_001 } } })).toEqual({
    text: 'x',
    seen: { a: 10, b: 0 },
  });
  for (const more of [{ text: 'x' }, { text: 'x', seen: {} }, { text: ['x'], seen: { a: 1 } }, 'x', null]) {
    expect(readMore({ more })).toBeUndefined();
  }
});
