import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AppPackage } from '../../../bot/app-package/types.ts';
import { parseEnvFile } from '../../../bot/config/env.ts';
import { SETTINGS } from '../../support/project/app-project.ts';
import { sized } from '../../support/soak.ts';
import { languageFiles, manifestTemplate } from '../../support/teams/app-template.ts';
import { generate, WIKI } from './generate.ts';

const RUNS = { numRuns: sized(300, 5_000) };
const CONNECTIONS = { connections: [{ ...WIKI, commands: ['insertWiki', 'insertOther'] }] };

/** Anything that JSON can say. */
const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('${{BOT_ID}}', '${WIKI_URL}', '', [], {}, '__proto__', -1, '\u0000'),
);

/** Every place in a JSON value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** The value with another at one place; `undefined` takes it away. */
function broken(value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  const child = broken(copy[step], rest, by);
  if (child === undefined) delete copy[step];
  else copy[step] = child;
  return copy;
}

const breaksOf = (value: unknown) =>
  fc
    .tuple(fc.constantFrom(...pathsOf(value)), fc.option(junk, { nil: undefined }))
    .map(([path, by]) => broken(value, path, by));

/** For every input: problems that say what is wrong and how to fix it, or a complete package. */
function holds({ manifest, languages, problems }: AppPackage): void {
  for (const { what: subject, fix, code } of problems) expect([subject, fix, code]).not.toContain('');
  if (problems.some(({ level }) => level === 'error')) return;
  expect(manifest).toBeDefined();
  expect(JSON.stringify([manifest, ...languages.values()]).match(/\$\{\{.*?\}\}/g)).toBeNull();
  expect(manifest?.validDomains).toEqual(['latchkey.contoso.example']);
}

test('a complete input makes a package', () => {
  expect(generate({ file: CONNECTIONS }).problems).toEqual([]);
});

test('a broken template never causes an exception or half a package', () => {
  fc.assert(
    fc.property(breaksOf(manifestTemplate()), (template) => holds(generate({ file: CONNECTIONS, template }))),
    RUNS,
  );
});

test('broken connections do not either', () => {
  fc.assert(
    fc.property(breaksOf(CONNECTIONS), (file) => holds(generate({ file }))),
    RUNS,
  );
});

test('a broken language file does not either', () => {
  const german = breaksOf(languageFiles().get('de.json'));
  fc.assert(
    fc.property(german, (german) => {
      const languages = new Map<string, unknown>([...languageFiles(), ['de.json', german]]);
      holds(generate({ file: CONNECTIONS, languages }));
    }),
    RUNS,
  );
});

test('broken variables do not either, and never leave their quotes', () => {
  const values = fc.dictionary(fc.constantFrom(...Object.keys(SETTINGS)), fc.oneof(fc.string(), fc.webUrl()));
  fc.assert(
    fc.property(values, (broken) => {
      const { manifest } = generate({ file: CONNECTIONS, variables: broken });
      expect(Object.keys(JSON.parse(JSON.stringify(manifest)))).toEqual(Object.keys(manifest ?? {}));
    }),
    RUNS,
  );
});

test('the packager reads an env file like F5’s scripts and the Toolkit', () => {
  const text = '\uFEFFA=a#b\r\nB=\r\nC="x\ny"\n';
  expect(parseEnvFile(text)).toEqual({ A: 'a', B: '', C: 'x\ny' });
});

test('the values of an env file are read as they were written', () => {
  const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/).filter((name) => name !== '__proto__');
  const plain = fc.stringMatching(/^[\w:/.${}=@+-]*$/);
  const value = fc.oneof(
    plain.map((text) => [text, text]),
    fc.stringMatching(/^[\w #'=]*$/).map((text) => [text, `"${text}"`]),
    fc.stringMatching(/^[\w #"=]*$/).map((text) => [text, `'${text}' # why`]),
    plain.map((text) => [text, `${text} # why`]),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.constantFrom('\n', '\r\n'), (values, end) => {
      const lines = Object.entries(values).map(([key, [, written]]) => `${key} = ${written}`);
      const text = ['# a comment', '', ...lines, 'no setting'].join(end);
      const meant = Object.fromEntries(Object.entries(values).map(([key, [meant]]) => [key, meant]));
      expect(parseEnvFile(text)).toEqual(meant);
    }),
    RUNS,
  );
});
