import { describe, expect, test } from '@jest/globals';
import { languageFiles, manifestTemplate } from '../support/teams/app-template.ts';

/** Longest texts, by the end of their key (Teams' manifest schema). Characters. */
const LIMITS: readonly [key: RegExp, longest: number][] = [
  [/^name\.short$/, 30],
  [/^name\.full$/, 100],
  [/^description\.short$/, 80],
  [/^description\.full$/, 4000],
  [/\]\.title$/, 32],
  [/\]\.description$/, 128],
  [/\]\.text$/, 128],
];
/** Proper names. */
const SAME_IN_EVERY_LANGUAGE = ['name.short'];

const manifest = manifestTemplate();
const files = languageFiles();
const english = messagesOf(manifest);
const { defaultLanguageTag, additionalLanguages } = manifest.localizationInfo;

/** Every text of the manifest that a person sees, under its key in a language file. */
function messagesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map(isSeen(path) ? [[path, value]] : []);
  const children = Array.isArray(value)
    ? value.map((child, at) => [`${path}[${at}]`, child] as const)
    : Object.entries(value ?? {}).map(([key, child]) => [path ? `${path}.${key}` : key, child] as const);
  return new Map(children.flatMap(([key, child]) => [...messagesOf(child, key)]));
}

function isSeen(path: string): boolean {
  return /^(name|description)\.(short|full)$|^(bots|composeExtensions)\[.*\.(title|description|label|text)$/.test(path);
}

test('the manifest is in English, and each other language of the bot has a language file', () => {
  expect(defaultLanguageTag).toBe('en');
  // Not `zh`: readers of Traditional Chinese (zh-tw) would get it too.
  expect(additionalLanguages.map(({ languageTag }) => languageTag).sort()).toEqual(
    ['ar', 'de', 'es', 'fr', 'hi', 'ja', 'pt', 'uk', 'zh-cn'].sort(),
  );
  expect([...english.keys()]).toContain('composeExtensions[0].commands[0].parameters[0].description');
});

describe.each(additionalLanguages)('$languageTag', ({ languageTag, file }) => {
  const { $schema, ...messages } = files.get(file) ?? {};

  test('the file has the language tag as its name and names its schema', () => {
    expect(file).toBe(`${languageTag}.json`);
    expect($schema).toMatch(/\/teams\/v1\.30\/MicrosoftTeams\.Localization\.schema\.json$/);
  });

  test('the file has exactly the texts of the manifest', () => {
    expect(Object.keys(messages).sort()).toEqual([...english.keys()].sort());
  });

  test('no text is left in English', () => {
    const same = Object.keys(messages).filter((key) => messages[key] === english.get(key));
    expect(same).toEqual(SAME_IN_EVERY_LANGUAGE);
  });
});

test.each([
  ['manifest.json', english],
  ...additionalLanguages.map(({ file }) => [file, messagesOfFile(file)] as const),
])('%s: no text is longer than Teams allows', (_, messages) => {
  const tooLong = [...messages].filter(([key, text]) => lengthOf(text) > limitOf(key) || text === '');
  expect(tooLong).toEqual([]);
});

function messagesOfFile(file: string): ReadonlyMap<string, string> {
  const { $schema: _, ...messages } = files.get(file) ?? {};
  return new Map(Object.entries(messages));
}

function limitOf(key: string): number {
  return LIMITS.find(([pattern]) => pattern.test(key))?.[1] ?? 0;
}

/** Leaves room for the suffix of an environment (such as `-local`). */
function lengthOf(text: string): number {
  return text.replace(/\$\{\{.*?\}\}/g, '-staging').length;
}
