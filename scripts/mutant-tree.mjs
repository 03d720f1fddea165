// A copy of the sources in which scripts/mutations.mjs removes a defence.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './ready.mjs';

const FOLDERS = ['appPackage', 'auth-page', 'bench', 'bot', 'docs', 'env', 'local', 'scripts', 'test'];
const FILES = ['connections.example.json', 'jest.config.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Links node_modules, because a run does not change packages.
 * @returns {string} the folder, which is deleted when the process ends */
export function copyTree() {
  const tree = mkdtempSync(join(tmpdir(), 'latchkey-mutations-'));
  process.once('exit', () => rmSync(tree, { recursive: true, force: true }));
  const filter = (path) => !path.endsWith('node_modules');
  for (const name of [...FOLDERS, ...FILES]) cpSync(join(root, name), join(tree, name), { recursive: true, filter });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction');
  letNamesBeUnused(join(tree, 'tsconfig.json'));
  return tree;
}

/** A removed defence leaves unused names behind. */
function letNamesBeUnused(path) {
  const { compilerOptions, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  const lenient = { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
  writeFileSync(path, JSON.stringify({ ...rest, compilerOptions: { ...compilerOptions, ...lenient } }));
}

/** Changes the copy while `work` runs.
 * @param {{ file: string, find: string, replace: string }[]} changes
 * @throws {Error} if a text does not appear exactly once */
export async function withChanges(tree, changes, work) {
  const paths = new Set(changes.map(({ file }) => join(tree, file)));
  const before = [...paths].map((path) => [path, readFileSync(path, 'utf8')]);
  try {
    for (const change of changes) apply(tree, change);
    return await work();
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
  }
}

function apply(tree, { file, find, replace }) {
  const path = join(tree, file);
  const text = readFileSync(path, 'utf8');
  const matches = [...text.matchAll(patternOf(find))];
  if (matches.length !== 1) throw new Error(`${file} contains this ${matches.length} times, not once: ${find}`);
  const [{ 0: found, index }] = matches;
  writeFileSync(path, text.slice(0, index) + replace + text.slice(index + found.length));
}

/** Matches a text across the formatter's line breaks. White space at both ends counts. Keep in step with
 * test/architecture/mutations.test.ts. */
function patternOf(find) {
  const [, start, middle, end] = /^(\s*)(.*?)(\s*)$/s.exec(find);
  const characters = [...middle.replace(/\s+/g, '')];
  const escaped = characters.map((character) => character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&'));
  const tokens = escaped.map((each) => (/[)\]}]$/.test(each) ? `,?\\s*${each}` : each));
  return new RegExp(start + tokens.join('\\s*') + end, 'g');
}
