import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** These answer the Connector, or sign in to it or ask the token service, and write why to the log. */
const TO_MACHINES = [
  'gate.ts',
  'connector-gate.ts',
  'connector-keys.ts',
  'playground-gate.ts',
  'bot-credentials.ts',
  'bounded-client.ts',
  'stand-in-credentials.ts',
  'user-tokens.ts',
];

/** Catalogues themselves, beside what uses them. */
const CATALOGUES = ['command-words.ts'];

/** Where words for people could be said, but must come from a catalogue. */
const root = join(import.meta.dirname, '../..');
const FILES = ['bot/teams', 'bot/chat', 'auth-page'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts') && !TO_MACHINES.includes(name) && !CATALOGUES.includes(name))
    .map((name) => join(folder, name)),
);

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
function wordsIn(source: string): string[] {
  const words: string[] = [];
  for (const { 0: token, index, groups } of source.matchAll(TOKENS)) {
    if (!groups?.quoted || NOT_SHOWN.test(source.slice(0, index))) continue;
    const text = token.slice(1, -1).replace(/\$\{[^}]*\}/g, ' 0 ');
    if (readsLikeWords(text) && ![...OF_PROTOCOLS, ...OF_OURS].includes(text)) words.push(text);
  }
  return words;
}

function readsLikeWords(text: string): boolean {
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
  expect(wordsIn(source)).toEqual(['Sign in', 'Your connections', 'Hello  0 ', 'Again', 'the person who searched']);
});

test.each(FILES)('%s says nothing in words of its own', (file) => {
  expect(wordsIn(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

test('the pages as HTML have no words but the catalogue’s, and the name of the product', () => {
  const html = readFileSync(join(root, 'auth-page/build-page.mjs'), 'utf8');
  const shown = [...html.matchAll(/>([^<>${}'"]*\p{L}{2,}[^<>${}'"]*)</gu)].map(([, text]) => text?.trim());
  expect(shown).toEqual([]);
  expect(html).toContain(' Latchkey</p>');
});
