import { describe, expect, test } from '@jest/globals';
import { factSettings, factsReader } from '../../../../bot/sources/json-api/facts.ts';
import { cpuTimeOf } from '../../../support/cpu-time.ts';

type Facts = Parameters<typeof factSettings.parse>[0];
const read = (facts: Facts, item: unknown) => factsReader(factSettings.parse(facts))(item);
const valueFor = (found: unknown, more: object = {}) =>
  read([{ label: 'Label', value: '/x', ...more }], { x: found })[0]?.value;

describe('the value of a fact', () => {
  test.each<[string, unknown, unknown]>([
    ['a text', 'In progress', 'In progress'],
    ['a text in HTML', 'R&amp;D <b>team</b>', 'R&D team'],
    ['a text with line breaks', ' two\n lines ', 'two lines'],
    ['a number', 12_345, 12_345],
    ['0', 0, 0],
    ['true', true, { term: 'yes' }],
    ['false', false, { term: 'no' }],
    ['a date', '2026-03-05', new Date('2026-03-05')],
    ['a time', '2026-03-05T10:00:00.000+0200', new Date('2026-03-05T08:00:00Z')],
    ['a date that is none', '2026-13-45', '2026-13-45'],
    ['a version', '1.2.3', '1.2.3'],
    ['a list of texts', ['bug', 'docs'], 'bug, docs'],
    ['a long list', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e, …'],
    ['a list of objects', [{ name: 'bug' }, { id: 7 }, null, { name: 'docs' }], 'bug, docs'],
    ['a person of Jira', { accountId: '5b', displayName: 'Ada Example', emailAddress: 'a@b.c' }, 'Ada Example'],
    ['a person of Azure DevOps', 'Ada Example <ada@contoso.example>', 'Ada Example'],
    ['an address alone', '<ada@contoso.example>', '<ada@contoso.example>'],
    ['a text that ends as an address does', 'a <b> <c@d>', 'a <c@d>'],
    [
      'a reference of ServiceNow',
      { display_value: 'Ada Example', link: 'https://x', value: '6816f79c' },
      'Ada Example',
    ],
    ['a status with a number', { value: 3 }, '3'],
    ['an object without a name', { id: 7 }, undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a blank', ' \n', undefined],
    ['an empty list', [], undefined],
    ['a name of the prototype', { constructor: 'x' }, undefined],
  ])('as read from the answer: %s', (_, found, value) => {
    expect(valueFor(found)).toEqual(value);
  });

  test.each<[string, unknown, object, unknown]>([
    ['seconds', 1_772_668_800, { as: 'date' }, new Date('2026-03-05')],
    ['milliseconds', 1_772_668_800_000, { as: 'date' }, new Date('2026-03-05')],
    ['seconds of Slack', '1772668800.000200', { as: 'date' }, new Date('2026-03-05')],
    ['no date', 'soon', { as: 'date' }, undefined],
    ['a text with a number', '12.50', { as: 'number' }, 12.5],
    ['no number', 'many', { as: 'number' }, undefined],
    ['a number that is a name', 4711, { as: 'text' }, '4711'],
    ['a number that is called so', 4711, { label: 'number' }, '4711'],
    ['a version that is a number', 12, { label: 'version' }, '12'],
    ['a date that is a name', '2026-03-05', { as: 'text' }, '2026-03-05'],
  ])('as the configuration defines it: %s', (_, found, more, value) => {
    expect(valueFor(found, more)).toEqual(value);
  });

  test('T54: is cut', () => {
    expect(String(valueFor('日'.repeat(100_000))).length).toBeLessThanOrEqual(100);
    expect(String(valueFor(Array(100_000).fill('日'.repeat(100)))).length).toBeLessThanOrEqual(100);
  });
});

test.each([' ', '<', 'x<@', '@', 'a '])('T54: a value of 200,000 %j takes little time', async (unit) => {
  const many = unit.repeat(200_000 / unit.length);
  expect(await cpuTimeOf(() => [valueFor(`x<${many}`), valueFor(many)])).toBeLessThan(1_500);
});

describe('the color of a fact', () => {
  const colorOf = (item: object, more: object) => read([{ label: 'status', value: '/state', ...more }], item)[0]?.color;

  test.each<[string, object, object, string | undefined]>([
    ['by its value', { state: 'done' }, { colors: { done: 'good' } }, 'good'],
    ['by the name of its value', { state: { name: 'Done' } }, { colors: { Done: 'good' } }, 'good'],
    ['none for another value', { state: 'open' }, { colors: { done: 'good' } }, undefined],
    ['none by itself', { state: 'green' }, {}, undefined],
    ['of Jira', { state: 'Done', category: { colorName: 'green' } }, { color: '/category/colorName' }, 'good'],
    ['in any case', { state: 'x', c: 'Warm-Red' }, { color: '/c' }, 'attention'],
    ['none for a gray', { state: 'x', c: 'blue-gray' }, { color: '/c' }, undefined],
    ['none for a code', { state: 'x', c: '#d73a4a' }, { color: '/c' }, undefined],
    ['by another field', { state: 'x', c: 'hot' }, { color: '/c', colors: { hot: 'attention' } }, 'attention'],
    [
      'what is written before what is known',
      { state: 'x', c: 'red' },
      { color: '/c', colors: { red: 'good' } },
      'good',
    ],
    ['T51: none by a name of the prototype', { state: 'constructor' }, { colors: { done: 'good' } }, undefined],
    ['T51: none by a name of the prototype, of a field', { state: 'x', c: '__proto__' }, { color: '/c' }, undefined],
  ])('%s', (_, item, more, color) => {
    expect(colorOf(item, more)).toBe(color);
  });
});

test('facts keep their order, and those without a value are left out', () => {
  const facts = ['c', 'none', 'a'].map((label) => ({ label, value: `/${label}` }));
  expect(read(facts, { a: 1, c: 2 })).toEqual([
    { label: 'c', value: 2 },
    { label: 'a', value: 1 },
  ]);
});

test.each<[string, Facts, RegExp]>([
  ['seven facts', Array(7).fill({ label: 'x', value: '/x' }), /<=6 items/],
  ['an unknown color', [{ label: 'x', value: '/x', colors: { a: 'pink' } }], /good.*warning.*attention.*accent/],
  ['an unknown field', [{ label: 'x', value: '/x', colour: '/y' }], /colour/],
  ['a text in no language', [{ label: { klingon: 'x' }, value: '/x' }], /label/],
  ['an unknown form', [{ label: 'x', value: '/x', as: 'money' }], /text.*number.*date/],
])('settings that cannot work are refused: %s', (_, facts, message) => {
  expect(() => factSettings.parse(facts)).toThrow(message);
});

test.each([
  [{ label: 'x', value: 'name' }, /^fields\.facts\[1\]\.value: /],
  [{ label: 'x', value: '/x', color: 'name' }, /^fields\.facts\[1\]\.color: /],
])('an invalid pointer is named: %j', (fact, message) => {
  expect(() => factsReader(factSettings.parse([{ label: 'a', value: '/a' }, fact]))).toThrow(message);
});
