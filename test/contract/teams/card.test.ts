import { describe, expect, test } from '@jest/globals';
import { LANGUAGES } from '../../../bot/platform/language.ts';
import { FACT_NAMES, type SourceFact, type SourceItem } from '../../../bot/sources/source.ts';
import { toAttachments } from '../../../bot/teams/cards/cards.ts';
import { CATALOGUES } from '../../../bot/teams/locales/texts.ts';
import { elementsOf, readCard } from '../../support/teams/cards.ts';
import type { Attachment } from '../../support/world/world.ts';

/** What every card must ensure, whatever a source returns. The mediawiki source already refuses much of this. */
const WIKI = 'https://wiki.example';
const frame = {
  title: 'Wiki ${x}',
  locale: 'en',
  linkOrigins: new Set([WIKI]),
  imageOrigins: new Set([WIKI, 'https://images.example']),
};
const attach = (item: Partial<SourceItem>): Attachment =>
  JSON.parse(toAttachments([{ title: 'x', snippet: [], url: `${WIKI}/wiki/x`, ...item }], frame)[0] ?? '');
const cardOf = (item: Partial<SourceItem>) => readCard(attach(item));

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  `blob:${WIKI}/x`,
  `filesystem:${WIKI}/x`,
  'http://wiki.example/x',
  'https://wiki.example:8443/x',
  'https://user@wiki.example/x',
  'https://user:secret@wiki.example/x',
  'https://:secret@wiki.example/x',
  'https://wiki.example.evil.example/x',
  'https://169.254.169.254/x',
  '//wiki.example/x',
  '/x',
  '',
  'null',
  `${WIKI}/${'x'.repeat(2_048)}`,
])('T51: no link and no picture to %s', (url) => {
  const { actions, images } = cardOf({ url, imageUrl: url });
  expect([actions, images]).toEqual([[], []]);
  expect(attach({ url, imageUrl: url }).preview.content).not.toHaveProperty('images');
});

test('T51: a link to the source, and a picture from an origin that the operator allows', () => {
  const { actions, images } = cardOf({ url: `${WIKI}/a`, imageUrl: 'https://images.example/b' });
  expect([actions[0]?.url, images[0]?.url]).toEqual([`${WIKI}/a`, 'https://images.example/b']);
  expect(cardOf({ url: 'https://images.example/b' }).actions).toEqual([]);
});

test('T51: titles of connections are plain text, too', () => {
  const { lines, actions } = cardOf({});
  expect(lines.at(-1)).toBe('Wiki $\u2060{x}');
  expect(actions[0]?.title).toBe('View in Wiki $\u2060{x}');
});

test('T51: a text keeps the blanks between its runs, and is one line', () => {
  const snippet = ['a ', 'b', '\r\n\tc', '\u2028'].map((text, at) => ({ text, hit: at === 1 }));
  expect(cardOf({ snippet }).lines[1]).toBe('a b c ');
});

test('T54: a snippet of a thousand pieces, or of a hundred thousand letters, fits', () => {
  const pieces = Array.from({ length: 1_000 }, (_, at) => ({ text: '日', hit: at % 2 === 0 }));
  expect(cardOf({ snippet: pieces }).runs.length).toBeLessThanOrEqual(64);
  const long = cardOf({ snippet: [{ text: 'x'.repeat(100_000), hit: true }, ...pieces] });
  expect(long.lines[1]?.length).toBe(600);
});

describe('facts', () => {
  const cardWith = (facts: unknown[], locale = 'en', more: object = {}): Attachment => {
    const item = { title: 'x', snippet: [], url: `${WIKI}/wiki/x`, facts: facts as SourceFact[] };
    return JSON.parse(toAttachments([item], { ...frame, locale, ...more })[0] ?? '');
  };
  const linesWith = (facts: unknown[], locale?: string) => readCard(cardWith(facts, locale)).lines.slice(1, -1);
  const FACTS = [
    { label: 'status', value: { term: 'open' }, color: 'good' },
    { label: 'assignee', value: 'Ada Example' },
    { label: 'due', value: new Date('2026-03-05') },
    { label: { en: 'Votes', de: 'Stimmen' }, value: 12_345.5 },
    { label: 'Room', value: 'B 12' },
  ];

  test.each([
    ['en-US', ['Status: Open', 'Assignee: Ada Example', 'Due: Mar 5, 2026', 'Votes: 12,345.5', 'Room: B 12']],
    ['de-DE', ['Status: Offen', 'Zugewiesen an: Ada Example', 'Fällig: 05.03.2026', 'Stimmen: 12.345,5', 'Room: B 12']],
    ['fr', ['État\u00a0: Ouvert', 'Attribué à\u00a0: Ada Example']],
    ['ja', ['ステータス：オープン', '担当者：Ada Example', '期限：2026/03/05']],
    ['nl', ['Status: Open', 'Assignee: Ada Example', 'Due: Mar 5, 2026', 'Votes: 12,345.5']],
  ])('have the words and number formats of %s', (locale, lines) => {
    expect(linesWith(FACTS, locale).slice(0, lines.length)).toEqual(lines);
  });

  test('are separated from the Arabic text of a card', () => {
    expect(linesWith([{ label: 'Room', value: 'B (12).' }], 'ar')).toEqual(['\u2068Room\u2069: \u2068B (12).\u2069']);
    const { preview } = cardWith(FACTS, 'ar', { mixed: true });
    expect(preview.content.text).toBe('\u2068Wiki $\u2060{x}\u2069 · \u2068مفتوح\u2069 · \u2068Ada Example\u2069');
  });

  test.each(LANGUAGES)('have a label in %s for each name', (language) => {
    for (const name of FACT_NAMES) {
      const [line] = linesWith([{ label: name, value: 'x' }], language);
      expect(line?.replace(/[\u2068\u2069]/g, '')).toContain(CATALOGUES[language].facts[name]);
    }
  });

  test('the list shows the first two values before the excerpt', () => {
    const [item] = toAttachments(
      [{ title: 'x', snippet: [{ text: 'An excerpt', hit: false }], url: WIKI, facts: FACTS as SourceFact[] }],
      frame,
    );
    expect(JSON.parse(item ?? '').preview.content.text).toBe('Open · Ada Example · An excerpt');
    expect(cardWith([{ label: 'status', value: '\u200b' }, FACTS[1]]).preview.content.text).toBe('Ada Example');
  });

  test('T51: contain no markup, no template and no color of their own', () => {
    const hostile = '**a** [x](https://evil.example) <at>Ada</at> ${x} {{DATE(2026-01-01T00:00:00Z)}}';
    const facts = [{ label: hostile, value: hostile, color: '"},{"type":"Input.Text"' }];
    const { content, preview } = cardWith(facts);
    expect(JSON.stringify(content)).not.toMatch(/\$\{|\{\{|"color"|Input\.Text/);
    expect(new Set(elementsOf(content).map(({ type }) => type))).toEqual(
      new Set(['AdaptiveCard', 'ColumnSet', 'Column', 'RichTextBlock', 'TextRun', 'Action.OpenUrl']),
    );
    expect(preview.content.text).not.toMatch(/[<>]|\]\(|\$\{|\*\*/);
    expect(linesWith([{ label: 'constructor', value: 'x' }])).toEqual(['constructor: x']);
  });

  test('T54: at most six, each cut to a limit', () => {
    const worst = Array(20).fill({ label: '日'.repeat(10_000), value: '日'.repeat(10_000), color: 'good' });
    const card = cardWith(worst);
    expect(
      readCard(card)
        .lines.slice(1, -1)
        .map(({ length }) => length),
    ).toEqual(Array(6).fill(162));
    expect(card.preview.content.text?.length).toBeLessThan(100);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(6_000);
  });

  test('each is a line of a label and a colored value', () => {
    const block = elementsOf(cardWith(FACTS).content).filter(({ type }) => type === 'RichTextBlock')[1];
    expect(block).toEqual({
      type: 'RichTextBlock',
      spacing: 'Small',
      inlines: [
        { type: 'TextRun', text: 'Status: ', size: 'Small', isSubtle: true },
        { type: 'TextRun', text: 'Open', size: 'Small', color: 'good' },
      ],
    });
  });
});
