import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MUTATIONS } from '../mutations/table.ts';
import { THREATS } from '../mutations/threats.ts';

const docs = join(import.meta.dirname, '../../docs');
const text = readFileSync(join(docs, 'SECURITY.md'), 'utf8');

interface Row {
  id: string;
  cells: string[];
}

/** Rows of the tables of threats: attack, defence, where, tests and, in the finished one, what was taken away. */
const rows: Row[] = text.split('\n').flatMap((line) => {
  const [id, ...cells] = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
  return id !== undefined && /^T\d+$/.test(id) ? [{ id, cells }] : [];
});
const finished = rows.filter(({ cells }) => cells.length === 5);

/** The targets of a cell's links, from docs/. */
function linksIn(markdown = ''): string[] {
  return [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
}

function isTagged(path: string, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(readFileSync(join(docs, path), 'utf8'));
}

test('every threat has its row, once', () => {
  expect(finished.map(({ id }) => id)).toEqual(THREATS);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test('no cell of a row is empty', () => {
  const wrong = rows.filter(({ cells }) => cells.length < 4 || cells.some((cell) => !/\w/.test(cell)));
  expect(wrong).toEqual([]);
});

test('what a row links to is there, and its tests say which threat they are for', () => {
  const wrong = rows.flatMap(({ id, cells: [, , place, tests] }) => [
    ...(linksIn(place).length > 0 ? [] : [`${id}: nowhere`]),
    ...(linksIn(tests).length > 0 ? [] : [`${id}: no test`]),
    ...linksIn(place).filter((path) => !existsSync(join(docs, path))),
    ...linksIn(tests).filter((path) => !path.endsWith('.test.ts') || !isTagged(path, id)),
  ]);
  expect(wrong).toEqual([]);
});

test('each row counts the defences that the table of mutations takes away, and all turned a test red', () => {
  for (const { id, cells } of finished) {
    const count = MUTATIONS.filter(({ threat }) => threat === id).length;
    expect({ id, red: cells.at(-1) }).toEqual({ id, red: `${count} of ${count}` });
  }
});

test('where a defence is taken away, the row links to the file and to the test', () => {
  const linksOf = new Map(finished.map(({ id, cells }) => [id, linksIn(cells.join(' '))]));
  const wrong = MUTATIONS.filter(({ threat, file, test: path }) => {
    const links = linksOf.get(threat) ?? [];
    return !links.includes(`../${file}`) || !links.includes(`../${path}`);
  });
  expect(wrong.map(({ threat, file }) => `${threat}: ${file}`)).toEqual([]);
});

test('links elsewhere on the page lead somewhere', () => {
  const inTree = linksIn(text).filter((target) => !/^(https?:|#)/.test(target));
  expect(inTree.filter((path) => !existsSync(join(docs, path.replace(/#.*/, ''))))).toEqual([]);
});

test('the page explains each security event, and no other', () => {
  const vocabulary = readFileSync(join(docs, '../bot/sign-in/security-events.ts'), 'utf8');
  const events = [...vocabulary.matchAll(/^ {2}\| '([a-z_.]+)'/gm)].map(([, event]) => event);
  const section = text.split(/^## /m).find((each) => each.startsWith('Security events')) ?? '';
  const explained = [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/[a-z_]+\.[a-z_]+/g) ?? [],
  );
  expect(events.length).toBeGreaterThan(15);
  expect(explained.sort()).toEqual(events.sort());
});
