import { describe, expect, test } from '@jest/globals';
import { mediawikiSource } from '../../../bot/sources/mediawiki/source.ts';
import type { SourceFailure } from '../../../bot/sources/source.ts';
import { startTestWiki } from '../../support/wiki/wiki.ts';
import { sourceAt } from './one-source.ts';

// Behaviour of this source only: MediaWiki's parameters, its many error forms, and wikis with other extensions than the
// stand-in. The answers have the form that mediawiki.org documents.
describe('the mediawiki source', () => {
  const one = sourceAt(startTestWiki, (url) => mediawikiSource({ url }));

  async function parametersOf(text: string): Promise<Record<string, string>> {
    const [call] = await one.requested(text, { count: 10 });
    return Object.fromEntries(new URL(call?.url ?? '', one.url()).searchParams);
  }

  describe('options that cannot work are refused at the start', () => {
    test.each([
      'wiki.example.com',
      'ftp://wiki.example.com',
      'javascript:alert(1)',
      'https://user:password@wiki.example.com',
      'https://wiki.example.com/w/api.php',
      'https://wiki.example.com/?a=b',
      '',
    ])('url: %j', (url) => {
      expect(() => mediawikiSource({ url })).toThrow(/^url: /);
    });

    test.each(['w/api.php', '//evil.example/api.php', '/w/api.php?x=y', '/w/api.php#x', '', '/w api'])(
      'apiPath: %j',
      (apiPath) => {
        expect(() => mediawikiSource({ url: 'https://wiki.example.com', apiPath })).toThrow(/^apiPath: /);
      },
    );

    test('a slash at the end of the url is accepted', () => {
      expect(() => mediawikiSource({ url: 'https://wiki.example.com/' })).not.toThrow();
    });
  });

  describe('requests', () => {
    test('a search: the list for snippets and the generator for pages, with the same words, in one call', async () => {
      expect(await parametersOf('los angeles')).toEqual({
        action: 'query',
        format: 'json',
        formatversion: '2',
        list: 'search',
        srsearch: 'los angeles',
        srnamespace: '0',
        srwhat: 'text',
        srinfo: 'totalhits',
        srprop: 'snippet|timestamp',
        srlimit: '10',
        sroffset: '0',
        generator: 'search',
        gsrsearch: 'los angeles',
        gsrnamespace: '0',
        gsrinfo: '',
        gsrprop: '',
        gsrlimit: '10',
        gsroffset: '0',
        prop: 'info|revisions|pageimages',
        inprop: 'url',
        rvprop: 'timestamp|user',
        piprop: 'thumbnail',
        pithumbsize: '320',
        pilimit: '50',
        pilicense: 'any',
      });
    });

    test('recent changes: the last change of each article, without bots', async () => {
      const requested = await parametersOf('');
      expect(requested).toMatchObject({
        generator: 'recentchanges',
        grctoponly: '1',
        grcnamespace: '0',
        grclimit: '10',
      });
      expect(requested.grcshow).toContain('!bot');
    });
  });

  describe('T55: errors of the API with status 200', () => {
    const codes: [string, SourceFailure][] = [
      ['mwoauth-invalid-authorization', 'unauthorized'],
      ['mwoauth-invalid-authorization-invalid-user', 'unauthorized'],
      ['assertuserfailed', 'unauthorized'],
      ['mwoauth-invalid-authorization-blocked-user', 'forbidden'],
      ['readapidenied', 'forbidden'],
      ['permissiondenied', 'forbidden'],
      ['ratelimited', 'rate_limited'],
      ['maxlag', 'rate_limited'],
      ['cirrussearch-too-busy-error', 'rate_limited'],
      ['internal_api_error_DBQueryError', 'unavailable'],
      ['search-text-disabled', 'unavailable'],
      ['__proto__', 'unavailable'],
      ['constructor', 'unavailable'],
    ];

    test.each(codes)('%s', async (code, failure) => {
      const inOldForm = { error: { code, info: 'In words.', docref: 'See the help.' }, servedby: 'here' };
      const inNewForm = { errors: [{ code, text: 'In words.', module: 'main' }], docref: 'See the help.' };
      for (const body of [inOldForm, inNewForm]) {
        await one.fault({ body: JSON.stringify(body), retryAfter: 5 });
        await expect(one.search('lakers')).rejects.toMatchObject({ failure, retryAfter: 5 });
      }
    });

    test.each([{ error: 'oops' }, { error: null }, { errors: [] }, { errors: [7] }, { error: { code: 'a b\nc' } }])(
      'an error that MediaWiki does not send: %j',
      async (body) => {
        await one.fault({ body: JSON.stringify(body) });
        await expect(one.search('lakers')).rejects.toMatchObject({ failure: 'unavailable' });
      },
    );
  });

  test('T51: a snippet is the text that a browser would show: no markup, entities decoded once', async () => {
    const { items } = await one.search('hostile');
    const broken = items.find((item) => item.title === 'Hostile snippet');
    const text = broken?.snippet.map((run) => run.text).join('');
    expect(text).toBe('hostile <b><i> \ufffd\ufffd&bogus; &lt; x');
    expect(broken?.snippet[0]).toEqual({ text: 'hostile', hit: true });
  });

  describe('wikis that differ from the stand-in', () => {
    const hit = { ns: 0, title: 'A page', pageid: 7, snippet: 'a <span class="searchmatch">page</span>' };

    test('without the extension PageImages: a warning, and no picture', async () => {
      const [item] = await one.answering({
        batchcomplete: true,
        warnings: {
          main: { warnings: 'Unrecognized parameters: piprop, pithumbsize, pilimit, pilicense.' },
          query: { warnings: 'Unrecognized value for parameter "prop": pageimages.' },
        },
        query: {
          searchinfo: { totalhits: 1 },
          search: [hit],
          pages: [{ pageid: 7, ns: 0, title: 'A page', index: 1, fullurl: `${one.url()}/index.php/A_page` }],
        },
      });
      expect(item).toEqual({
        title: 'A page',
        snippet: [
          { text: 'a ', hit: false },
          { text: 'page', hit: true },
        ],
        url: `${one.url()}/index.php/A_page`,
      });
    });

    test('part of the wiki could not be searched: the results of the other part', async () => {
      await one.fault({
        body: JSON.stringify({
          warnings: { search: { warnings: 'The search timed out, only partial results are available.' } },
          query: { search: [hit], pages: [{ pageid: 7 }] },
        }),
      });
      expect(await one.search('lakers')).toMatchObject({ items: [{ title: 'A page' }], incomplete: true });
    });

    test('the results have the order of the list, whatever the order of the pages', async () => {
      const search = [3, 1, 2].map((pageid) => ({ ...hit, pageid, title: `Page ${pageid}` }));
      const pages = [1, 2, 3].map((pageid) => ({
        pageid,
        title: `Page ${pageid}`,
        fullurl: `${one.url()}/wiki/Page_${pageid}`,
      }));
      const items = await one.answering({ query: { search, pages } });
      expect(items.map((item) => item.url.slice(-1))).toEqual(['3', '1', '2']);
    });

    test('a hit whose page is missing shows the data of the list', async () => {
      const alone = { ...hit, pageid: 999_999, timestamp: '2026-01-02T03:04:05Z' };
      const items = await one.answering({ query: { search: [alone] } });
      expect(items[0]).toMatchObject({
        title: 'A page',
        url: `${one.url()}/wiki/A_page`,
        edited: { at: new Date('2026-01-02T03:04:05Z') },
      });
    });

    test('an editor whose name is hidden is not named', async () => {
      const revisions = [{ timestamp: '2026-01-02T03:04:05Z', userhidden: true }];
      const [item] = await one.answering({ query: { search: [hit], pages: [{ pageid: 7, revisions }] } });
      expect(item?.edited).toEqual({ at: new Date('2026-01-02T03:04:05Z') });
    });

    test.each([
      ['AC/DC', '/wiki/AC/DC'],
      ['100% sure?', '/wiki/100%25_sure%3F'],
      ['São Tomé & Príncipe', '/wiki/S%C3%A3o_Tom%C3%A9_%26_Pr%C3%ADncipe'],
      ['half \ud800 a pair', '/wiki/half_%EF%BF%BD_a_pair'],
    ])('the address for the title %j is %j', async (title, path) => {
      const [item] = await one.answering({
        query: { search: [{ ...hit, title }], pages: [{ pageid: 7, fullurl: ['https://x.example'] }] },
      });
      expect(item?.url).toBe(one.url() + path);
    });

    test('recent changes: deleted pages are left out, the last change comes first, with its comment', async () => {
      const page = (pageid: number, timestamp: string, comment: string) => ({
        pageid,
        title: `Page ${pageid}`,
        revisions: [{ timestamp, user: 'Ada', comment }],
      });
      const pages = [
        page(1, '2026-01-01T00:00:00Z', 'older'),
        page(2, '2026-01-02T00:00:00Z', 'newer'),
        { ns: 0, title: 'Gone', missing: true },
      ];
      const items = await one.answering({ batchcomplete: true, query: { pages } }, '');
      expect(items.map((item) => [item.title, item.snippet])).toEqual([
        ['Page 2', [{ text: 'newer', hit: false }]],
        ['Page 1', [{ text: 'older', hit: false }]],
      ]);
    });

    test.each([-1, 1.5, '7', null])('a total of %j is ignored', async (totalhits) => {
      await one.fault({ body: JSON.stringify({ query: { searchinfo: { totalhits }, search: [] } }) });
      expect(await one.search('lakers')).toEqual({ items: [] });
    });

    test('invalid entries are skipped', async () => {
      const items = await one.answering({ query: { search: [null, 1, 'x', [], { title: 7 }, hit], pages: 'none' } });
      expect(items.map((item) => item.title)).toEqual(['A page']);
    });

    test.each([[[]], [[-1]], [[0.5]], [Array(51).fill(0)]])(
      'namespaces that cannot work are refused: %j',
      (namespaces) => {
        expect(() => mediawikiSource({ url: one.url(), namespaces })).toThrow(/^namespaces: /);
      },
    );
  });
});

describe('a wiki with namespaces of its own content', () => {
  const one = sourceAt(startTestWiki, (url) => mediawikiSource({ url, namespaces: [0, 500] }));

  test('the source searches them and shows their changes', async () => {
    const [searched] = await one.requested('lakers');
    expect(searched?.url).toMatch(/[?&]srnamespace=0%7C500&.*&gsrnamespace=0%7C500(&|$)/);
    const [recent] = await one.requested('');
    expect(recent?.url).toMatch(/[?&]grcnamespace=0%7C500(&|$)/);
  });
});
