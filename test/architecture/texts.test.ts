import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** Messages for people are in catalogues: these folders must have none of their own. */
const root = join(import.meta.dirname, '../..');
/** The catalogues themselves, and modules whose messages only reach logs and other machines. */
const EXEMPT = [
  /^auth-page\/chat\/(host-config|web-chat)\.ts$/,
  /^bot\/teams\/locales\//,
  /^bot\/teams\/auth\//,
  /^bot\/teams\/user-token-client\.ts$/,
  /^bot\/chat\/commands\.ts$/,
];
const FILES = ['bot/teams', 'bot/chat', 'auth-page'].flatMap((folder) => filesBelow(folder)).filter(isHeld);

function filesBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

function isHeld(path: string): boolean {
  const isCatalogue = path.startsWith('auth-page/locales/');
  return path.endsWith('.ts') && !isCatalogue && !EXEMPT.some((pattern) => pattern.test(path));
}

/** Comments and regular expressions, which are nobody's words; then what is quoted. */
const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[=(,:&|!?]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+\/[a-z]*|(?<quoted>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;
/** Texts for logs and programmers: an error's, that of a type, and what is imported. */
const NOT_SHOWN = /(?:new \w*Error\(|\bfrom |import |throw new \w+\()\s*$/;
/** Values that our own code compares, and shows to nobody. */
const OF_OURS = ['one of several', 'Teams'];
/** Words of Adaptive Cards, HTTP and the DOM that look like a person's. */
const OF_PROTOCOLS = [
  ...['AdaptiveCard', 'Column', 'ColumnSet', 'Container', 'ActionSet', 'RichTextBlock', 'TextRun', 'Image', 'Table'],
  ...[
    'Action.OpenUrl',
    'Action.Submit',
    'Input.ChoiceSet',
    'Bolder',
    'Small',
    'Medium',
    'Large',
    'None',
    'Center',
    'Accent',
    'Stretch',
    'Bearer',
  ],
  ...[
    'ApiError',
    'TypeError',
    'TimeoutError',
    'CancelledByUser',
    'AuthorizationToken',
    'BUTTON',
    'H1',
    'Content-Type',
    'Authorization',
    'Default',
  ],
];

/** What is quoted in the source and reads like words for a person: two words or more, or one that begins a sentence. */
function phrasesIn(source: string): string[] {
  const message: string[] = [];
  for (const { 0: token, index, groups } of source.matchAll(TOKENS)) {
    if (!groups?.quoted || NOT_SHOWN.test(source.slice(0, index))) continue;
    const text = token.slice(1, -1).replace(/\$\{[^}]*\}/g, ' 0 ');
    if (readsLikeMessage(text) && ![...OF_PROTOCOLS, ...OF_OURS].includes(text)) message.push(text);
  }
  return message;
}

function readsLikeMessage(text: string): boolean {
  const isMediaType = /^[a-z]+\/[\w.+-]+(, [a-z]+\/[\w.+-]+)*$/.test(text);
  return !isMediaType && (/\p{L}{2,}[,.:;!?]? \p{L}{2,}/u.test(text) || /^\p{Lu}\p{Ll}/u.test(text.trim()));
}

test('the scan tells words for people from others', () => {
  const source = `
    // Comments say "Sign in here" freely, as does /* 'Sign in now' */
    import { x } from './Sign in.ts';
    const shown = ['Sign in', "Your connections", \`Hello \${name}\`, 'Again', 'the person who searched'];
    throw new TypeError('No such thing here');
    const hidden = ['composeExtension/query', 'openUrl', 'AdaptiveCard', /it's a trap/.test(x), 'application/json, text/html'];
  `;
  expect(phrasesIn(source)).toEqual(['Sign in', 'Your connections', 'Hello  0 ', 'Again', 'the person who searched']);
});

test.each(FILES)('%s says nothing in words of its own', (file) => {
  expect(phrasesIn(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

test('the pages as HTML have no words but the catalogue’s, and the name of the product', () => {
  const html = readFileSync(join(root, 'auth-page/build/page.mjs'), 'utf8');
  const shown = [...html.matchAll(/>([^<>${}'"]*\p{L}{2,}[^<>${}'"]*)</gu)].map(([, text]) => text?.trim());
  expect(shown).toEqual([]);
  expect(html).toContain(' Latchkey</p>');
});
