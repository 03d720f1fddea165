import { describe, expect, test } from '@jest/globals';
import { ar } from '../../../auth-page/locales/ar.ts';
import { de } from '../../../auth-page/locales/de.ts';
import { en } from '../../../auth-page/locales/en.ts';
import { es } from '../../../auth-page/locales/es.ts';
import { fr } from '../../../auth-page/locales/fr.ts';
import { hi } from '../../../auth-page/locales/hi.ts';
import { ja } from '../../../auth-page/locales/ja.ts';
import { pt } from '../../../auth-page/locales/pt.ts';
import { uk } from '../../../auth-page/locales/uk.ts';
import { zhHans } from '../../../auth-page/locales/zh-hans.ts';
import { chooseLanguage } from '../../../auth-page/view/languages.ts';
import { LANGUAGES, negotiateLanguage } from '../../../bot/platform/language.ts';
import { CATALOGUES } from '../../../bot/teams/locales/texts.ts';

/** What every language must contain, for answers (functions of their values) and pages (with `{names}`). */
const PAGES = { en, es, fr, de, pt, ja, 'zh-Hans': zhHans, ar, hi, uk };
const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** Texts that another language shares with English: the same word, or the same colon after a label. */
const SAME: Partial<Record<(typeof LANGUAGES)[number], string[]>> = {
  es: ['fact', 'factTerms.no'],
  fr: ['facts.type', 'facts.site', 'facts.version', 'factTerms.document', 'factTerms.page'],
  de: ['fact', 'facts.status', 'facts.version', 'facts.team', 'factTerms.video'],
  pt: ['fact', 'facts.site'],
  ar: ['fact'],
  hi: ['fact'],
  uk: ['fact'],
};

/** `screens.done.body.0` and its text, for every text in a page's catalogue. */
function pageMessages(value: unknown, path = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object)
    .filter(([key]) => path !== '' || (key !== 'lang' && key !== 'dir'))
    .flatMap(([key, child]) => pageMessages(child, path ? `${path}.${key}` : key));
}

/** The texts of answers with these values, by key. */
function respondMessages(language: (typeof LANGUAGES)[number]): [key: string, text: string][] {
  const { direction: _, list, seconds, minutes, facts, factTerms, ...rest } = CATALOGUES[language];
  const five = new Intl.NumberFormat(language).format(5);
  const entries = Object.entries(rest).map(([key, text]): [string, string] => [
    key,
    typeof text === 'string' ? text : (text as (...values: string[]) => string)(...MARKS),
  ]);
  return [
    ...entries,
    ...pageMessages({ facts, factTerms }),
    ['edited by nobody', rest.edited('[1]', undefined)],
    ['list', list([...MARKS])],
    ['seconds', seconds(5).replace(five, '[5]')],
    ['minutes', minutes(5).replace(five, '[5]')],
  ];
}

const MARKS = ['[1]', '[2]'] as const;
const marksIn = (text: string) => [...new Set(text.match(/\[\d\]|\{\w+\}/g))].sort();
const page = (language: (typeof LANGUAGES)[number]) => new Map(pageMessages(PAGES[language]));
const responses = (language: (typeof LANGUAGES)[number]) => new Map(respondMessages(language));

test('the scan finds the placeholders, in texts and in functions', () => {
  expect(marksIn(page('en').get('screens.confirm.heading') ?? '')).toEqual(['{account}', '{asker}', '{connection}']);
  expect(marksIn(responses('en').get('nothingFound') ?? '')).toEqual(['[1]', '[2]']);
  expect(marksIn(responses('ar').get('seconds') ?? '')).toEqual(['[5]']);
});

describe.each(OTHERS)('%s', (language) => {
  test.each([
    ['the answers', responses],
    ['the pages', page],
  ])('%s: every text exists, has the same placeholders as in English, and is not English', (_, messages) => {
    const [english, others] = [messages('en'), messages(language)];
    expect([...others.keys()].sort()).toEqual([...english.keys()].sort());
    const odd = [...others].filter(([key, text]) => `${marksIn(text)}` !== `${marksIn(english.get(key) ?? '')}`);
    expect(odd).toEqual([]);
    const same = [...others].filter(([key, text]) => text === english.get(key)).map(([key]) => key);
    expect(same).toEqual((SAME[language] ?? []).filter((key) => english.has(key)));
    expect([...others].filter(([, text]) => text.trim() === '' || text !== text.trim())).toEqual([]);
  });

  test('pages and answers declare their language and its direction', () => {
    expect(PAGES[language].lang).toBe(language);
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    expect([PAGES[language].dir, CATALOGUES[language].direction]).toEqual([direction, direction]);
  });

  test('a text uses the command’s own name', () => {
    expect(CATALOGUES[language].notSignedInTo('x')).toContain(CATALOGUES[language].connectionsTitle);
  });
});

test.each([
  [['en-GB', 'de'], 'en'],
  [['pt-BR'], 'pt'],
  [['zh'], 'zh-Hans'],
  [['zh-CN', 'zh', 'zh-TW'], 'zh-Hans'],
  [['ZH_hans_tw'], 'zh-Hans'],
  [['zh-SG'], 'zh-Hans'],
  [['zh-TW', 'zh', 'en-US'], 'en'],
  [['zh-Hant', 'zh'], undefined],
  [['zh-HK', 'zh', 'ja'], 'ja'],
  [['nl', 'uk-UA'], 'uk'],
  [['arz'], undefined],
  [['', '*', '__proto__', 'constructor', '-'], undefined],
])('%j gets %s, in answers and on pages', (tags, language) => {
  expect(negotiateLanguage(tags)).toBe(language);
  expect(chooseLanguage(tags, LANGUAGES)).toBe(language ?? 'en');
});

/** A message says what happened and what to do next. A reference after that is for the administrator. */
const MAX_SENTENCES = 2;
const MAX_WORDS = 20;
const sentencesOf = (text: string) =>
  text
    .replace(/ Reference: .*$/, '')
    .split(/(?<=[.?!])\s+(?=[\p{Lu}“[{])/u)
    .filter((sentence) => sentence !== '');

test('the test counts sentences correctly', () => {
  expect(sentencesOf('One. Two? “Three” [1]! Reference: x')).toHaveLength(3);
});

describe.each([
  ['the answers', responses],
  ['the pages', page],
])('English, %s', (_, messages) => {
  const all = [...messages('en')];

  test('no text has more than two sentences, and each is short', () => {
    const long = all.filter(([, text]) => {
      const sentences = sentencesOf(text);
      return sentences.length > MAX_SENTENCES || sentences.some((sentence) => sentence.split(' ').length > MAX_WORDS);
    });
    expect(long).toEqual([]);
  });

  test('uses plain words', () => {
    const odd = /\b(who(m|ever|se)|(no|some|any)body|nothing|whatever|say|says|said|just now)\b/i;
    expect(all.filter(([, text]) => odd.test(text))).toEqual([]);
  });
});

/** For a phone of 320 pixels and Teams’ task module. */
const MAX_BUTTON_LENGTH = 45;
/** For the result list, which is narrow. */
const MAX_TEXT_LENGTH = 260;

test.each(LANGUAGES)('%s: buttons and texts have room', (language) => {
  const buttons = [...page(language)].filter(([key]) => key.startsWith('buttons.'));
  const cards = ['signOutOf', 'switchAccountAt', 'moreConnections', 'signOutOfAll', 'showMore', 'openChat', 'view'];
  const titles = [...responses(language)].filter(([key]) => cards.includes(key));
  expect([...buttons, ...titles].filter(([, text]) => text.length > MAX_BUTTON_LENGTH)).toEqual([]);
  const all = [...page(language), ...responses(language)];
  expect(all.filter(([, text]) => text.length > MAX_TEXT_LENGTH)).toEqual([]);
});

test.each(LANGUAGES)('%s: the page and the chat name a button as it is labeled', (language) => {
  const { buttons, screens } = PAGES[language];
  expect(screens['signin.identity_mismatch'].body.join()).toContain(buttons.switchAccount);
});
