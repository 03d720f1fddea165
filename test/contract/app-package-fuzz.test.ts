import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateAppPackage, readPackagedConnections } from '../../bot/app-package/app-package.ts';
import type { AppPackage, Problem } from '../../bot/app-package/types.ts';
import { parseEnvFile } from '../../bot/config/env.ts';
import { SETTINGS } from '../support/app-project.ts';
import { languageFiles, manifestTemplate } from '../support/app-template.ts';
import { sized } from '../support/soak.ts';

const RUNS = { numRuns: sized(300, 5_000) };
const CONNECTIONS = {
  connections: [
    {
      id: 'wiki',
      title: 'Contoso wiki',
      commands: ['insertWiki', 'insertOther'],
      signIn: { type: 'entra', clientId: SETTINGS.WIKI_CLIENT_ID, clientSecret: '${SECRET}', scopes: ['openid'] },
      source: { type: 'mediawiki', url: '${WIKI_URL}' },
    },
  ],
};

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

function generate(change: {
  template?: unknown;
  german?: unknown;
  connections?: unknown;
  variables?: typeof SETTINGS;
}): AppPackage {
  const { template = manifestTemplate(), german, connections = CONNECTIONS, variables = SETTINGS } = change;
  const problems: Problem[] = [];
  const note = (problem: Problem) => void problems.push(problem);
  const languages = new Map<string, unknown>(languageFiles());
  if ('german' in change) languages.set('de.json', german);
  const read = readPackagedConnections(connections, { file: 'connections.json', variables, loopback: false }, note);
  const input = { environment: 'dev', template, languages, variables, connections: read, baseUrl: variables.BASE_URL };
  const made = generateAppPackage(input);
  return { ...made, problems: [...problems, ...made.problems] };
}

/** Whatever comes in: problems that say what and how, or a whole package. */
function holds({ manifest, languages, problems }: AppPackage): void {
  for (const { what: subject, fix, code } of problems) expect([subject, fix, code]).not.toContain('');
  if (problems.some(({ level }) => level === 'error')) return;
  expect(manifest).toBeDefined();
  expect(JSON.stringify([manifest, ...languages.values()]).match(/\$\{\{.*?\}\}/g)).toBeNull();
  expect(manifest?.validDomains).toEqual(['latchkey.contoso.example']);
}

test('whole, it is a package', () => {
  expect(generate({}).problems).toEqual([]);
});

test('a broken template never makes it throw, nor makes half a package', () => {
  fc.assert(
    fc.property(breaksOf(manifestTemplate()), (template) => holds(generate({ template }))),
    RUNS,
  );
});

test('nor do broken connections', () => {
  fc.assert(
    fc.property(breaksOf(CONNECTIONS), (connections) => holds(generate({ connections }))),
    RUNS,
  );
});

test('nor does a broken language file', () => {
  const german = breaksOf(languageFiles().get('de.json'));
  fc.assert(
    fc.property(german, (german) => holds(generate({ german }))),
    RUNS,
  );
});

test('nor do broken variables, which never get out of their quotes', () => {
  const values = fc.dictionary(fc.constantFrom(...Object.keys(SETTINGS)), fc.oneof(fc.string(), fc.webUrl()));
  fc.assert(
    fc.property(values, (broken) => {
      const { manifest } = generate({ variables: { ...SETTINGS, ...broken } });
      expect(Object.keys(JSON.parse(JSON.stringify(manifest)))).toEqual(Object.keys(manifest ?? {}));
    }),
    RUNS,
  );
});

test('an env file is read as F5’s scripts and the Toolkit read it', () => {
  const text = '\uFEFFA=a#b\r\nB=\r\nC="x\ny"\n';
  expect(parseEnvFile(text)).toEqual({ A: 'a', B: '', C: 'x\ny' });
});

test('an env file’s values come out as they were written', () => {
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
