import { LANGUAGES, type Language, languageFor } from '../platform/language.ts';
import { type AccountAction, readChoice } from '../teams/account-commands.ts';
import { readMore } from './result-cards.ts';

export type ChatCommand = 'search' | 'signIn' | 'signOut' | 'whoAmI' | 'help';

/** In lower case. The bot's replies and the manifest show the first phrase. */
type CommandPhrases = Readonly<Record<ChatCommand, readonly [string, ...string[]]>>;

export const COMMAND_WORDS: Readonly<Record<Language, CommandPhrases>> = {
  en: {
    search: ['search', 'find', 'search for', 'look for'],
    signIn: ['sign in', 'signin', 'log in', 'login', 'connect'],
    signOut: ['sign out', 'signout', 'log out', 'logout', 'disconnect'],
    whoAmI: ['who am i', 'whoami', 'my connections', 'your connections'],
    help: ['help', 'hello', 'hi', 'hey', 'start'],
  },
  es: {
    search: ['buscar', 'busca', 'encuentra'],
    signIn: ['iniciar sesión', 'inicia sesión', 'conectar'],
    signOut: ['cerrar sesión', 'cierra sesión', 'desconectar'],
    whoAmI: ['quién soy', '¿quién soy', 'mis conexiones'],
    help: ['ayuda', 'hola'],
  },
  fr: {
    search: ['rechercher', 'recherche', 'cherche', 'chercher'],
    signIn: ['se connecter', 'connexion', 'me connecter'],
    signOut: ['se déconnecter', 'déconnexion', 'me déconnecter'],
    whoAmI: ['qui suis-je', 'mes connexions'],
    help: ['aide', 'bonjour', 'salut'],
  },
  de: {
    search: ['suche', 'suchen', 'suche nach', 'finde'],
    signIn: ['anmelden', 'einloggen', 'anmeldung'],
    signOut: ['abmelden', 'ausloggen', 'abmeldung'],
    whoAmI: ['wer bin ich', 'meine verbindungen'],
    help: ['hilfe', 'hallo'],
  },
  pt: {
    search: ['pesquisar', 'pesquise', 'procurar', 'buscar'],
    signIn: ['entrar', 'iniciar sessão', 'fazer login'],
    signOut: ['sair', 'terminar sessão', 'fazer logout'],
    whoAmI: ['quem sou eu', 'minhas conexões'],
    help: ['ajuda', 'olá', 'oi'],
  },
  ja: {
    search: ['検索', '探して'],
    signIn: ['サインイン', 'ログイン'],
    signOut: ['サインアウト', 'ログアウト'],
    whoAmI: ['私は誰', '接続を表示'],
    help: ['ヘルプ', 'こんにちは'],
  },
  'zh-Hans': {
    search: ['搜索', '查找'],
    signIn: ['登录', '登入'],
    signOut: ['注销', '退出登录', '登出'],
    whoAmI: ['我是谁', '我的连接'],
    help: ['帮助', '你好'],
  },
  ar: {
    search: ['بحث', 'ابحث', 'ابحث عن'],
    signIn: ['تسجيل الدخول', 'سجل الدخول'],
    signOut: ['تسجيل الخروج', 'سجل الخروج'],
    whoAmI: ['من أنا', 'اتصالاتي'],
    help: ['مساعدة', 'مرحبا'],
  },
  hi: {
    search: ['खोजें', 'खोजो', 'खोज'],
    signIn: ['साइन इन', 'लॉग इन'],
    signOut: ['साइन आउट', 'लॉग आउट'],
    whoAmI: ['मैं कौन हूँ', 'मेरे कनेक्शन'],
    help: ['मदद', 'सहायता', 'नमस्ते'],
  },
  uk: {
    search: ['пошук', 'знайди', 'шукати'],
    signIn: ['увійти', 'вхід'],
    signOut: ['вийти', 'вихід'],
    whoAmI: ['хто я', 'мої підключення'],
    help: ['довідка', 'допомога', 'привіт'],
  },
};

/** In the user's language, or in English. */
export function commandWords(locale: string): CommandPhrases {
  return COMMAND_WORDS[languageFor(locale) ?? 'en'];
}

export type ChatCommandRequest =
  | { command: 'search'; text: string }
  /** `what` is the user's name for the connection. Empty means all. */
  | { command: 'signIn' | 'signOut'; what: string }
  | { command: 'whoAmI' | 'help' }
  | { command: 'choice'; choice: AccountAction }
  | { command: 'unknown'; text: string };

const MAX_MESSAGE_LENGTH = 200;
const MAX_RAW_LENGTH = 8_000;
/** The Agents Playground marks the place of a card with two spans. */
const ATTACHMENTS_AND_QUOTES =
  /<attachment\b[^>]*>(?:\s*<\/attachment>)?|<span class="inline-compose-card"[^<>]*>\s*<span[^<>]*><\/span>\s*<\/span>|<quoted\b[^>]*>(?:\s*<\/quoted>)?|<blockquote\b[^>]*>.*?<\/blockquote>/gis;
const MENTION = /<at\b[^>]*>[^<]*<\/at>/gi;
const BLANKS = /\s+/g;
const END_MARKS = /[\s.!?。！？؟]+$/u;
/** In these scripts the argument follows without a blank. */
const NO_BLANKS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]$/u;

/** A message with only a result or a picture gets no reply. */
export function asksForSomething({ text, value }: Record<string, unknown>): boolean {
  return (
    readChoice(value) !== undefined ||
    readMore(value) !== undefined ||
    (typeof text === 'string' && text.slice(0, MAX_RAW_LENGTH).replace(ATTACHMENTS_AND_QUOTES, '').trim() !== '')
  );
}

/** Many clients send no locale, so this tries the user's language, English, then all others. */
export function parseCommand({ text, value }: Record<string, unknown>, locale: string): ChatCommandRequest {
  const choice = readChoice(value);
  if (choice) return { command: 'choice', choice };
  const message = typeof text === 'string' ? normalize(text) : '';
  if (message.replace(END_MARKS, '') === '') return { command: 'help' };
  for (const { command, word } of phrasesOf(locale)) {
    const rest = argumentAfter(message, word);
    const request = rest === undefined ? undefined : toCommand(command, rest);
    if (request) return request;
  }
  return { command: 'unknown', text: message };
}

function toCommand(command: ChatCommand, rest: string): ChatCommandRequest | undefined {
  if (command === 'search') return { command, text: rest };
  if (command === 'signIn' || command === 'signOut') return { command, what: rest };
  // "help me find the form" is not a request for help.
  return rest === '' ? { command } : undefined;
}

function normalize(text: string): string {
  return text
    .slice(0, MAX_RAW_LENGTH)
    .replace(ATTACHMENTS_AND_QUOTES, ' ')
    .slice(0, 4 * MAX_MESSAGE_LENGTH)
    .replace(MENTION, ' ')
    .replace(BLANKS, ' ')
    .trim()
    .slice(0, MAX_MESSAGE_LENGTH);
}

interface CommandWord {
  command: ChatCommand;
  word: string;
}

const WORDS = new Map<Language, readonly CommandWord[]>();

function phrasesOf(locale: string): readonly CommandWord[] {
  const language = languageFor(locale) ?? 'en';
  const known = WORDS.get(language);
  if (known) return known;
  const own = phrasesIn([...new Set([language, 'en'] as const)]);
  const phrases = [
    ...own,
    ...unambiguous(phrasesIn(LANGUAGES)).filter(({ word }) => !own.some((each) => each.word === word)),
  ];
  WORDS.set(language, phrases);
  return phrases;
}

/** Longest first: `search for` before `search`. */
function phrasesIn(languages: readonly Language[]): CommandWord[] {
  const all = languages.flatMap((language) =>
    Object.entries(COMMAND_WORDS[language]).flatMap(([command, phrases]) =>
      phrases.map((word) => ({ command: command as ChatCommand, word })),
    ),
  );
  return all.sort((one, other) => other.word.length - one.word.length);
}

/** Drops phrases whose command depends on the language. */
function unambiguous(phrases: readonly CommandWord[]): CommandWord[] {
  return phrases.filter(({ command, word }) => phrases.every((each) => each.word !== word || each.command === command));
}

function argumentAfter(message: string, word: string): string | undefined {
  if (message.toLowerCase().replace(END_MARKS, '') === word.replace(END_MARKS, '')) return '';
  if (message.slice(0, word.length).toLowerCase() !== word) return undefined;
  const rest = message.slice(word.length);
  if (rest !== '' && !/^[\s:：]/u.test(rest) && !NO_BLANKS.test(word)) return undefined;
  return rest.replace(/^[\s:：]+/u, '');
}

/** @see https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams */
export function chatLink(botId: string): string {
  return `https://teams.microsoft.com/l/chat/0/0?users=28:${botId}`;
}

/** Users may share the link, because it names no user. */
export function signInLink(botId: string, title: string, locale: string): string {
  const [signIn] = commandWords(locale).signIn;
  return `${chatLink(botId)}&message=${encodeURIComponent(`${signIn} ${title}`)}`;
}
