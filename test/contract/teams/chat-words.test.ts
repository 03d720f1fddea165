import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ChatCommand, COMMAND_WORDS, parseCommand } from '../../../bot/chat/commands.ts';
import { LANGUAGES } from '../../../bot/platform/language.ts';

/** The words that the bot understands in a chat, in every language. */
const FOLDER = join(import.meta.dirname, '../../../appPackage');
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const commandOf = (text: unknown, locale: string) => parseCommand({ text }, locale).command;

describe.each(LANGUAGES)('%s', (language) => {
  const message = Object.entries(COMMAND_WORDS[language]) as [ChatCommand, readonly string[]][];

  test('the bot understands every word, in capitals and with punctuation too', () => {
    for (const [command, all] of message) {
      for (const word of all) {
        for (const text of [word, word.toUpperCase(), ` ${word}! `]) {
          expect([text, commandOf(text, language)]).toEqual([text, command]);
        }
      }
    }
  });

  test('the bot also understands English', () => {
    expect(commandOf('sign out', language)).toBe('signOut');
    expect(parseCommand({ text: 'search for lakers' }, language)).toEqual({ command: 'search', text: 'lakers' });
  });

  test('a search keeps its words unchanged', () => {
    for (const word of COMMAND_WORDS[language].search) {
      expect(parseCommand({ text: `${word}  Release  Plan!` }, language)).toEqual({
        command: 'search',
        text: 'Release Plan!',
      });
      expect(parseCommand({ text: `${word}: x` }, language)).toEqual({ command: 'search', text: 'x' });
    }
  });

  test('no word stands for two commands', () => {
    const all = message.flatMap(([, each]) => each);
    expect(all.filter((word, at) => all.indexOf(word) !== at)).toEqual([]);
    expect(all.filter((word) => word !== word.toLowerCase() || word !== word.trim())).toEqual([]);
  });

  test('the bot understands the commands that Teams suggests', () => {
    const tag = language === 'zh-Hans' ? 'zh-cn' : language;
    const titles: string[] =
      language === 'en'
        ? read('manifest.json').bots[0].commandLists[0].commands.map(({ title }: { title: string }) => title)
        : Array.from({ length: 5 }, (_, at) => read(`${tag}.json`)[`bots[0].commandLists[0].commands[${at}].title`]);
    const { search, signIn, whoAmI, signOut, help } = COMMAND_WORDS[language];
    expect(titles).toEqual([search[0], signIn[0], whoAmI[0], signOut[0], help[0]]);
  });
});

test.each([
  ['搜索湖人', 'zh-CN', { command: 'search', text: '湖人' }],
  ['検索レイカーズ', 'ja', { command: 'search', text: 'レイカーズ' }],
  ['searching for it', 'en', { command: 'unknown', text: 'searching for it' }],
  ['signing in', 'en', { command: 'unknown', text: 'signing in' }],
  ['help me find the form', 'en', { command: 'unknown', text: 'help me find the form' }],
  ['sign in Contoso wiki', 'en', { command: 'signIn', what: 'Contoso wiki' }],
  ['<at>Latchkey</at>&nbsp;', 'en', { command: 'unknown', text: '&nbsp;' }],
  ['<at id="0">Latchkey</at> search <b>', 'en', { command: 'search', text: '<b>' }],
  ['', 'en', { command: 'help' }],
  ['?', 'en', { command: 'help' }],
  ['？!', 'ja', { command: 'help' }],
  ['suche', 'de', { command: 'search', text: '' }],
  ['123456', 'en', { command: 'unknown', text: '123456' }],
])('%j in %s', (text, locale, requested) => {
  expect(parseCommand({ text }, locale)).toEqual(requested);
});

test.each(LANGUAGES)('a person with a client in %s is understood in every language', (locale) => {
  for (const language of LANGUAGES) {
    for (const [command, text] of Object.entries(COMMAND_WORDS[language])) {
      for (const word of text) expect([word, commandOf(word, locale)]).toEqual([word, command]);
    }
  }
  expect(parseCommand({ text: 'suche nach lakers' }, locale)).toEqual({ command: 'search', text: 'lakers' });
});

test('a button’s data overrides the text; invalid data is ignored', () => {
  expect(parseCommand({ text: 'help', value: { signOut: 'wiki' } }, 'en')).toEqual({
    command: 'choice',
    choice: { signOut: 'wiki' },
  });
  for (const value of [null, 1, [], {}, { signOut: 1 }, { signOut: ['wiki'] }, { signOutOfAll: 'yes' }, 'signOut']) {
    expect(parseCommand({ value }, 'en')).toEqual({ command: 'help' });
  }
});

test('a text of any length or type is read within limits', () => {
  for (const text of [1, {}, [], null, undefined, true])
    expect(parseCommand({ text }, 'en')).toEqual({ command: 'help' });
  const requested = parseCommand({ text: `search ${'x'.repeat(100_000)}` }, 'en');
  expect(requested).toMatchObject({ command: 'search' });
  expect(JSON.stringify(requested).length).toBeLessThan(300);
});
