import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MUTATIONS } from '../mutations/table.ts';
import { THREATS } from '../mutations/threats.ts';

/* `npm run test:mutations` takes the defences away one by one, which takes long. That its table still fits the sources is
 * held here. */
const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('every threat has a defence that is taken away, and nothing else has', () => {
  const threats = new Set(MUTATIONS.map(({ threat }) => threat));
  expect([...threats].sort()).toEqual([...THREATS].sort());
});

test('no two defences of a threat have the same name', () => {
  const names = MUTATIONS.map(({ threat, defence }) => `${threat}: ${defence}`);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('what is taken away is there, once', () => {
  const changes = MUTATIONS.flatMap(({ and = [], ...mutation }) => [mutation, ...and]);
  const wrong = changes.filter(({ file, find }) => read(file).match(patternOf(find))?.length !== 1);
  expect(wrong.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
  expect(changes.filter(({ find, replace }) => find === replace)).toEqual([]);
});

test('the test that must notice is there, and says which threat it is for', () => {
  const wrong = MUTATIONS.filter(({ test: path, threat }) => !existsSync(join(root, path)) || !isTagged(path, threat));
  expect(wrong.map(({ test: path, threat }) => `${threat}: ${path}`)).toEqual([]);
});

function isTagged(path: string, threat: string): boolean {
  return new RegExp(`\\b${threat}\\b`).test(read(path));
}

/** Matches a text however the formatter breaks its lines. White space at both ends counts (scripts/mutant-tree.mjs has the same pattern). */
function patternOf(find: string): RegExp {
  const [, start = '', middle = '', end = ''] = /^(\s*)(.*?)(\s*)$/s.exec(find) ?? [];
  const characters = [...middle.replace(/\s+/g, '')];
  const escaped = characters.map((character) => character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'));
  const tokens = escaped.map((each) => (/[)\]}]$/.test(each) ? `,?\\s*${each}` : each));
  return new RegExp(start + tokens.join('\\s*') + end, 'g');
}
