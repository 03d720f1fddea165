import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recentParameters, searchParameters } from '../../../bot/sources/mediawiki/request.ts';
import { mediawikiSource } from '../../../bot/sources/mediawiki/source.ts';
import type { Source, SourceItem, SourceQuery } from '../../../bot/sources/source.ts';
import { patient } from '../../support/patience.ts';
import { describeWithMediawiki } from '../../support/requirements.ts';
import { type RealMediawiki, startRealMediawiki } from '../../support/wiki/real-mediawiki.ts';

const ISLANDS = 40;
const PAGE = { skip: 0, count: 10 };
const PAGES: Record<string, string> = {
  ...Object.fromEntries(
    Array.from({ length: ISLANDS }, (_, at) => [`Island ${at + 1}`, `An '''island''', number ${at + 1}, in the sea.`]),
  ),
  'C++': 'A language from AT&T Bell Labs, for an hour at 10:30.',
  Paths: 'main ts app src, and 9 of 16; a hall and T shirts; 30 by 10.',
  Languages: 'Learn C#, .NET and node.js. Begin with src/app/main.ts. Draw in 16:9.',
  'Ärger über Öl & Straße': 'It is quiet there.',
  Calm: 'It is quiet here.',
  Quiet: 'Nothing is heard.',
  'Quiet valley': 'No wind, and no cars.',
  'LeBron James': 'LeBron James played for the Heat, and for the Lakers & others.',
  'Los Angeles Lakers': "The '''Los Angeles Lakers''' are a team. <nowiki><script>alert(1)</script></nowiki>",
};

// Compares the stand-in with a real MediaWiki. Without an extension a MediaWiki accepts no bearer tokens, so this one
// is either public or closed to all callers.
describeWithMediawiki('a real MediaWiki', () => {
  let wiki: RealMediawiki;
  let source: Source;
  beforeAll(async () => {
    wiki = await startRealMediawiki(PAGES);
    source = mediawikiSource({ url: wiki.url, apiPath: '/api.php' });
  }, patient(300_000));
  afterAll(() => wiki?.close());

  const session = () => ({ accessToken: 'token', signal: AbortSignal.timeout(patient(20_000)) });
  const search = (query: Partial<SourceQuery>) =>
    source.search({ text: 'lakers', skip: 0, count: 25, ...query }, session());
  const titles = (items: SourceItem[]) => items.map(({ title }) => title);

  test('finds pages by their words, counts them, and marks matches', async () => {
    const { items, total } = await search({ text: 'Los Angeles lakers' });
    expect(titles(items)).toEqual(['Los Angeles Lakers']);
    expect(total).toBe(1);
    const [item] = items;
    expect(item?.snippet.filter(({ hit }) => hit).map(({ text }) => text)).toContain('Lakers');
    expect(item?.snippet.map(({ text }) => text).join('')).toContain('<script>alert(1)</script>');
    expect(item?.edited?.by).toBe('Admin');
    expect(Date.now() - (item?.edited?.at.getTime() ?? 0)).toBeLessThan(300_000);
  });

  test('its address leads to the page', async () => {
    const [item] = (await search({ text: 'LeBron' })).items;
    expect(item?.url).toBe(`${wiki.url}/index.php/LeBron_James`);
    expect(await (await fetch(item?.url ?? '')).text()).toContain('<title>LeBron James');
  });

  test('T53: operators are words, phrases are phrases', async () => {
    expect(titles((await search({ text: 'lakers -heat' })).items)).toEqual(['LeBron James']);
    expect((await search({ text: 'qwertzuiop OR lakers' })).items).toEqual([]);
    expect(titles((await search({ text: '"angeles lakers"' })).items)).toEqual(['Los Angeles Lakers']);
    expect((await search({ text: '"lakers angeles"' })).items).toEqual([]);
    for (const text of ['Special:AllPages', 'lakers"', 'x) OR (y', '^*', "lakers'; --"]) {
      await expect(search({ text })).resolves.toMatchObject({ items: expect.any(Array) });
    }
  });

  test.each([
    ['C++', ['C++', 'Languages']],
    ['AT&T', ['C++']],
    ['src/app/main.ts', ['Languages']],
    ['16:9', ['Languages']],
    ['10:30', ['C++']],
    ['.NET C#', ['Languages']],
    ['node.js', ['Languages']],
    ['languages insource:/x/', []],
    ['insource:C++', []],
    ['User:Languages', []],
  ])('T53: %j finds %j', async (text, found) => {
    expect(titles((await search({ text })).items).sort()).toEqual(found);
  });

  test('pages through all results, each once, with the same total on every page', async () => {
    const seen: string[] = [];
    for (let skip = 0; skip < ISLANDS; skip += 15) {
      const { items, total } = await search({ text: 'island', skip, count: 15 });
      expect(total).toBe(ISLANDS);
      seen.push(...titles(items));
    }
    expect(new Set(seen).size).toBe(ISLANDS);
    expect(seen).toHaveLength(ISLANDS);
  });

  test('without CirrusSearch, a page is found by a word of its title alone', async () => {
    const { items, total } = await search({ text: 'Straße' });
    expect(titles(items)).toEqual(['Ärger über Öl & Straße']);
    expect(total).toBe(1);
    expect(items[0]?.edited?.by).toBe('Admin');
    expect(decodeURIComponent(items[0]?.url ?? '')).toBe(`${wiki.url}/index.php/Ärger_über_Öl_&_Straße`);
  });

  test('pages found by title come first, those found by text after them, each once, on every page of results', async () => {
    const all = await search({ text: 'quiet' });
    expect(titles(all.items).slice(0, 2)).toEqual(['Quiet', 'Quiet valley']);
    expect(titles(all.items).slice(2).sort()).toEqual(['Calm', 'Ärger über Öl & Straße']);
    expect(
      all.items.every(({ edited, url }) => edited?.by === 'Admin' && url.startsWith(`${wiki.url}/index.php/`)),
    ).toBe(true);
    const paged: string[] = [];
    for (const skip of [0, 2]) paged.push(...titles((await search({ text: 'quiet', skip, count: 2 })).items));
    expect(new Set(paged)).toEqual(new Set(titles(all.items)));
    expect(paged).toHaveLength(4);
  });

  test('shows recent changes, newest first, and continues after the page before', async () => {
    const { items } = await search({ text: '', count: 20 });
    const times = items.map(({ edited }) => edited?.at.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(titles(items).slice(0, 2)).toEqual(['Los Angeles Lakers', 'LeBron James']);
    expect(items[1]?.snippet).toEqual([
      { text: expect.stringMatching(/^LeBron James played for the Heat/), hit: false },
    ]);
    expect(titles((await search({ text: '', skip: 10, count: 10 })).items)).toEqual(titles(items.slice(10)));
  });

  test('a search without results is no error', async () => {
    expect(await search({ text: 'qwertzuiop' })).toEqual({ items: [], total: 0 });
  });

  test('knows every parameter: no warning', async () => {
    for (const parameters of [searchParameters('lakers', '0|4', PAGE), recentParameters('0|4', PAGE)]) {
      const response = (await (await fetch(`${wiki.url}/api.php?${parameters}`)).json()) as object;
      expect(response).not.toHaveProperty('warnings');
      expect(response).toHaveProperty('query');
    }
  });

  test.each(['/index.php/Island_7', '/index.php?title=Island_7'])('a link to a page leads to it: %s', async (path) => {
    const item = await source.page?.(new URL(path, wiki.url), session());
    expect(item).toMatchObject({ title: 'Island 7', url: `${wiki.url}/index.php/Island_7` });
    expect(await source.page?.(new URL('/index.php/Nowhere', wiki.url), session())).toBeNull();
  });

  test('T55: a wiki that this person may not read reports that', async () => {
    const closed = mediawikiSource({ url: wiki.privateUrl, apiPath: '/api.php' });
    const response = closed.search({ text: 'lakers', skip: 0, count: 1 }, session());
    await expect(response).rejects.toMatchObject({ name: 'SourceError', failure: 'forbidden' });
  });
});
