import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ADA, GRACE } from '../../../local/people.ts';
import { launchChromium } from '../../support/browser/chromium.ts';
import { leaksIn } from '../../support/process/log.ts';
import { type ScriptedApi, startScriptedApi } from '../../support/provider/scripted-api.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { escapeHtml } from '../../support/search/server.ts';
import { postInvoke } from '../../support/teams/actions.ts';
import { elementsOf, messagesIn, readCard } from '../../support/teams/cards.ts';
import { tell } from '../../support/teams/chat.ts';
import { renderInPage } from '../../support/teams/render-card.ts';
import { type Hit, searchResponse, type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { type Attachment, type SearchResponse, startWorld, titlesOf, type World } from '../../support/world/world.ts';

let world: World;
let wiki: WikiControl;
/** Searched by the handbook. All other addresses are elsewhere. */
let other: ScriptedApi;

beforeAll(async () => {
  other = await startScriptedApi({ imageOrigins: ['https://images.example'] });
  world = await startWorld({ botEnv: { CONNECTIONS_FILE: other.connectionsFile, OTHER_URL: other.url } });
  wiki = wikiControl(world.wikiUrl);
  await world.signIn(ADA);
});
afterAll(async () => {
  await world?.stop();
  await other?.close();
});
afterEach(async () => {
  await wiki.heal();
  await wiki.takeCalls();
  other.requests.length = 0;
});

/** Ada's results when the wiki answers with these hits. */
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
  test('of a real page: title, matches, picture, last edit, connection, and the link to the page', async () => {
    const [lakers] = (await world.search(ADA, { text: 'lakers' })).attachments ?? [];
    const { runs, lines, images, actions } = readCard(lakers as Attachment);
    expect(lines[0]).toBe('Los Angeles Lakers');
    expect(lines[1]).toMatch(/Lakers/);
    expect(lines[2]).toMatch(/^Last edited \w{3} \d{1,2}, \d{4} by (Ada Example|Grace Sample|Linus Demo)$/);
    expect(lines[3]).toBe('Contoso wiki');
    expect(lines).toHaveLength(4);
    expect(new Set(runs.slice(1).flatMap(({ text, bold }) => (bold ? [text.toLowerCase()] : [])))).toEqual(
      new Set(['lakers']),
    );
    expect(images.map(({ altText }) => altText)).toEqual(['Picture of Los Angeles Lakers']);
    expect(actions).toEqual([
      { type: 'Action.OpenUrl', title: 'View in Contoso wiki', url: `${world.wikiUrl}/wiki/Los_Angeles_Lakers` },
    ]);
  });

  test('T56: names no account, neither to the searcher nor in a conversation, on every path', async () => {
    const url = `${world.wikiUrl}/wiki/Iceland`;
    const value = { name: 'composeExtension/queryLink', value: { url } };
    const { body } = await postInvoke(world.connector, world.botUrl, ADA, value);
    const unfurled = (body as { composeExtension: SearchResponse }).composeExtension.attachments ?? [];
    const found = (await world.search(ADA, { text: 'lakers' })).attachments ?? [];
    const said = await tell(world, ADA, 'search lakers');
    for (const cards of [unfurled, found, said]) {
      expect(JSON.stringify(cards)).toContain('Contoso wiki');
      expect(JSON.stringify(cards)).not.toMatch(/ada@|signed in as/i);
    }
  });

  test('has a preview for the list: the same title, text and picture, without other members', async () => {
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
    expect(lines).toEqual(['Bare', 'Contoso wiki']);
    expect(images).toEqual([]);
    expect(preview.content).toEqual({ title: 'Bare', text: '' });
  });

  test('shows the time of an edit even without an editor', async () => {
    expect(readCard(await cardOf({ title: 'Bare', at: '2026-03-05T10:00:00Z' })).lines[1]).toBe(
      'Last edited Mar 5, 2026',
    );
  });

  test('marks matches anywhere in a word', async () => {
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

  test('has only elements of version 1.2, and declares at most 1.3, which link unfurling accepts', async () => {
    const allowed = ['AdaptiveCard', 'ColumnSet', 'Column', 'Image', 'RichTextBlock', 'TextRun', 'Action.OpenUrl'];
    for (const { content } of (await world.search(ADA, {})).attachments ?? []) {
      expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.3' });
      expect(elementsOf(content).filter(({ type }) => !allowed.includes(String(type)))).toEqual([]);
      expect(elementsOf(content).filter((element) => 'selectAction' in element)).toEqual([]);
    }
  });
});

describe('dates have the format of the asker’s language', () => {
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

  test.each([
    'nl-NL',
    'zh-TW',
    '',
    '!!',
    'en_US',
    '__proto__',
    '../../etc/passwd',
    'a'.repeat(10_000),
    7,
    null,
    ['de'],
    { toString: 'de' },
  ])('an unsupported or invalid language gets English: %j', async (locale) => {
    expect(await edited(locale)).toBe('Last edited Mar 5, 2026 by Bo');
  });

  test('after many unknown languages the asker’s format is still right', async () => {
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
    // No half of a surrogate pair, which some JSON parsers refuse.
    expect(JSON.stringify(attachment)).not.toMatch(/\\ud[89a-f]/);
  });

  test('with an ellipsis, at a whole character', async () => {
    const { lines } = readCard(await cardOf({ title: `a${'🏀'.repeat(200)}` }));
    expect(lines[0]).toMatch(/^a(🏀){99}…$/u);
  });

  test('Teams accepts an answer of the 25 largest results', async () => {
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

const HOSTILE_PAGES = 12;
const DATE = '{DATE(2020-01-01T10:00:00Z)}';
/** Texts that a template engine, Markdown, HTML or the eye would misread. */
const HOSTILE_TEXTS = [
  '${title}',
  `{${DATE}}`,
  `{{${DATE}}}`,
  `{{{${DATE}}}}`,
  `\${${DATE}}`,
  `$\${$\{$root}}`,
  `{\u200b${DATE}}`,
  `{\u202e${DATE}}`,
  `{\u0000${DATE}}`,
  `{\u{e0041}${DATE}}`,
  '$\ufeff{title}',
  '[click](javascript:alert(1)) ![x](https://evil.example/x.png)',
  '[click]\u200b(https://evil.example)',
  '**bold** _it_ ~~gone~~ `code`',
  '<img src=x onerror=alert(1)><script>alert(1)</script><a href="javascript:alert(1)">x</a>',
  '&lt;img src=x onerror=alert(1)&gt; &#60;b&#x3e;',
  '<at>Ada Example</at>',
  '\u202egnp.exe\u202c \u2066isolated\u2069 \u200bzero\ufeff width\u00ad',
  'A line\r\nand\u2028another\u0085one\u001b[31m',
  `half \ud800 a character`,
  'hidden bytes 😀\u{e0156}\u{e0157}\u{e0158} a\u{e0159}b\u{e015a} 葛\u{e0101}\u{e015b} ❤\ufe0f\ufe03\ufe0e',
];

/** The hostile texts as title, snippet and editor of one page each. */
function hostileHits(): Hit[] {
  return HOSTILE_TEXTS.map((text) => ({
    title: text,
    snippet: escapeHtml(text),
    user: text,
    at: '2026-03-05T10:00:00Z',
  }));
}

async function allHostile(): Promise<Attachment[]> {
  const pages = (await world.search(ADA, { text: 'hostile' })).attachments ?? [];
  return [...pages, ...(await cardsOf(hostileHits()))];
}

/** Variation selectors carry bytes that no person sees. One may follow an ideograph or a symbol. */
const HIDDEN_BYTES = /[^\p{Ideographic}][\u{e0100}-\u{e01ef}]|[\ufe00-\ufe0f]{2}/u;
const UNSEEN =
  /[\0-\x1f\x7f-\x9f\xad\u200b\u2028\u2029\u2061-\u2064\u202a-\u202e\u2066-\u206f\ufeff\u{e0000}-\u{e007f}\p{Cs}]/u;

describe('T51: text of a hostile wiki is text', () => {
  test('every hostile page is shown', async () => {
    const titles = titlesOf(await world.search(ADA, { text: 'hostile' }));
    expect(titles.filter((title) => title.startsWith('Hostile '))).toHaveLength(HOSTILE_PAGES);
    expect(await cardsOf(hostileHits())).toHaveLength(HOSTILE_TEXTS.length);
  });

  test('no text contains a template, a card function or an invisible character', async () => {
    for (const attachment of await allHostile()) {
      for (const text of messagesIn(attachment)) {
        expect(text).not.toMatch(/\$\{|\{\{/);
        expect(text).not.toMatch(UNSEEN);
        expect(text).not.toMatch(HIDDEN_BYTES);
      }
    }
  });

  test('the preview contains no HTML and no Markdown', async () => {
    for (const { preview } of await allHostile()) {
      const { title, text = '', images = [], ...others } = preview.content;
      expect(others).toEqual({});
      expect(`${title} ${text}`).not.toMatch(/[<>]|\]\(|&(#|[a-z])|\*\*|~~/i);
      for (const { url } of images) expect(new URL(url).origin).toBe(world.wikiUrl);
    }
  });

  test('the text for people is still there', async () => {
    const [first, ...others] = await cardsOf(hostileHits());
    const seen = [first, ...others].map((attachment) =>
      readCard(attachment as Attachment).lines[0]?.replaceAll('\u2060', ''),
    );
    expect(seen.slice(0, 3)).toEqual([
      '${title}',
      '{{DATE(2020-01-01T10:00:00Z)}}',
      '{{{DATE(2020-01-01T10:00:00Z)}}}',
    ]);
    expect(seen).toContain('<at>Ada Example</at>');
    expect(seen).toContain('half a character');
    const joined = await cardsOf([{ title: 'خانه‌ها 👩‍👩‍👧 ‏עברית ❤\ufe0f 葛\u{e0100}' }]);
    expect(joined[0]?.preview.content.title).toBe('خانه‌ها 👩‍👩‍👧 ‏עברית ❤\ufe0f 葛\u{e0100}');
  });
});

describe('T48, T51: addresses of a hostile wiki', () => {
  // The wiki's value, and the path on the wiki's own origin that the card keeps. Without one: the address of the title.
  const elsewhere = (): [url: string, kept?: string][] => [
    ['javascript:alert(1)'],
    ['javascript://localhost/%0aalert(1)'],
    ['data:text/html,<script>alert(1)</script>'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
    [`blob:${world.wikiUrl}/x`],
    [`filesystem:${world.wikiUrl}/x`],
    ['http://169.254.169.254/latest/meta-data/', '/latest/meta-data/'],
    ['http://127.0.0.1:1/'],
    ['http://[::1]/'],
    [other.url],
    [`${other.url}/w/index.php`, '/w/index.php'],
    ['//evil.example/x', '/x'],
    ['http://inside:8080/docs/index.php?title=A_page', '/docs/index.php?title=A_page'],
    ['javascript:alert(1)//x/wiki/A_page'],
    ['https://evil.example/x', '/x'],
    ['https://evil.example//other.example/x', '//other.example/x'],
    [world.wikiUrl.replace('http:', 'https:')],
    [world.wikiUrl.replace('localhost', '127.0.0.1')],
    [world.wikiUrl.replace('localhost', 'localhost.evil.example')],
    [world.wikiUrl.replace('localhost', 'evil.example@localhost')],
    [world.wikiUrl.replace('//', '//user:secret@')],
    [`${world.wikiUrl}.evil.example/`],
    [`${world.wikiUrl}@evil.example/`],
    [`${world.wikiUrl}\\@evil.example/`.replace('http:', 'https:'), '/@evil.example/'],
    ['/etc/passwd'],
    ['x'],
    [''],
    [`${world.wikiUrl}0/x`],
  ];

  test('a link leads to the wiki itself, a picture from elsewhere is left out, and the bot fetches neither', async () => {
    const urls = elsewhere();
    const cards: Attachment[] = [];
    for (let at = 0; at < urls.length; at += 25) {
      const some = urls.slice(at, at + 25);
      cards.push(...(await cardsOf(some.map(([url], n) => ({ title: `Page ${at + n}`, url, image: url })))));
    }
    expect(cards).toHaveLength(urls.length);
    for (const [at, card] of cards.entries()) {
      const [url, kept = `/wiki/Page_${at}`] = urls[at] ?? [];
      const { actions, images } = readCard(card);
      expect([url, actions.map((action) => action.url)]).toEqual([url, [world.wikiUrl + kept]]);
      expect([url, images]).toEqual([url, []]);
      expect(card.preview.content).not.toHaveProperty('images');
    }
    expect(other.requests).toEqual([]);
    expect((await wiki.takeCalls()).every(({ url }) => url.startsWith('/w/api.php?'))).toBe(true);
  });

  test('the wiki’s own addresses stay, without braces for a template', async () => {
    const own = `${world.wikiUrl}/w/index.php?title=\${x}&a={{b}}`;
    const [card] = await cardsOf([{ title: 'x', url: own, image: own }]);
    const { actions, images } = readCard(card as Attachment);
    const kept = `${world.wikiUrl}/w/index.php?title=$%7Bx%7D&a=%7B%7Bb%7D%7D`;
    expect([actions[0]?.url, images[0]?.url, card?.preview.content.images]).toEqual([kept, kept, [{ url: kept }]]);
  });

  test('pictures may come from imageOrigins too; links may not', async () => {
    const shown = 'https://images.example/a.png';
    const hits = [
      shown,
      'https://images.example:8443/a.png',
      'http://images.example/a.png',
      'https://evil.example/a.png',
    ];
    other.respondWith(searchResponse(hits.map((url) => ({ title: 'x', url, image: url }))));
    await world.signIn(GRACE, { connection: 'handbook' });
    const { attachments = [] } = await world.search(GRACE, { connection: 'handbook', text: 'x' });
    expect(attachments.map((card) => readCard(card).images.map(({ url }) => url))).toEqual([[shown], [], [], []]);
    expect(attachments.map((card) => readCard(card).actions[0]?.url)).toEqual(hits.map(() => `${other.url}/a.png`));
  });
});

describeWithChromium('T51: hostile cards in a real browser', () => {
  let browser: Browser;
  let page: Page;
  const fetched: string[] = [];
  const dialogs: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.route(/^(?!about:)/, (route) => {
      fetched.push(route.request().url());
      return route.fulfill({ status: 404 });
    });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.js') });
  });
  afterAll(() => browser?.close());

  test('each is a valid card, and contains no script, markup or link', async () => {
    const attachments = await allHostile();
    for (const { content, preview } of attachments) {
      const shown = await page.evaluate(renderInPage, { content, preview: preview.content });
      const { lines, actions, images } = readCard({ content } as Attachment);
      expect(shown.problems).toEqual([]);
      expect(shown.tags.filter((tag) => !['DIV', 'SPAN', 'IMG', 'BUTTON'].includes(tag))).toEqual([]);
      expect(shown.handlers).toEqual([]);
      for (const line of lines) expect(shown.text).toContain(line);
      expect(shown.buttons).toEqual(actions.map(({ title }) => title));
      expect(shown.pictures).toEqual(images.map(({ url, altText }) => [url, altText]));
      expect(shown.previewTags).toEqual([]);
    }
    expect(attachments.length).toBeGreaterThanOrEqual(HOSTILE_PAGES + HOSTILE_TEXTS.length);
    expect(dialogs).toEqual([]);
    expect(fetched.filter((url) => !url.startsWith(`${world.wikiUrl}/w/images/`))).toEqual([]);
  });
});

test('T72: neither results nor names are in the log', () => {
  const used = ['lakers', '日日', 'Last edited', 'hostile', 'evil.example', 'alert(1)', 'passwd', 'images.example'];
  expect(leaksIn(world.bot.output(), used)).toEqual([]);
});
