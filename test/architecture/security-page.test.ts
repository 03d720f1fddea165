import { readFileSync } from 'node:fs';
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

/** Rows of the tables of threats: attack, defence, code, tests and, in the finished table, the number of removed
 * defences. */
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

test('each threat has exactly one row', () => {
  expect(finished.map(({ id }) => id)).toEqual(THREATS);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test('no cell of a row is empty', () => {
  const wrong = rows.filter(({ cells }) => cells.length < 4 || cells.some((cell) => !/\w/.test(cell)));
  expect(wrong).toEqual([]);
});

test('each row links to code and to tests, and the tests contain the id of the threat', () => {
  const wrong = rows.flatMap(({ id, cells: [, , place, tests] }) => [
    ...(linksIn(place).length > 0 ? [] : [`${id}: nowhere`]),
    ...(linksIn(tests).length > 0 ? [] : [`${id}: no test`]),
    ...linksIn(tests).filter((path) => !path.endsWith('.test.ts') || !isTagged(path, id)),
  ]);
  expect(wrong).toEqual([]);
});

test('each row has the number of its mutations, and says that a test failed for each', () => {
  for (const { id, cells } of finished) {
    const count = MUTATIONS.filter(({ threat }) => threat === id).length;
    expect({ id, red: cells.at(-1) }).toEqual({ id, red: `${count} of ${count}` });
  }
});

test('the row of each mutation links to the changed file, and among its tests to the test', () => {
  const cellsOf = new Map(finished.map(({ id, cells }) => [id, cells]));
  const wrong = MUTATIONS.filter(({ threat, file, test: path }) => {
    const cells = cellsOf.get(threat) ?? [];
    return !linksIn(cells.join(' ')).includes(`../${file}`) || !linksIn(cells[3]).includes(`../${path}`);
  });
  expect(wrong.map(({ threat, file, test: path }) => `${threat}: ${file}, ${path}`)).toEqual([]);
});

test('the page explains exactly the security events that exist', () => {
  const vocabulary = readFileSync(join(docs, '../bot/sign-in/audit/security-events.ts'), 'utf8');
  const events = [...vocabulary.matchAll(/^ {2}\| '([a-z_.]+)'/gm)].map(([, event]) => event);
  const section = text.split(/^## /m).find((each) => each.startsWith('Security events')) ?? '';
  const explained = [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/[a-z_]+\.[a-z_]+/g) ?? [],
  );
  expect(events.length).toBeGreaterThan(15);
  expect(explained.sort()).toEqual(events.sort());
});
