import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mergePatch } from '../../../../bot/config/preset/merge-patch.ts';
import { readPreset } from '../../../../bot/config/preset/preset.ts';
import { http } from '../../../../bot/sources/json-api/source.ts';
import type { Source, SourceItem, SourcePage } from '../../../../bot/sources/source.ts';
import { featuresOf } from '../../../../scripts/connections-docs/features.ts';
import { patient } from '../../../support/patience.ts';
import { changesInNotes, exampleConnection } from '../../../support/project/presets.ts';
import { type SearchServer, startSearchServer } from '../../../support/search/server.ts';
import { VENDORS } from '../../../support/search/vendors/all.ts';
import type { Vendor } from '../../../support/search/vendors/vendor.ts';

/* The sources of the presets, each against a stand-in that refuses what the vendor's API refuses.
 * test/contract/presets shows the results as users see them. */

describe.each(
  VENDORS.map((vendor) => ({ ...vendor, change: vendor.noted ? ` with a change of ${vendor.noted}` : '' })),
)('the preset $preset$change', (vendor) => {
  const { preset, origin, standIn, site, titlesOnly, links = [] } = vendor;
  const features = featuresOf(preset, readPreset(preset));
  let server: SearchServer;
  let source: Source;
  beforeAll(async () => {
    server = await startSearchServer(standIn);
    const settings = JSON.stringify(sourceOf(vendor)).replaceAll(origin, server.url);
    source = http.build(http.schema.parse(JSON.parse(settings)), 'Latchkey/test');
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await server.fault({ times: 0 });
    expect(server.takeProblems()).toEqual([]);
  });

  /** If the API and the pages for people are on one origin, the stand-in replaces both. */
  function atStandIn(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { ...item, ...(typeof item.url === 'string' && { url: item.url.replace(origin, server.url) }) };
  }

  function search(text: string, { skip = 0, count = 25, token = server.tokens.reader } = {}): Promise<SourcePage> {
    const session = { accessToken: token, site, signal: AbortSignal.timeout(patient(5_000)) };
    return source.search({ text, skip, count }, session);
  }

  test('pages through all results, each once, from the start and from a page in the middle', async () => {
    const { items: all, total } = await search('island');
    expect(total !== undefined).toBe(features.total);
    const pages = [];
    for (let skip = 0; skip < 40; skip += 10) pages.push((await search('island', { skip, count: 10 })).items);
    expect(titles(pages.flat()).slice(0, 25)).toEqual(titles(all));
    expect(new Set(titles(pages.flat())).size).toBe(40);
    expect((await search('island', { skip: 40, count: 10 })).items).toEqual([]);
    // Another instance of the bot, without cached cursors.
    const token = server.tokens.editor;
    expect(titles((await search('island', { skip: 20, count: 10, token })).items)).toEqual(titles(pages[2] ?? []));
  });

  test('shows recent changes, newest first', async () => {
    const { items } = await search('', { count: 10 });
    const next = await search('', { skip: 10, count: 10 });
    const times = [...items, ...next.items].map(({ edited }) => edited?.at.getTime() ?? 0);
    expect(times).toHaveLength(features.recent ? 20 : 0);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  // The stand-in parses its query language strictly: it reports a query that leaves its literal.
  test.each([
    'x" or assignee was "bob',
    "x' or Dept eq 'IT",
    "x' or 1=1 --",
    'x^ORassigned_to=bob',
    'javascript:gs.getUserID()',
    'x} RETURNING User {',
    'x\\" or text ~ \\"y',
    'x\\',
    'lakers) OR (space = HR',
    '"release checklist',
    'a:b AND c:d*',
    'x\u0000\u0007\nORDER BY created',
    '💥 \ud800 lakers',
  ])('T53: %j stays in its literal', async (typed) => {
    const { items } = await search(typed);
    expect(titles(items).join()).not.toContain('Fabrikam on the Lakers');
  });

  test.each(['l', 'la', '5', '京', 'a b', 'and'])('%j, the beginning of a search, is no error', async (typed) => {
    await expect(search(typed)).resolves.toHaveProperty('items');
  });

  const byText = titlesOnly ? [] : [['"release checklist"'], ["O'Brien"]];
  test.each([['O’Brien’s'], ['東京の手引き'], ...byText])('%j finds what it names', async (typed) => {
    expect((await search(typed)).items.length).toBeGreaterThan(0);
  });

  test('a pasted link shows its page to people who may read it', async () => {
    const session = { accessToken: server.tokens.reader, site, signal: AbortSignal.timeout(patient(5_000)) };
    for (const [link, expected] of links) {
      const item = await source.page?.(new URL(link.replace(origin, server.url)), session);
      if (expected) expect(item).toMatchObject(atStandIn(expected));
      else expect([link, item]).toEqual([link, expected]);
    }
  });

  test('T55: an expired token asks for a sign-in, an exceeded quota for a wait', async () => {
    await server.fault({ status: 401, body: '{}' });
    await expect(search('lakers')).rejects.toMatchObject({ failure: 'unauthorized' });
    await server.fault({ status: 429, retryAfter: 7 });
    await expect(search('lakers')).rejects.toMatchObject({ failure: 'rate_limited', retryAfter: 7 });
  });

  test('T55: the code of an error says what failed', async () => {
    for (const [answer, failure, status = 200] of vendor.errors ?? []) {
      await server.fault({ status, body: JSON.stringify(answer) });
      await expect(search('lakers')).rejects.toMatchObject({ failure });
    }
  });
});

function sourceOf({ preset, noted }: Vendor): object {
  if (noted === undefined) return exampleConnection(preset).source;
  const change = changesInNotes(preset).find(({ source = {} }) => noted in source);
  if (!change) throw new Error(`no note of the preset ${preset} has ${noted}`);
  return Object(mergePatch(exampleConnection(preset).source, change.source));
}

function titles(items: readonly SourceItem[]): string[] {
  return items.map(({ title }) => title);
}
