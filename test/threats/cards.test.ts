import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { elementsOf, readCard } from '../support/cards.ts';
import { leaksIn } from '../support/log.ts';
import { type Hit, searchResponse, type WikiControl, wikiControl } from '../support/wiki-control.ts';
import { type Attachment, type SearchResponse, startWorld, type World } from '../support/world.ts';

let world: World;
let wiki: WikiControl;

beforeAll(async () => {
  world = await startWorld();
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

/** Ada's results where the wiki answers with these hits. */
async function cardsOf(hits: readonly Hit[], locale?: unknown): Promise<Attachment[]> {
  await wiki.fault({ body: searchResponse(hits) });
  const { status, body } = await world.post(ADA, { text: 'lakers' }, (activity) => {
    if (locale !== undefined) activity.locale = locale;
  });
  const { attachments } = (body as { composeExtension: SearchResponse }).composeExtension;
  expect(status).toBe(200);
  return attachments ?? [];
}

async function cardOf(hit: Hit, locale?: unknown): Promise<Attachment> {
  const [attachment] = await cardsOf([hit], locale);
  if (!attachment) throw new Error('no result');
  return attachment;
}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a card', () => {
  test('of a real page: title, what matched, picture, last edit, account, and the way to the page', async () => {
    const [lakers] = (await world.search(ADA, { text: 'lakers' })).attachments ?? [];
    const { runs, lines, images, actions } = readCard(lakers as Attachment);
    expect(lines[0]).toBe('Los Angeles Lakers');
    expect(lines[1]).toMatch(/Lakers/);
    expect(lines[2]).toMatch(/^Last edited \w{3} \d{1,2}, \d{4} by (Ada Example|Grace Sample|Linus Demo)$/);
    expect(lines[3]).toBe('Contoso wiki · signed in as ada@contoso.example');
    expect(lines).toHaveLength(4);
    expect(new Set(runs.slice(1).flatMap(({ text, bold }) => (bold ? [text.toLowerCase()] : [])))).toEqual(
      new Set(['lakers']),
    );
    expect(images.map(({ altText }) => altText)).toEqual(['Picture of Los Angeles Lakers']);
    expect(actions).toEqual([
      { type: 'Action.OpenUrl', title: 'View in Contoso wiki', url: `${world.wikiUrl}/wiki/Los_Angeles_Lakers` },
    ]);
  });

  test('has a preview for the list: the same title, text and picture, and nothing else', async () => {
    const [lakers] = (await world.search(ADA, { text: 'lakers' })).attachments ?? [];
    const { lines, images } = readCard(lakers as Attachment);
    expect(lakers?.preview).toEqual({
      contentType: 'application/vnd.microsoft.card.thumbnail',
      content: { title: 'Los Angeles Lakers', text: lines[1], images: [{ url: images[0]?.url }] },
    });
  });

  test('without a picture, a snippet or an editor leaves them out', async () => {
    const { content, preview } = await cardOf({ title: 'Bare' });
    const { lines, images } = readCard({ content } as Attachment);
    expect(lines).toEqual(['Bare', 'Contoso wiki · signed in as ada@contoso.example']);
    expect(images).toEqual([]);
    expect(preview.content).toEqual({ title: 'Bare', text: '' });
  });

  test('says when it was edited where nobody knows by whom', async () => {
    expect(readCard(await cardOf({ title: 'Bare', at: '2026-03-05T10:00:00Z' })).lines[1]).toBe(
      'Last edited Mar 5, 2026',
    );
  });

  test('marks what matched, wherever in a word it is', async () => {
    const snippet = 'The <span class="searchmatch">Laker</span>s &amp; <span class="searchmatch">lakers</span>.';
    const { runs } = readCard(await cardOf({ title: 'x', snippet }));
    expect(runs.slice(1, 6)).toEqual([
      { text: 'The ', bold: false },
      { text: 'Laker', bold: true },
      { text: 's & ', bold: false },
      { text: 'lakers', bold: true },
      { text: '.', bold: false },
    ]);
  });

  test('is made of what every host since 1.2 shows, and claims no more than 1.4', async () => {
    const allowed = ['AdaptiveCard', 'ColumnSet', 'Column', 'Image', 'RichTextBlock', 'TextRun', 'Action.OpenUrl'];
    for (const { content } of (await world.search(ADA, {})).attachments ?? []) {
      expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
      expect(elementsOf(content).filter(({ type }) => !allowed.includes(String(type)))).toEqual([]);
      expect(elementsOf(content).filter((element) => 'selectAction' in element)).toEqual([]);
    }
  });
});

describe('dates are written as the asker writes them', () => {
  const edited = async (locale: unknown) => {
    const { lines } = readCard(await cardOf({ title: 'x', user: 'Bo', at: '2026-03-05T23:59:00Z' }, locale));
    return lines[1];
  };

  test.each([
    ['en-US', (date: string) => `Last edited ${date} by Bo`],
    ['en-GB', (date: string) => `Last edited ${date} by Bo`],
    ['de-DE', (date: string) => `Zuletzt bearbeitet am ${date} von Bo`],
    ['fr-FR', (date: string) => `Dernière modification\u00a0: ${date}, par Bo`],
    ['ja-JP', (date: string) => `最終更新: ${date} (Bo)`],
    ['pt-BR', (date: string) => `Última edição: ${date}, por Bo`],
    ['ar-EG', (date: string) => `آخر تعديل: \u2068${date}\u2069 بواسطة \u2068Bo\u2069`],
    ['zh-Hans-CN', (date: string) => `上次编辑：${date}，编辑者：Bo`],
  ])('%s', async (locale, text) => {
    const date = new Date('2026-03-05T23:59:00Z').toLocaleDateString(locale, { dateStyle: 'medium', timeZone: 'UTC' });
    expect(await edited(locale)).toBe(text(date));
  });

  test.each(['nl-NL', 'zh-TW', 'ru'])('%s, in which we have no words, as the words: in English', async (locale) => {
    expect(await edited(locale)).toBe('Last edited Mar 5, 2026 by Bo');
  });

  test.each([
    '',
    'x',
    '!!',
    'en_US',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    'a'.repeat(10_000),
    7,
    null,
    ['de'],
    { toString: 'de' },
  ])('an odd one (%j) as in English', async (locale) => {
    expect(await edited(locale)).toBe('Last edited Mar 5, 2026 by Bo');
  });

  test('after a flood of odd ones still as the asker writes them', async () => {
    for (let at = 0; at < 80; at += 1) await edited(`en-x-odd${at}`);
    expect(await edited('de-DE')).toBe('Zuletzt bearbeitet am 05.03.2026 von Bo');
  });
});

describe('T54: what is too long is cut', () => {
  const marks = (text: string) => text.replace(/../gu, '<span class="searchmatch">$&</span> ');
  const LONG: [string, Hit][] = [
    ['a title', { title: 'A'.repeat(30_000) }],
    ['a title beyond ASCII', { title: '日'.repeat(30_000) }],
    ['a title of emoji', { title: '🏀'.repeat(10_000), user: '🏀'.repeat(10_000), at: '2026-03-05T10:00:00Z' }],
    ['a title of what must be kept apart', { title: '*'.repeat(30_000), snippet: '${{_'.repeat(10_000) }],
    ['a snippet', { title: 'x', snippet: 'long '.repeat(20_000) }],
    ['a snippet in a thousand pieces', { title: 'x', snippet: marks('ab'.repeat(1_000)) }],
    ['an editor', { title: 'x', user: 'E'.repeat(30_000), at: '2026-03-05T10:00:00Z' }],
    [
      'an address',
      { title: 'x', url: `http://localhost/${'u'.repeat(30_000)}`, image: `http://localhost/${'i'.repeat(30_000)}` },
    ],
  ];

  test.each(LONG)('%s: the card stays far below 28 KB', async (_, hit) => {
    const attachment = await cardOf(hit);
    expect(bytes(attachment)).toBeLessThan(14_000);
    expect(attachment.preview.content.title.length).toBeGreaterThan(0);
    // No half of a character, which some readers of JSON refuse.
    expect(JSON.stringify(attachment)).not.toMatch(/\\ud[89a-f]/);
  });

  test('with an ellipsis, at a whole character', async () => {
    const { lines } = readCard(await cardOf({ title: `a${'🏀'.repeat(200)}` }));
    expect(lines[0]).toMatch(/^a(🏀){99}…$/u);
  });

  test('25 results at their worst are an answer that Teams takes', async () => {
    const address = `${world.wikiUrl}/${'u'.repeat(1_900)}`;
    const worst = {
      snippet: marks('日'.repeat(150)),
      user: '日'.repeat(500),
      at: '2026-03-05T10:00:00Z',
      url: address,
    };
    const attachments = await cardsOf(
      Array.from({ length: 25 }, (_, at) => ({ ...worst, title: `${at}${'日'.repeat(999)}`, image: address })),
    );
    expect(attachments).toHaveLength(25);
    expect(bytes(attachments)).toBeLessThan(320_000);
  });

  test('25 usual results are less than 100 KB', async () => {
    expect(bytes((await world.search(ADA, {})).attachments)).toBeLessThan(100_000);
  });
});

test('T72: neither results nor names are in the log', () => {
  expect(leaksIn(world.bot.output(), ['lakers', '日日', 'Los Angeles', 'Last edited'])).toEqual([]);
});
