import { describe, expect, test } from '@jest/globals';
import { LANGUAGES } from '../../../bot/platform/language.ts';
import { accountsCard } from '../../../bot/teams/cards/account-cards.ts';
import { linkAttachment, toAttachments } from '../../../bot/teams/cards/cards.ts';
import { formatDate, formatWait, messagesFor } from '../../../bot/teams/locales/texts.ts';
import { readCard } from '../../support/teams/cards.ts';
import type { Attachment } from '../../support/world/world.ts';

const WIKI = 'https://wiki.example';
const origins = new Set([WIKI]);
/** Isolates a name from the words around it (UAX #9). */
const apart = (text: string) => `\u2068${text}\u2069`;

function cardIn(locale: string): Attachment {
  const edited = { at: new Date('2026-03-05T12:00:00Z'), by: 'Bo' };
  const [attachment] = toAttachments([{ title: 'Lakers', snippet: [], url: `${WIKI}/wiki/x`, edited }], {
    title: 'Contoso wiki',
    locale,
    linkOrigins: origins,
    imageOrigins: origins,
  });
  return JSON.parse(attachment ?? '');
}

const read = (locale: string) => readCard(cardIn(locale));

describe('a card', () => {
  test('in Arabic has a right-to-left layout, with separated names', () => {
    expect(cardIn('ar-SA').content).toMatchObject({ rtl: true, version: '1.3' });
    const { lines, actions } = read('ar-AE');
    expect(lines.at(-1)).toBe(apart('Contoso wiki'));
    expect(lines[1]).toMatch(/^آخر تعديل: \u2068.+\u2069 بواسطة \u2068Bo\u2069$/);
    expect(actions[0]?.title).toBe(`عرض في ${apart('Contoso wiki')}`);
  });

  // Without isolates, the full stop and the brackets of an English excerpt would appear at the wrong end.
  test('in Arabic isolates a title and an excerpt as a whole, in the card and in the list', () => {
    const snippet = [
      { text: 'The ', hit: false },
      { text: 'Lakers', hit: true },
      { text: ' (LA).', hit: false },
    ];
    const frame = { title: 'Wiki', locale: 'ar-SA', linkOrigins: origins, imageOrigins: origins };
    const [shown] = toAttachments([{ title: 'Lakers (LA)', snippet, url: `${WIKI}/x` }], { ...frame, mixed: true });
    const { content, preview }: Attachment = JSON.parse(shown ?? '');
    expect(JSON.stringify(content)).toContain(`"${apart('Lakers (LA)')}"`);
    const [, block] = JSON.stringify(content).split(apart('Lakers (LA)'));
    const runs = [...(block ?? '').matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text);
    expect(runs.slice(0, 3)).toEqual(['\u2068The ', 'Lakers', ' (LA).\u2069']);
    expect(preview.content.text).toBe(`${apart('Wiki')} · ${apart('The Lakers (LA).')}`);
    const [plain] = toAttachments([{ title: 'Lakers', snippet, url: `${WIKI}/x` }], { ...frame, locale: 'en' });
    expect(plain).not.toMatch(/[\u2068\u2069]/);
  });

  test('in another language has no such layout, and has that language’s words', () => {
    expect(cardIn('uk-UA').content).not.toHaveProperty('rtl');
    expect(read('de-AT').lines.slice(1)).toEqual([
      `Zuletzt bearbeitet am ${formatDate('de-AT', new Date('2026-03-05T12:00:00Z'))} von Bo`,
      'Contoso wiki',
    ]);
    expect(read('zh-TW').lines[1]).toBe('Last edited Mar 5, 2026 by Bo');
  });

  test('of connections, and of a link, has a right-to-left layout in Arabic too', () => {
    const messages = messagesFor('ar');
    expect(accountsCard([{ id: 'wiki', title: 'Wiki', account: { name: 'ada' } }], messages)).toMatchObject({
      rtl: true,
    });
    expect(JSON.parse(linkAttachment(`${WIKI}/x`, 'Wiki', messages)).content).toMatchObject({ rtl: true });
  });
});

describe('the card of 30 connections with long titles', () => {
  const title = (at: number) => `${at} ${'Ελληνικά '.repeat(7)}`.slice(0, 64);
  const accounts = Array.from({ length: 30 }, (_, at) => ({
    id: `c${at}`,
    title: title(at),
    account: { name: `${'界'.repeat(60)}${at}` },
  }));

  test.each(LANGUAGES)(
    'in %s is below 28 KB, says how many more there are, and shows them all with its button',
    (language) => {
      const messages = messagesFor(language);
      const seen: string[] = [];
      let from: number | undefined = 0;
      while (from !== undefined) {
        const card = accountsCard(accounts, messages, from);
        expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(28 * 1024);
        seen.push(...[...JSON.stringify(card).matchAll(/"signOut":"(\w+)"/g)].map(([, id]) => String(id)));
        const actions = card.actions as { title: string; data: { showFrom?: number } }[];
        const more = actions.find(({ data }) => data.showFrom !== undefined);
        if (more) expect(more.title).toContain(String(30 - seen.length));
        from = more?.data.showFrom;
      }
      expect(seen).toEqual(accounts.map(({ id }) => id));
      expect(JSON.stringify(accountsCard(accounts.slice(0, 5), messages))).not.toContain('showFrom');
    },
  );
});

describe('a wait', () => {
  test.each([
    [1, '1 секунду'],
    [2, '2 секунди'],
    [5, '5 секунд'],
    [11, '11 секунд'],
    [21, '21 секунду'],
    [114, '114 секунд'],
    [120, '2 хвилини'],
    [290, '5 хвилин'],
  ])('of %i seconds in Ukrainian: %s', (seconds, text) => {
    expect(formatWait(messagesFor('uk-UA'), seconds)).toBe(text);
  });

  test.each([
    [1, 'ثانية واحدة'],
    [2, 'ثانيتين'],
    [3, '# ثوانٍ'],
    [11, '# ثانية'],
    [100, '# ثانية'],
    [120, 'دقيقتين'],
    [600, '# دقائق'],
    [660, '# دقيقة'],
  ])('of %i seconds in Arabic: %s', (seconds, text) => {
    const number = new Intl.NumberFormat('ar').format(seconds < 120 ? seconds : seconds / 60);
    expect(formatWait(messagesFor('ar'), seconds)).toBe(text.replace('#', number));
  });

  test.each([
    ['en', '1 second', '2 minutes'],
    ['ja', '1 秒', '2 分'],
    ['fr', '1\u00a0seconde', '2\u00a0minutes'],
  ])('in %s: %s, %s', (locale, one, two) => {
    expect([formatWait(messagesFor(locale), 0.4), formatWait(messagesFor(locale), 120)]).toEqual([one, two]);
  });
});

describe('a value in a sentence', () => {
  test('is isolated if it has the other direction, and only then', () => {
    const { nothingFound } = messagesFor('en');
    expect(nothingFound('lakers', 'Wiki')).toBe('No results for “lakers” in Wiki. Try fewer or different words.');
    expect(nothingFound('بحث 12', 'ויקי')).toContain(`“${apart('بحث 12')}” in ${apart('ויקי')}.`);
    expect(messagesFor('ar').nothingFound('12-34', 'Wiki')).toContain(`«${apart('12-34')}»`);
  });

  test('several names form a list in the format of the language', () => {
    const names = ['A', 'B', 'C'];
    expect(messagesFor('en-US').list(names)).toMatch(/^A, B,? and C$/);
    expect(messagesFor('ja').list(names)).toBe('A、B、C');
    expect(messagesFor('ar').list(names)).toBe(`${apart('A')} و${apart('B')} و${apart('C')}`);
  });
});

test('a language is loaded once: one catalogue object per tag, even after many unknown tags', () => {
  for (let at = 0; at < 1_000; at += 1) messagesFor(`en-x-${at}`);
  expect(messagesFor('fr-CA')).toBe(messagesFor('fr-CA'));
  expect(messagesFor('fr-CA')).toBe(messagesFor('FR'));
  expect(messagesFor('x'.repeat(35))).toBe(messagesFor('en'));
});
