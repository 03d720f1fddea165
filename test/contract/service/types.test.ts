import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SIGN_IN_TYPES } from '../../../bot/config/sign-in-types.ts';
import { SOURCE_TYPES } from '../../../bot/config/source-types.ts';
import { MICROSOFT_CLIENTS } from '../../../bot/sign-in/sso/teams-token.ts';
import { ALL_KINDS } from '../identity-provider/kinds.ts';
import { HARNESSES } from '../source/harness.ts';

const read = (page: string) => readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
const sources = read('SOURCES.md');
/** The types that have a page of their own. */
const pages: Readonly<Record<string, string>> = { http: read('HTTP.md') };
const signIn = read('SIGN-IN.md') + read('CONNECT.md') + read('OAUTH2.md');
const examplesIn = (text: string) =>
  [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => JSON.parse(json));

describe.each(Object.entries(SOURCE_TYPES))('the source type %s', (type, { schema }) => {
  const [, short = ''] = new RegExp(`^## \`${type}\`$([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(sources) ?? [];
  const section = pages[type] ?? short;

  test('has its name in connections.json', () => {
    expect(schema.shape.type.value).toBe(type);
  });

  test('has a row in the table of docs/SOURCES.md, and an example in its section or on its page', () => {
    expect(sources).toContain(`| [\`${type}\`](#${type}) | `);
    expect(examplesIn(section).map(({ source }) => source.type)).toEqual([type]);
  });

  test('has each of its fields explained there', () => {
    const explained = new Set(
      [...(sources + section).matchAll(/`(\w+)`/g), ...section.matchAll(/"(\w+)":/g)].map(([, name]) => name),
    );
    expect(Object.keys(schema.shape).filter((field) => !explained.has(field))).toEqual([]);
  });

  test('runs in the contract suite of sources (test/contract/source/harness.ts)', () => {
    expect(HARNESSES.map(({ name }) => name)).toContain(type);
  });
});

describe.each(Object.entries(SIGN_IN_TYPES))('the sign-in type %s', (type, { schema }) => {
  test('has its name in connections.json', () => {
    expect(schema.shape.type.value).toBe(type);
  });

  test('has a column in the table of docs/SIGN-IN.md, and an example there, in docs/CONNECT.md or docs/OAUTH2.md', () => {
    expect(/^\| \| .+$/m.exec(signIn)?.[0]).toContain(`\`${type}\``);
    expect(examplesIn(signIn).map(({ signIn }) => signIn?.type)).toContain(type);
  });

  test('has each of its fields explained in docs/SIGN-IN.md, docs/CONNECT.md or docs/OAUTH2.md', () => {
    const explained = new Set(
      [...signIn.matchAll(/`(?:signIn\.)?(\w+)`|"(\w+)":/g)].map(([, one, other]) => one ?? other),
    );
    expect(Object.keys(schema.shape).filter((field) => !explained.has(field))).toEqual([]);
  });

  test('runs in the contract suite of providers (test/contract/identity-provider/kinds.ts)', () => {
    expect(ALL_KINDS.flatMap(({ name, types = [name] }) => types)).toContain(type);
  });
});

test('docs/SIGN-IN.md lists exactly the client ids of Microsoft to authorize', () => {
  const rows = [...signIn.matchAll(/^\| ([^|`]+) \| `([0-9a-f-]{36})` \| `(\w+)` \|$/gm)];
  expect(rows.map(([, name, id, host]) => ({ host, name, id }))).toEqual(MICROSOFT_CLIENTS);
});

test('docs/SOURCES.md describes no type that does not exist', () => {
  const headings = [...sources.matchAll(/^## `(\w+)`$/gm)].map(([, type]) => type);
  expect(headings).toEqual(Object.keys(SOURCE_TYPES));
});

test('the service never checks the type of a source; the command line does, for the API of a MediaWiki and its explanations', () => {
  const bot = new URL('../../../bot/', import.meta.url);
  const files = readdirSync(bot, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const asking = files.filter((path) =>
    /\bsource\.type [!=]==|switch \(source/.test(readFileSync(new URL(path, bot), 'utf8')),
  );
  expect(asking.filter((path) => !path.startsWith('cli/'))).toEqual([]);
  expect(asking).toContain('cli/doctor/probes/probe-all.ts');
});
