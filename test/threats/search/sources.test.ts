import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { HARNESSES } from '../../contract/source/harness.ts';
import { leaksIn, lineFor, logLines } from '../../support/process/log.ts';
import type { SearchServer, StandInRequest } from '../../support/search/server.ts';
import { postInvoke } from '../../support/teams/actions.ts';
import { elementsOf, readCard } from '../../support/teams/cards.ts';
import { tell } from '../../support/teams/chat.ts';
import {
  SOURCE_TYPES,
  type SourceConnection,
  type SourceWorld,
  startSourceWorld,
} from '../../support/world/source-world.ts';
import { type Attachment, eventually, type SearchResponse, titlesOf, type World } from '../../support/world/world.ts';

let started: SourceWorld;
let world: World;
beforeAll(async () => {
  started = await startSourceWorld();
  world = started.world;
});
afterAll(() => started?.stop());

const TITLES: Record<SourceConnection, string> = {
  wiki: 'Contoso files',
  octo: 'Contoso on GitHub',
  handbook: 'Contoso handbook',
  guarded: 'Contoso tickets',
};
const UNCACHED = { actions: [{ type: 'setCachePolicy', value: '{"type":"no-cache"}' }] };
const CONNECTIONS = Object.entries(SOURCE_TYPES).map(([id, type]) => ({ type, connection: id as SourceConnection }));

const search = (connection: SourceConnection, text: string) => world.search(ADA, { connection, text });
const incomplete = (connection: SourceConnection) =>
  `Latchkey could not search all of ${TITLES[connection]}, so results may be missing.`;

describe.each(CONNECTIONS)('a source of type $type', ({ type, connection }) => {
  const harness = HARNESSES.find(({ name }) => name === type);
  let api: SearchServer;
  let link: string;
  beforeAll(async () => {
    api = started.apis[connection];
    link = api.url + (connection === 'octo' ? '/contoso/docs/issues/12' : '/pages/d12');
    await world.signIn(ADA, { connection });
  });
  beforeEach(async () => {
    await api.fault({ times: 0 });
    await api.takeCalls();
    api.takeProblems();
  });

  async function paste(person: Person): Promise<SearchResponse> {
    const invoke = { name: 'composeExtension/queryLink', value: { url: link } };
    const { body } = await postInvoke(world.connector, world.botUrl, person, invoke);
    return (body as { composeExtension: SearchResponse }).composeExtension;
  }

  /** One call, which the API accepts. */
  async function onlyCall(): Promise<StandInRequest | undefined> {
    const calls = await api.takeCalls();
    expect([calls.length, api.takeProblems()]).toEqual([1, []]);
    return calls[0];
  }

  test('a person who is not signed in gets a prompt, also for a link, and the API gets no request', async () => {
    expect((await world.search(GRACE, { connection, text: 'lakers' })).type).toBe('auth');
    expect((await paste(GRACE)).type).toBe('auth');
    expect(await api.takeCalls()).toEqual([]);
  });

  test('a signed-in person finds results, by one call with a User-Agent', async () => {
    expect(titlesOf(await search(connection, 'los angeles lakers'))[0]).toMatch(/^Los Angeles Lakers/);
    expect((await onlyCall())?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer \S{20,}$/),
      'user-agent': `Latchkey (+${world.botUrl})`,
    });
  });

  test('its card shows the matches, the editor and the time of the change, and leads to the page', async () => {
    const [attachment] = (await search(connection, 'lakers angeles')).attachments ?? [];
    if (!attachment) throw new Error('No result');
    const card = readCard(attachment);
    expect(card.runs.some(({ text, bold }) => bold && text === 'Lakers')).toBe(true);
    expect(card.lines.some((line) => line.includes('Ada Example') && line.includes('2026'))).toBe(true);
    expect(card.lines.at(-1)).toContain(TITLES[connection]);
    expect(card.actions).toEqual([expect.objectContaining({ url: `${api.url}/pages/d12` })]);
    expect(card.images.map(({ url }) => url)).toEqual(connection === 'wiki' ? [] : [`${api.url}/images/d12.png`]);
  });

  test('T51: cards lead only to the source’s own places, and show no other pictures', async () => {
    const cards = ((await search(connection, 'hostile')).attachments ?? []).map(readCard);
    expect(cards.length).toBeGreaterThan(8);
    for (const { url } of cards.flatMap(({ actions, images }) => [...actions, ...images]))
      expect(new URL(url).origin).toBe(api.url);
    expect(cards.filter(({ actions }) => actions.length === 0)).toHaveLength(2);
  });

  test('T55: an incomplete answer is not reported as "nothing found"', async () => {
    for (const [at, body] of (harness?.incomplete ?? []).entries()) {
      await api.fault({ body, times: 9 });
      const { type, text = '' } = await search(connection, `unknown ${at}`);
      expect([type, text.startsWith(incomplete(connection))]).toEqual(['message', true]);
    }
  });

  test('T55: an answer without a valid entry is reported as that; the log names the field, and not its content', async () => {
    for (const [at, [body, part]] of (harness?.unreadable ?? []).entries()) {
      await api.fault({ body, times: 9 });
      const { text = '' } = await search(connection, `odd ${at}`);
      expect(text).toContain(`Latchkey could not read the response from ${TITLES[connection]}.`);
      await eventually(
        () => lineFor(world.bot.output(), text),
        (line) => JSON.stringify(line ?? '').includes(part),
      );
    }
  });

  test('a link becomes its card, by one call with the person’s own token, and Teams caches it for no one else', async () => {
    const response = await paste(ADA);
    expect(titlesOf(response)[0]).toMatch(/^Los Angeles Lakers/);
    const lines = response.attachments?.flatMap((card) => readCard(card).lines);
    if (type === 'http') expect(lines).toContain('Status: In progress');
    if (type === 'github') expect(lines).toContain('Status: Open');
    expect(response).toMatchObject({ type: 'result', suggestedActions: UNCACHED });
    expect((await onlyCall())?.headers.authorization).toMatch(/^Bearer \S{20,}$/);
  });

  test('the address of a page finds it in the search box, by one call', async () => {
    expect(titlesOf(await search(connection, link))[0]).toMatch(/^Los Angeles Lakers/);
    await onlyCall();
  });
});

test('T55: incomplete results have a line that says so, and an unreadable part is logged once', async () => {
  const good = { _id: '1', _source: { title: 'A page', text: 'x', link: '/pages/d12' } };
  const odd = { _id: '2', _source: { title: ['x'], text: 'x', link: { href: 'secretly' } } };
  const body = JSON.stringify({ timed_out: true, hits: { hits: [good, odd] } });
  await started.apis.handbook.fault({ body, times: 9 });
  for (const text of ['partly', 'in part', 'parts']) {
    const response = await search('handbook', text);
    expect(titlesOf(response)).toEqual(['A page', `ⓘ ${TITLES.handbook}`]);
    expect(JSON.stringify(response.attachments?.at(-1)?.preview)).toContain(incomplete('handbook'));
  }
  const told = logLines(world.bot.output()).filter((line) =>
    JSON.stringify(line).includes('fields.url (link) is of the type object'),
  );
  expect(told).toEqual([
    expect.objectContaining({ connection: 'handbook', msg: 'part of an answer could not be read' }),
  ]);
});

describe('facts on a card', () => {
  const WORDS = [
    ['en-US', 'Status: In progress', 'Due: Apr 30, 2026', 'Votes: 12,345', 'Number: 4711'],
    ['es-ES', 'Estado: In progress', 'Vence: 30 abr 2026', 'Votes: 12.345', 'Número: 4711'],
    [
      'fr-FR',
      'État\u00a0: In progress',
      'Échéance\u00a0: 30 avr. 2026',
      'Votes\u00a0: 12\u202f345',
      'Numéro\u00a0: 4711',
    ],
    ['de-DE', 'Status: In progress', 'Fällig: 30.04.2026', 'Stimmen: 12.345', 'Nummer: 4711'],
    ['pt-BR', 'Estado: In progress', 'Prazo: 30 de abr. de 2026', 'Votes: 12.345', 'Número: 4711'],
    ['ja-JP', 'ステータス：In progress', '期限：2026/04/30', 'Votes：12,345', '番号：4711'],
    ['zh-CN', '状态：In progress', '截止日期：2026年4月30日', 'Votes：12,345', '编号：4711'],
    ['ar-AE', 'الحالة: In progress', 'تاريخ الاستحقاق: 30\u200f/04\u200f/2026', 'Votes: 12,345', 'الرقم: 4711'],
    ['hi-IN', 'स्थिति: In progress', 'नियत तारीख: 30 अप्रैल 2026', 'Votes: 12,345', 'नंबर: 4711'],
    ['uk-UA', 'Стан: In progress', 'Термін: 30 квіт. 2026 р.', 'Votes: 12 345', 'Номер: 4711'],
  ] as const;

  async function cardIn(connection: SourceConnection, locale = 'en-US'): Promise<Attachment> {
    const [card] = (await world.search(ADA, { connection, text: 'lebron james', locale })).attachments ?? [];
    if (!card) throw new Error('No result');
    return card;
  }

  test.each(WORDS)('of an API, in %s', async (locale, ...expected) => {
    const { lines } = readCard(await cardIn('guarded', locale));
    // Versions of Intl separate thousands by different blanks.
    const plain = (line: string) => line.replace(/[\u2068\u2069]/g, '').replace(/[\u00a0\u202f]/g, ' ');
    expect(lines.map(plain)).toEqual(expect.arrayContaining(expected.map(plain)));
  });

  test('of an API: in the configured color and order, and the first two in the list', async () => {
    const { content, preview } = await cardIn('guarded');
    const [status = '', assignee, , , labels] = readCard({ content } as Attachment).lines.slice(2);
    expect([status, assignee, labels]).toEqual(['Status: In progress', 'Assignee: Ada Example', 'Labels: sports, R&D']);
    expect(elementsOf(content).find(({ text }) => text === 'In progress')).toMatchObject({ color: 'warning' });
    expect(preview.content.text).toMatch(/^In progress · Ada Example · LeBron James /);
  });

  test('of GitHub: the state in its color, labels and number', async () => {
    const { content, preview } = await cardIn('octo');
    expect(readCard({ content } as Attachment).lines.slice(2, 5)).toEqual([
      'Status: Open',
      'Labels: sports, help wanted',
      'Number: #13',
    ]);
    expect(elementsOf(content).find(({ text }) => text === 'Open')).toMatchObject({ color: 'good' });
    expect(preview.content.text).toMatch(/^Open · sports, help wanted · LeBron James /);
    expect(readCard(await cardIn('octo', 'de')).lines[2]).toBe('Status: Offen');
  });

  test('of Microsoft 365: the type and the site', async () => {
    const webUrl = `${started.apis.wiki.url}/sites/Hand%20book/Shared%20Documents/Plan.docx`;
    const hits = [{ hitId: '1', summary: 'x', resource: { name: 'Plan.docx', webUrl } }];
    await started.apis.wiki.fault({ body: JSON.stringify({ value: [{ hitsContainers: [{ hits, total: 1 }] }] }) });
    const card = await cardIn('wiki', 'de');
    expect(readCard(card).lines.slice(2, 4)).toEqual(['Typ: Dokument', 'Website: Hand book']);
    expect(card.preview.content.text).toBe('Dokument · Hand book · x');
  });

  test('of an API and of GitHub are on the cards of a chat, too', async () => {
    const [reply] = await tell(world, ADA, 'search lebron james');
    const lines = (reply?.attachments ?? []).flatMap(({ content }) => readCard({ content } as Attachment).lines);
    expect(lines).toEqual(expect.arrayContaining(['Status: In progress', 'Status: Open', 'Labels: sports, R&D']));
  });
});

test('T72: the log contains none of these texts', () => {
  expect(leaksIn(world.bot.output(), ['lakers', 'fabrikam', 'secretly', '/d12', '/12'])).toEqual([]);
});
