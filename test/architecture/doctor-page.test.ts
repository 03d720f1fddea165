import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BROKEN_FILES } from '../doctor/broken-files.ts';
import { BROKEN_REDIS } from '../doctor/broken-redis.ts';
import { BROKEN_WORLDS } from '../doctor/broken-world.ts';
import { DoctorProject } from '../support/project/doctor-project.ts';
import { read } from '../support/project/files.ts';

const text = read('docs/DOCTOR.md');

/** Sections of the page, each with its rows: id in kebab-case, weight, what it checks, why, fix. */
const sections = text.split(/^### /m).map((section) => ({
  name: section.split('\n')[0],
  rows: [...section.matchAll(/^\| `([a-z]+(?:-[a-z]+)*)` (\|.*)\|$/gm)].map(([, id = '', cells = '']) => ({
    id,
    cells: cells
      .split('|')
      .slice(1)
      .map((cell) => cell.trim()),
  })),
}));
const explained = sections.flatMap(({ name, rows }) => rows.map(({ id }) => `${name}: ${id}`));

let project: DoctorProject;
/** Every check of the built doctor, run in an empty folder: each check prints its id, whatever its result. */
let checks: { id: string; section: string }[];
beforeAll(async () => {
  project = new DoctorProject('dev', {});
  checks = (await project.diagnose('--offline')).findings;
});
afterAll(() => project?.discard());

test('the page explains exactly the checks of the doctor, in the doctor’s order', () => {
  const messages = [...new Set(checks.map(({ id, section }) => `${section}: ${id}`))];
  expect(messages.length).toBeGreaterThan(60);
  expect(explained).toEqual(messages);
});

test('no cell of the page is empty, and the weights are those of the doctor', () => {
  const rows = sections.flatMap((section) => section.rows);
  expect(rows.filter(({ cells }) => cells.length !== 4 || cells.some((cell) => !/\w/.test(cell)))).toEqual([]);
  const heaviest = new Map<string, string>();
  for (const { id, severity = 'error' } of [...BROKEN_FILES, ...BROKEN_WORLDS, ...BROKEN_REDIS]) {
    if (heaviest.get(id) !== 'error') heaviest.set(id, severity);
  }
  expect(rows.map(({ id, cells }) => `${id}: ${cells[0]}`)).toEqual(rows.map(({ id }) => `${id}: ${heaviest.get(id)}`));
});

test('for each check, a test project exists that fails it', () => {
  const broken = new Set([...BROKEN_FILES, ...BROKEN_WORLDS, ...BROKEN_REDIS].map(({ id }) => id));
  const ids = new Set(checks.map(({ id }) => id));
  expect([...ids].filter((id) => !broken.has(id))).toEqual([]);
  expect([...broken].filter((id) => !ids.has(id))).toEqual([]);
});

test('the samples on the page have the current number of checks and the doctor’s own words', async () => {
  const count = new Set(checks.map(({ id }) => id)).size;
  expect(text).toContain(`"offline": false, "checks": ${count},`);
  const [sample = ''] = /^No faults.*$/m.exec(text) ?? [];
  expect(sample).toContain(` of ${count} checks passed`);
  const { stdout } = await project.doctor('--offline');
  const message = (line = '') => line.replace(/^.*?\. /, '').replace(/\d+/g, 'N');
  expect(message(sample)).toBe(message(stdout.trimEnd().split('\n').at(-1)));
});
