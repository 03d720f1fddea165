import { describe, expect, test } from '@jest/globals';
import { COMMAND_TEXTS } from '../../../bot/app-package/commands.ts';
import type { Manifest } from '../../../bot/app-package/types.ts';
import { LANGUAGES } from '../../../bot/platform/language.ts';
import { languageFiles, withCommands } from '../../support/teams/app-template.ts';
import { generate, WIKI } from './generate.ts';

const LAST = { id: 'insertLast', title: 'Last', parameters: [{ name: 'searchKeyword', title: 'Last' }] };

/** A wiki behind each of these commands. */
const wikisFor = (commands: string[]) =>
  commands.map((command, at) => ({
    ...WIKI,
    id: `wiki${at}`,
    title: `Wiki ${at}`,
    commands: [command],
    source: { type: 'mediawiki', url: `https://wiki${at}.contoso.example` },
  }));

/** The text at a key of a language file: `composeExtensions[0].commands[1].title`. */
function at(manifest: Manifest | undefined, key: string): unknown {
  const steps = key.replaceAll('[', '.').replaceAll(']', '').split('.');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], manifest);
}

describe.each([
  ['the template’s own', ['insertWiki']],
  ['one that is made', ['insertOther']],
  ['several that are made, and the template’s own', ['insertOne', 'insertWiki', 'insertTwo']],
])('with the search commands %s', (_, commands) => {
  const { manifest, languages, problems } = generate({ connections: wikisFor(commands) });

  test('the package has no notes', () => {
    expect(problems).toEqual([]);
    expect(languages.size).toBe(LANGUAGES.length - 1);
  });

  test('every key of every language leads to a text of the manifest', () => {
    for (const messages of languages.values()) {
      const keys = Object.keys(messages).filter((key) => key !== '$schema');
      expect(keys.filter((key) => typeof at(manifest, key) !== 'string')).toEqual([]);
      expect(keys.filter((key) => key.includes('samplePrompts')).length).toBeGreaterThanOrEqual(3);
    }
  });

  test('each command has its own texts in every language', () => {
    const ids = manifest?.composeExtensions[0].commands.map(({ id }) => id) ?? [];
    const titleOf = (file: string, id: string) =>
      languages.get(file)?.[`composeExtensions[0].commands[${ids.indexOf(id)}].title`];
    expect(titleOf('de.json', 'signOut')).toBe('Abmelden');
    expect(titleOf('es.json', 'connections')).toBe('Tus conexiones');
    if (ids.includes('insertWiki')) expect(titleOf('fr.json', 'insertWiki')).toBe('Rechercher dans le wiki');
    const made = commands.filter((id) => id !== 'insertWiki');
    for (const id of made) {
      const title = `Wiki ${commands.indexOf(id)}`;
      expect([...languages.keys()].filter((file) => !titleOf(file, id)?.includes(title))).toEqual([]);
      expect(titleOf('de.json', id)).toBe(`${title} durchsuchen`);
    }
  });
});

test('a removed search command of the template takes its texts with it, and the texts behind it move up', () => {
  const template = withCommands((commands) => commands.splice(1, 0, { ...LAST, samplePrompts: prompts() }));
  const shift = (key: string) =>
    key.replace(
      /^(composeExtensions.*)commands\[([12])\]/,
      (_, place, index) => `${place}commands[${Number(index) + 1}]`,
    );
  const last = (text: string) => ({
    'composeExtensions[0].commands[1].title': text,
    'composeExtensions[0].commands[1].parameters[0].title': text,
    ...Object.fromEntries(prompts().map((_, n) => [`composeExtensions[0].commands[1].samplePrompts[${n}].text`, text])),
  });
  const files = new Map(
    [...languageFiles()].map(([file, messages]) => [
      file,
      {
        ...Object.fromEntries(Object.entries(messages).map(([key, text]) => [shift(key), text])),
        ...last(`${file} last`),
      },
    ]),
  );
  const { manifest, languages, problems } = generate({
    connections: wikisFor(['insertLast']),
    template,
    languages: files,
  });
  expect(problems).toEqual([]);
  expect(manifest?.composeExtensions[0].commands.map(({ id }) => id)).toEqual(['insertLast', 'connections', 'signOut']);
  const german = languages.get('de.json') ?? {};
  const titles = [0, 1, 2].map((index) => german[`composeExtensions[0].commands[${index}].title`]);
  expect(titles).toEqual(['de.json last', 'Ihre Verbindungen', 'Abmelden']);
});

test('a text without a place is refused; a text that is not translated is pointed out', () => {
  const [stray, gone] = ['composeExtensions[0].commands[0].parameters[1].title', 'description.short'];
  const files = languageFiles();
  const { [gone]: _, ...german } = files.get('de.json') ?? {};
  files.set('de.json', { ...german, [stray]: 'Autor' });
  const { problems } = generate({ languages: files });
  expect(problems.map(({ level, code, what: subject }) => [level, code, subject])).toEqual([
    ['error', 'language.stray', expect.stringContaining(`appPackage/de.json: ${stray} `)],
    ['warning', 'language.untranslated', expect.stringContaining(`appPackage/de.json: ${gone} `)],
  ]);
});

test('a language without its file, and a file that is no list of texts, are refused', () => {
  const files = languageFiles();
  files.delete('uk.json');
  files.set('ja.json', { title: ['検索'] as unknown as string });
  const { problems } = generate({ languages: files });
  expect(problems.map(({ code }) => code).sort()).toEqual(['language.missing', 'template.form']);
});

describe.each(LANGUAGES)('generated commands in %s', (language) => {
  const messages = COMMAND_TEXTS[language];
  const replies = [messages.title, messages.description, ...messages.samplePrompts].map((send) => send('«names»'));

  test('each text names what the command searches, once', () => {
    for (const text of replies) expect(text.split('«names»')).toHaveLength(2);
  });

  test('no text is in English, and each has room for a name', () => {
    const english = COMMAND_TEXTS.en;
    const all = [...replies, messages.parameterTitle, messages.parameterDescription];
    const others = [english.title, english.description, ...english.samplePrompts].map((send) => send('«names»'));
    const same = all.filter((text) => [...others, english.parameterTitle, english.parameterDescription].includes(text));
    expect(same).toHaveLength(language === 'en' ? all.length : 0);
    expect(messages.title('').length).toBeLessThan(20);
    expect(Math.max(...replies.map((text) => text.length))).toBeLessThan(100);
    expect(messages.samplePrompts.length).toBeGreaterThanOrEqual(3);
  });
});

function prompts(): { text: string }[] {
  return ['One?', 'Two?', 'Three?'].map((text) => ({ text }));
}
