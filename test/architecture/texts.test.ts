import { expect, test } from '@jest/globals';
import { pathsBelow, read } from '../support/project/files.ts';

/* Messages for people are in catalogues. These folders must contain none. */
/** The catalogues, and modules whose messages only go to logs and to other machines. */
const EXEMPT = [
  /^auth-page\/chat\/(host-config|web-chat)\.ts$/,
  /^bot\/teams\/locales\//,
  /^bot\/teams\/auth\//,
  /^bot\/teams\/user-token-client\.ts$/,
  /^bot\/chat\/commands\.ts$/,
];
const FILES = ['bot/teams', 'bot/chat', 'auth-page'].flatMap(pathsBelow).filter(isHeld);

function isHeld(path: string): boolean {
  const isCatalogue = path.startsWith('auth-page/locales/');
  return path.endsWith('.ts') && !isCatalogue && !EXEMPT.some((pattern) => pattern.test(path));
}

/** Comments and regular expressions contain no messages. Then quoted texts. */
const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[=(,:&|!?]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n])+\/[a-z]*|(?<quoted>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;
/** Texts for logs and developers: of errors, of types, and of imports. */
const NOT_SHOWN = /(?:new \w*Error\(|\bfrom |import |throw new \w+\()\s*$/;
/** Values that only our own code compares. No person sees them. */
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

/** Quoted text in the source that reads like a message: two words or more, or one that begins a sentence. */
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

test('the scan separates messages for people from other texts', () => {
  const source = `
    // Comments say "Sign in here" freely, as does /* 'Sign in now' */
    import { x } from './Sign in.ts';
    const shown = ['Sign in', "Your connections", \`Hello \${name}\`, 'Again', 'the person who searched'];
    throw new TypeError('No such thing here');
    const hidden = ['composeExtension/query', 'openUrl', 'AdaptiveCard', /it's a trap/.test(x), 'application/json, text/html'];
  `;
  expect(phrasesIn(source)).toEqual(['Sign in', 'Your connections', 'Hello  0 ', 'Again', 'the person who searched']);
});

test.each(FILES)('%s contains no messages for people', (file) => {
  expect(phrasesIn(read(file))).toEqual([]);
});

test('the HTML pages contain no words except the catalogue’s and the product name', () => {
  const html = read('auth-page/build/page.mjs');
  const shown = [...html.matchAll(/>([^<>${}'"]*\p{L}{2,}[^<>${}'"]*)</gu)].map(([, text]) => text?.trim());
  expect(shown).toEqual([]);
  expect(html).toContain(' Latchkey</p>');
});
