import { languageFor } from '../language.ts';
import { type AccountChoice, readChoice } from '../teams/accounts.ts';
import { type ChatCommand, COMMAND_WORDS } from './command-words.ts';

/** What a message asks for. */
export type Asked =
  | { command: 'search'; text: string }
  /** `what`: the connection that was named; empty for all of them. */
  | { command: 'signIn' | 'signOut'; what: string }
  | { command: 'whoAmI' | 'help' }
  /** A button of the card with the accounts. */
  | { command: 'choice'; choice: AccountChoice }
  | { command: 'unknown'; text: string };

const LONGEST = 200;
/** How Teams writes that the bot is spoken to. */
const MENTION = /<at\b[^>]*>[^<]*<\/at>/gi;
const BLANKS = /\s+/g;
const END_MARKS = /[\s.!?。！？؟]+$/u;
/** Scripts without blanks between words: what follows a command there follows at once. */
const NO_BLANKS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]$/u;

/** Reads a message in the language of whoever wrote it, and in English. */
export function readSaid({ text, value }: Record<string, unknown>, locale: string): Asked {
  const choice = readChoice(value);
  if (choice) return { command: 'choice', choice };
  const said = typeof text === 'string' ? plain(text) : '';
  // Nothing, or a question mark alone.
  if (said.replace(END_MARKS, '') === '') return { command: 'help' };
  for (const { command, word } of wordsOf(locale)) {
    const rest = restAfter(said, word);
    const asked = rest === undefined ? undefined : askedBy(command, rest);
    if (asked) return asked;
  }
  return { command: 'unknown', text: said };
}

function askedBy(command: ChatCommand, rest: string): Asked | undefined {
  if (command === 'search') return { command, text: rest };
  if (command === 'signIn' || command === 'signOut') return { command, what: rest };
  // Who says more than that does not ask for it: "help me find the form".
  return rest === '' ? { command } : undefined;
}

function plain(text: string): string {
  return text
    .slice(0, 4 * LONGEST)
    .replace(MENTION, ' ')
    .replace(BLANKS, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** The longest first: `search for` before `search`. */
function wordsOf(locale: string): { command: ChatCommand; word: string }[] {
  const languages = new Set([languageFor(locale) ?? 'en', 'en'] as const);
  const all = [...languages].flatMap((language) =>
    Object.entries(COMMAND_WORDS[language]).flatMap(([command, words]) =>
      words.map((word) => ({ command: command as ChatCommand, word })),
    ),
  );
  return all.sort((one, other) => other.word.length - one.word.length);
}

/** What stands behind the command's word; `undefined` where the text does not begin with it. */
function restAfter(said: string, word: string): string | undefined {
  if (said.toLowerCase().replace(END_MARKS, '') === word.replace(END_MARKS, '')) return '';
  if (said.slice(0, word.length).toLowerCase() !== word) return undefined;
  const rest = said.slice(word.length);
  if (rest !== '' && !/^[\s:：]/u.test(rest) && !NO_BLANKS.test(word)) return undefined;
  return rest.replace(/^[\s:：]+/u, '');
}
