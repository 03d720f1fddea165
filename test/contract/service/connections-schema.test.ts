import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { connectionsJsonSchema, connectionsSchemaText } from '../../../scripts/connections-schema/schema.ts';
import { ROOT, read } from '../../support/project/files.ts';
import { blocksOf, PAGES } from '../../support/project/markdown.ts';
import { envFor, startEntries } from './start-entries.ts';

const SCHEMA_FILE = join(ROOT, 'connections.schema.json');
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false }).compile(connectionsJsonSchema());
const errorsIn = (file: unknown) => {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
const example = JSON.parse(read('connections.example.json'));
const [connection] = example.connections;
const withSource = (source: unknown) => ({ connections: [{ ...connection, source }] });
const withSignIn = (signIn: unknown) => ({ connections: [{ ...connection, signIn }] });

test('connections.schema.json is what `npm run connections:schema` writes', () => {
  expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(connectionsSchemaText());
});

test('every field has a description', () => {
  const undescribed: string[] = [];
  const visit = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, { description?: string }> };
    for (const [name, field] of Object.entries(properties ?? {})) {
      if (!field.description) undescribed.push(`${path}.${name}`);
    }
    for (const [name, below] of Object.entries(node)) {
      // A condition only chooses the form that has the descriptions.
      if (name !== 'if') visit(below, `${path}.${name}`);
    }
  };
  visit(connectionsJsonSchema(), '');
  expect(undescribed).toEqual([]);
});

/** The bot's own words about a file, with a URL in place of each variable. */
function problemsIn({ connections }: { connections: unknown[] }): string[] {
  return startEntries(
    connections,
    envFor(connections, () => 'https://wiki.example.com'),
  ).problems;
}

describe('an editor accepts', () => {
  const files = [
    ...readdirSync(ROOT).filter((name) => /^connections\.(?!schema)\w+\.json$/.test(name)),
    'local/connections.json',
    'local/demo-connections.json',
  ];

  test.each(files)('%s, which names the schema', (path) => {
    const file = JSON.parse(read(path));
    expect(resolve(ROOT, dirname(path), file.$schema)).toBe(SCHEMA_FILE);
    expect(errorsIn(file)).toEqual([]);
  });

  const examples = PAGES.flatMap(blocksOf).filter(
    ({ language, text }) => language === 'json' && JSON.parse(text).id !== undefined,
  );
  test.each(examples)('the connection at $at, and so does the bot', ({ text }) => {
    const file = { connections: [JSON.parse(text)] };
    expect([errorsIn(file), problemsIn(file)]).toEqual([[], []]);
  });

  test('a variable where a URL, a short text or one of a list is expected', () => {
    const file = withSource({ type: 'github', url: '${API}', kinds: ['${KIND}'] });
    expect(errorsIn(file)).toEqual([]);
    expect(errorsIn({ connections: [{ ...connection, id: '${ID}', title: `\${${'A'.repeat(80)}}` }] })).toEqual([]);
  });
});

describe('an editor marks', () => {
  test.each([
    ['a field that is misspelt', withSource({ type: 'mediawiki', url: 'https://wiki.example.com', apipath: '/w' })],
    ['a source of an unknown type', withSource({ type: 'confluence', url: 'https://wiki.example.com' })],
    ['an address that is no URL', withSource({ type: 'mediawiki', url: 'wiki.example.com' })],
    ['a lower-case variable', withSource({ type: 'mediawiki', url: '${wiki}' })],
    ['a sign-in without a client id', withSignIn({ type: 'entra', clientSecret: 'x', scopes: ['openid'] })],
    ['no connections', { connections: [] }],
  ])('%s', (_, file) => {
    expect(errorsIn(file)).not.toEqual([]);
  });
});

describe('an editor names only the mistake', () => {
  const jira = { id: 'jira', preset: 'jira-cloud', site: 'https://a.example', clientId: 'a', clientSecret: 'b' };
  const withEntry = (entry: object) => ({ connections: [entry] });
  const marks = (file: unknown) => errorsIn(file).filter((error) => !error.includes('must match "'));

  test.each<[string, unknown, string[]]>([
    [
      'of an entry with a preset',
      withEntry({ ...jira, site: undefined }),
      ["/connections/0 must have required property 'site'"],
    ],
    [
      'of a preset that does not exist',
      withEntry({ ...jira, preset: 'jira' }),
      ['/connections/0/preset must be equal to one of the allowed values'],
    ],
    ['of a source', withSource({ type: 'mediawiki' }), ["/connections/0/source must have required property 'url'"]],
    [
      'of a type',
      withSignIn({ type: 'entraa', clientId: 'a' }),
      ['/connections/0/signIn/type must be equal to one of the allowed values'],
    ],
    [
      'of an entry without a preset',
      withEntry({ ...connection, title: undefined }),
      ["/connections/0 must have required property 'title'"],
    ],
  ])('%s', (_, file, expected) => {
    expect(marks(JSON.parse(JSON.stringify(file)))).toEqual(expected);
  });
});

test('the bot ignores $schema', () => {
  expect(example).toHaveProperty('$schema');
  expect(problemsIn(example)).toEqual([]);
});
