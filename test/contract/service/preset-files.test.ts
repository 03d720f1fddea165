import { describe, expect, test } from '@jest/globals';
import { expandEntry } from '../../../bot/config/preset/entry.ts';
import { presetNames, readPreset } from '../../../bot/config/preset/preset.ts';
import { presetValueSchema } from '../../../bot/config/preset/value.ts';
import { connectionsDocs } from '../../../scripts/connections-docs/docs.ts';
import { read } from '../../support/project/files.ts';
import { changesInNotes, exampleConnection, exampleEntry } from '../../support/project/presets.ts';
import { startEntries } from './start-entries.ts';

const NAMES = presetNames();
const BOT_ID = '33333333-cccc-4ccc-8ccc-333333333333';
const PLACEHOLDER = /<([a-z][A-Za-z]{2,})>/g;

const start = (entry: object) => startEntries([entry], { BOT_ID });

test('presets exist', () => {
  expect(NAMES.length).toBeGreaterThan(20);
});

describe.each(NAMES)('the preset %s', (name) => {
  const preset = readPreset(name);

  test('the bot starts with the example of each value, and with the default of each other', () => {
    const { problems, build } = start(exampleEntry(name));
    expect(problems).toEqual([]);
    expect(build().map(({ id, title }) => ({ id, title }))).toEqual([
      { id: preset.entry.id, title: preset.entry.title },
    ]);
  });

  test('T53: no value of the type name can change the structure of an address', () => {
    const hostile = [
      '.',
      '..',
      '/..',
      '/.',
      'a/../b',
      'a%2F..',
      '..%2Fa',
      'a?b',
      'a#b',
      'a@b',
      'a:b',
      'a\\b',
      '{query}',
      '<site>',
      'a\n',
      ' ',
    ];
    for (const value of Object.values(preset.values).filter(({ type }) => type === 'name')) {
      const accepted = hostile.filter((text) => presetValueSchema(value, false).safeParse(text).success);
      expect(accepted).toEqual([]);
    }
  });

  test('no setting has a place without a value, and each value that is not secret has an example', () => {
    const expanded = expandEntry(exampleEntry(name), false);
    expect(expanded).toEqual({ connection: { ...exampleConnection(name), preset: name } });
    expect(JSON.stringify(expanded)).not.toContain('<');
    for (const [key, { type, example }] of Object.entries(preset.values)) {
      expect([key, example === undefined]).toEqual([key, type === 'secret']);
    }
  });

  test('of the client, only the id and the secret are values', () => {
    const { clientId, clientSecret, ...others } = preset.values;
    expect([clientId?.type, clientSecret?.type]).toEqual(['text', 'secret']);
    expect(Object.values(others).map(({ type }) => type)).not.toContain('secret');
    expect(Object.keys(preset.values).length).toBeLessThanOrEqual(4);
  });

  test('its registration names the redirect URI, and its texts name only values that exist', () => {
    const { registration, notes, untried = '' } = preset;
    expect(registration.join()).toContain('<redirectUri>');
    const named = [...[...registration, ...notes, untried].join().matchAll(PLACEHOLDER)].map(([, key]) => key);
    expect(named.filter((key) => key !== 'redirectUri' && !Object.hasOwn(preset.values, String(key)))).toEqual([]);
  });
});

const CHANGES = NAMES.flatMap((name) => changesInNotes(name).map((changes, at) => ({ name, number: at + 1, changes })));

test.each(CHANGES)('the preset $name starts with change $number of its notes', ({ name, changes }) => {
  expect(Object.keys(changes).filter((key) => key !== 'signIn' && key !== 'source')).toEqual([]);
  const { clientSecret, ...withoutSecret } = exampleEntry(name);
  const isSecretReplaced = changes.signIn?.federatedCredential !== undefined;
  const { problems, build } = start({ ...withoutSecret, ...(!isSecretReplaced && { clientSecret }), ...changes });
  expect(problems).toEqual([]);
  expect(build()).toHaveLength(1);
  expect(expandEntry({ ...exampleEntry(name), ...changes }, false)).not.toEqual(expandEntry(exampleEntry(name), false));
});

test('two presets never share an id, so that both can be in one file', () => {
  const ids = NAMES.map((name) => readPreset(name).entry.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([...connectionsDocs(read)])('%s is what `npm run connections:docs` writes', (path, text) => {
  expect(read(path)).toBe(text);
});
