import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GithubOptions, githubSource } from '../../../bot/sources/github/source.ts';
import type { SourceError, SourceFailure } from '../../../bot/sources/source.ts';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { type RogueServer, sendJson, startRogueServer } from '../../support/network/rogue-server.ts';
import { github } from '../../support/search/github.ts';
import { type OneSource, oneSource } from './one-source.ts';
import { GITHUB } from './options.ts';

describe('GitHub: issues of one organization', () => {
  const one = oneSource(github, (url) => githubSource({ ...GITHUB, url }));

  test('sends one request, with the API version, for text matches, for issues only', async () => {
    const [call, ...more] = await one.requested('los angeles', { skip: 50, count: 25 });
    expect(more).toEqual([]);
    expect(call?.url).toBe('/search/issues?q=is%3Aissue+org%3Acontoso+los+angeles&per_page=25&page=3');
    expect(call?.headers).toMatchObject({
      accept: 'application/vnd.github.text-match+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'Latchkey/test',
    });
  });

  test('an empty search: recent changes', async () => {
    const [requested] = await parameters(one, '');
    expect(requested).toMatchObject({ q: 'is:issue org:contoso', sort: 'updated', order: 'desc' });
  });

  test.each([
    ['org:fabrikam lakers', 'org fabrikam lakers'],
    ['lakers OR org:fabrikam', 'lakers "or" org fabrikam'],
    ['lakers or not this And that', 'lakers "or" "not" this "And" that'],
    ['(lakers) AND (is:pull-request)', 'lakers "and" is pull-request'],
    ['lakers" org:fabrikam "', 'lakers "org fabrikam"'],
    ['user：fabrikam lakers', 'user fabrikam lakers'],
    ['"this or that" lakers', '"this or that" lakers'],
    ['assignee:@me label:"x y"', 'assignee @me label "x y"'],
    ['repo:fabrikam/docs lakers', 'repo "fabrikam/docs" lakers'],
    ['lakers C++ AT&T 1:1', 'lakers "C++" "AT&T" "1:1"'],
  ])('T53: %j cannot find results outside the organization: %j', async (typed, text) => {
    const [requested] = await parameters(one, typed);
    expect(requested?.q).toBe(`is:issue org:contoso ${text}`);
    const titles = (await one.search(typed)).items.map(({ title }) => title);
    expect(titles.filter((title) => title.includes('Fabrikam'))).toEqual([]);
    expect(one.problems()).toEqual([]);
  });

  test('T53: a search is never longer than GitHub allows', async () => {
    const [requested] = await parameters(one, 'or '.repeat(70));
    expect(requested?.q).toMatch(/^is:issue org:contoso(?: "or"){51}$/);
    expect(one.problems()).toEqual([]);
  });

  test('T53: the stand-in would show Fabrikam’s issues to a search that asks for them', async () => {
    const all = githubSource({ ...GITHUB, url: one.url(), scope: 'org:contoso org:fabrikam' });
    const { items } = await all.search({ text: 'lakers', skip: 0, count: 25 }, one.session());
    expect(items.map(({ title }) => title).some((title) => title.includes('Fabrikam'))).toBe(true);
  });

  test('several organizations: issues of each of them', async () => {
    const both = githubSource({ ...GITHUB, url: one.url(), scope: 'org:hello org:contoso' });
    const { items } = await both.search({ text: 'lakers', skip: 0, count: 25 }, one.session());
    expect(items.length).toBeGreaterThan(0);
    expect(one.problems()).toEqual([]);
  });

  test('a window that does not match a page is cut out of a larger page', async () => {
    const titles = async (skip: number, count: number) =>
      (await one.search('island', { skip, count })).items.map(({ title }) => title);
    const all = [...(await titles(0, 25)), ...(await titles(25, 25))];
    expect(all).toHaveLength(40);
    for (const [skip, count] of [
      [7, 10],
      [13, 25],
      [24, 3],
      [39, 25],
    ] as const) {
      expect(await titles(skip, count)).toEqual(all.slice(skip, skip + count));
    }
  });

  test('beyond GitHub’s limit of a thousand results the source sends no request', async () => {
    expect(await one.requested('lakers', { skip: 1000 })).toEqual([]);
    expect(await one.requested('lakers', { skip: 999 })).toHaveLength(1);
  });

  test('matches are marked at GitHub’s indices; wrong indices mark nothing', async () => {
    const issue = (matches: unknown) => ({
      title: 'A fault',
      html_url: 'https://github.com/contoso/docs/issues/7',
      body: 'what the body says',
      text_matches: [
        { property: 'title', fragment: 'A fault', matches: [{ text: 'fault', indices: [2, 7] }] },
        { property: 'body', fragment: 'a big\nfault, a fault', matches },
      ],
    });
    const good = [
      { text: 'fault', indices: [6, 11] },
      { text: 'fault', indices: [15, 20] },
    ];
    const lies = [
      { text: 'fault', indices: [0, 5] },
      { text: 'fault', indices: [-1, 99] },
      { text: 'x', indices: 'x' },
      null,
    ];
    const [marked, plain] = await one.answering({ items: [issue(good), issue(lies)] });
    expect(marked?.snippet).toEqual([
      { text: 'a big ', hit: false },
      { text: 'fault', hit: true },
      { text: ', a ', hit: false },
      { text: 'fault', hit: true },
    ]);
    expect(plain?.snippet).toEqual([{ text: 'a big fault, a fault', hit: false }]);
  });

  test('invalid entries are skipped; an entry without matches shows its text', async () => {
    const good = {
      title: 'A',
      html_url: 'https://github.com/contoso/docs/issues/1',
      body: 'b',
      user: 'x',
      updated_at: 1e99,
    };
    const items = await one.answering({
      items: [null, 7, [], {}, { title: 'x' }, { ...good, html_url: 'ftp://x' }, good],
    });
    expect(items).toEqual([{ title: 'A', snippet: [{ text: 'b', hit: false }], url: good.html_url }]);
  });

  test.each<[string, object, unknown]>([
    ['open', { state: 'open' }, { term: 'open', color: 'good' }],
    ['reopened', { state: 'open', state_reason: 'reopened' }, { term: 'open', color: 'good' }],
    ['done', { state: 'closed', state_reason: 'completed' }, { term: 'closed', color: 'accent' }],
    ['not planned', { state: 'closed', state_reason: 'not_planned' }, { term: 'notPlanned' }],
    ['a duplicate', { state: 'closed', state_reason: 'duplicate' }, { term: 'duplicate' }],
    ['a draft', { state: 'open', draft: true, pull_request: {} }, { term: 'draft' }],
    [
      'merged',
      { state: 'closed', pull_request: { merged_at: '2026-03-05T10:00:00Z' } },
      { term: 'merged', color: 'accent' },
    ],
    [
      'closed without a merge',
      { state: 'closed', pull_request: { merged_at: null } },
      { term: 'closed', color: 'attention' },
    ],
    ['of another state', { state: 'merged' }, undefined],
    ['of no state', {}, undefined],
  ])('an entry that is %s has this status', async (_, state, expected) => {
    const issue = { title: 'A', html_url: 'https://github.com/contoso/docs/issues/7', ...state };
    const [item] = await one.answering({ items: [issue] });
    const status = item?.facts?.find(({ label }) => label === 'status');
    const { value, color } = status ?? {};
    expect(status && { ...(value as object), ...(color && { color }) }).toEqual(expected);
  });

  test('labels and number; invalid ones are left out', async () => {
    const issue = { title: 'A', html_url: 'https://github.com/contoso/docs/issues/7' };
    const labels = [{ name: 'bug' }, null, { name: 7 }, { name: 'a\nb' }];
    const [item, odd] = await one.answering({
      items: [
        { ...issue, labels, number: 4711 },
        { ...issue, labels: 'bug', number: '7', state: ['open'] },
      ],
    });
    expect(item?.facts).toEqual([
      { label: 'labels', value: 'bug, a b' },
      { label: 'number', value: '#4711' },
    ]);
    expect(odd).not.toHaveProperty('facts');
  });

  test('a description is read as Markdown', async () => {
    const body = '<!-- Describe it -->\n### Steps\n1. Open **the page**\n2. See `error`';
    const issue = { title: 'A', html_url: 'https://github.com/contoso/docs/issues/7', body };
    const [item] = await one.answering({ items: [issue] });
    expect(item?.snippet).toEqual([{ text: 'Steps Open the page See error', hit: false }]);
  });

  describe('a link', () => {
    /** Another host, which must get no request. */
    let trap: RogueServer;
    beforeAll(async () => {
      trap = await startRogueServer((_, response) => sendJson(response, {}));
    });
    afterAll(() => trap.close());

    test.each(['/contoso/docs/issues/12', '/contoso/docs/issues/12/', '/contoso/docs/issues/12?x=y#issuecomment-7'])(
      'to an issue finds it with one call: %s',
      async (path) => {
        const { item, requested: requests } = await one.page(path);
        expect(item).toMatchObject({ title: 'Los Angeles Lakers · contoso/docs#12', edited: { by: 'Ada Example' } });
        expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /repos/contoso/docs/issues/12']);
      },
    );

    test.each([
      '/fabrikam/docs/issues/15',
      '/contoso/docs/pull/12',
      '/contoso/docs',
      '/contoso/docs/issues',
      '/contoso/docs/issues/12/edit',
      '/contoso/docs/issues/1e3',
      '/contoso/../fabrikam/docs/issues/15',
      '/contoso/%2e%2e/issues/12',
      '/contoso/docs%2fissues/12',
      '/orgs/contoso/repositories',
      '/',
    ])('T53: to a page outside the connection’s scope is not looked up: %s', async (path) => {
      expect(await one.page(path)).toEqual({ item: undefined, requested: [] });
    });

    test('T50: to a renamed repository: the source follows one redirect on the API’s own origin', async () => {
      await one.fault({ status: 301, headers: { location: `${one.url()}/repositories/7/issues/12` } });
      const { item, requested: requests } = await one.page('/contoso/docs/issues/12');
      expect(item).toMatchObject({ title: 'Renamed · contoso/handbook#12' });
      expect(requests.map(({ url }) => url)).toEqual(['/repos/contoso/docs/issues/12', '/repositories/7/issues/12']);
    });

    test('T53: a repository that moved out of the scope is not shown', async () => {
      await one.fault({ status: 301, headers: { location: `${one.url()}/repositories/8/issues/12` } });
      expect((await one.page('/contoso/docs/issues/12')).item).toBeUndefined();
    });

    test('T50: the source follows only one redirect', async () => {
      const location = `${one.url()}/repositories/7/issues/12`;
      await one.fault({ status: 301, headers: { location }, times: 2 });
      await expect(one.page('/contoso/docs/issues/12')).rejects.toMatchObject({ failure: 'unavailable' });
    });

    test.each([
      ['another host', () => `${trap.origin.replace('localhost', '127.0.0.1')}/repositories/7/issues/12`],
      ['another port', () => `${trap.origin}/repositories/7/issues/12`],
      [
        'a host with the origin before an @',
        () => `${one.url()}@${new URL(trap.origin).host}/repositories/7/issues/12`,
      ],
      ['a place that is no repository', () => `${one.url()}/user/keys`],
      ['a place behind dots', () => `${one.url()}/repositories/7/../../user`],
      ['a search', () => `${one.url()}/search/issues?q=x`],
      ['nowhere', () => 'http://'],
    ])('T50: the source does not follow a redirect to %s', async (_, location) => {
      await one.fault({ status: 301, headers: { location: location() } });
      await expect(one.page('/contoso/docs/issues/12')).rejects.toMatchObject({ failure: 'unavailable' });
      expect(one.problems()).toEqual([]);
      expect(trap.requests).toEqual([]);
    });
  });

  describe('T55: limits, and resources without access', () => {
    const nothingLeft = (status: number, seconds: number) => ({
      status,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds) },
    });
    const saying = (status: number, words: object) => ({ status, body: JSON.stringify(words) });
    const ABUSE = 'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.';
    const LIMITS_PAGE = 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api';
    const CLOSED =
      'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.';

    test.each<[string, Fault, SourceFailure, [least: number, most: number]?]>([
      ['403 with nothing left', nothingLeft(403, 4_000), 'rate_limited', [1, 4_000]],
      ['429 with nothing left', nothingLeft(429, 4_000), 'rate_limited', [1, 4_000]],
      ['403 with an absurd time', nothingLeft(403, 9e11), 'rate_limited', [86_400, 86_400]],
      ['403 with a time', { status: 403, retryAfter: 17 }, 'rate_limited', [17, 17]],
      [
        '403 with words',
        saying(403, { message: 'You have exceeded a secondary rate limit.' }),
        'rate_limited',
        [60, 60],
      ],
      ['403 of an Enterprise Server', saying(403, { message: ABUSE }), 'rate_limited', [60, 60]],
      [
        '403 that links to limits',
        saying(403, { message: 'x', documentation_url: LIMITS_PAGE }),
        'rate_limited',
        [60, 60],
      ],
      [
        '403 otherwise',
        { ...saying(403, { message: 'Resource not accessible' }), headers: { 'x-ratelimit-remaining': '9' } },
        'forbidden',
      ],
      ['403 too large to be read', { status: 403, body: 'x'.repeat(1_000_000) }, 'forbidden'],
      ['422 of a scope that is closed to the person', saying(422, { errors: [{ message: CLOSED }] }), 'forbidden'],
      ['422 otherwise', saying(422, { message: 'Validation Failed' }), 'unavailable'],
      // Rest parameters: Jest would take a parameter that a row omits for its `done` callback.
    ])('%s', async (_, ...[fault, failure, wait]) => {
      await one.fault(fault);
      const error = await one.search('lakers').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'SourceError', failure });
      const { retryAfter } = error as SourceError;
      if (!wait) return expect(retryAfter).toBeUndefined();
      expect(retryAfter).toBeGreaterThanOrEqual(wait[0]);
      expect(retryAfter).toBeLessThanOrEqual(wait[1]);
    });
  });
});

describe('GitHub: issues, pull requests and repositories together', () => {
  const one = oneSource(github, (url) =>
    githubSource({
      url,
      kinds: ['issues', 'pullRequests', 'repositories'],
      scope: 'repo:contoso/docs repo:contoso/site',
    }),
  );

  test('one call for each kind; the kinds alternate on the page', async () => {
    const requests = await parameters(one, 'lakers');
    const q = '(repo:contoso/docs OR repo:contoso/site) lakers';
    // The calls run at the same time, so they arrive in any order.
    expect(requests.map(({ q, advanced_search }) => [q, advanced_search]).sort()).toEqual([
      [`is:issue ${q}`, 'true'],
      [`is:pull-request ${q}`, 'true'],
      ['repo:contoso/docs repo:contoso/site lakers', undefined],
    ]);
    const { items, total } = await one.search('lakers');
    expect(items.map(({ title }) => title)).toEqual([
      'Los Angeles Lakers · contoso/docs#12',
      'Los Angeles Lakers (change) · contoso/docs#12',
      'Los Angeles Lakers',
      'LeBron James · contoso/docs#13',
      'LeBron James (change) · contoso/docs#13',
      'LeBron James',
    ]);
    expect(total).toBe(6);
  });

  test('links to each kind find it, if it is in one of the repositories', async () => {
    const titles = async (path: string) => (await one.page(path)).item?.title;
    expect(await titles('/contoso/docs')).toBe('Los Angeles Lakers');
    expect(await titles('/contoso/docs/pull/12')).toBe('Los Angeles Lakers · contoso/docs#12');
    expect(await titles('/CONTOSO/other/pull/12')).toBeUndefined();
  });

  test('pages follow each other without a gap, and show each result once', async () => {
    const seen: string[] = [];
    for (let skip = 0; skip < 120; skip += 25) {
      seen.push(...(await one.search('island', { skip })).items.map(({ title, url }) => `${title} ${url}`));
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });

  test('if one kind fails, the search fails: half an answer would look complete', async () => {
    await one.fault({ status: 503, times: 1 });
    await expect(one.search('lakers')).rejects.toMatchObject({ failure: 'unavailable' });
  });
});

describe('GitHub without a scope', () => {
  const one = oneSource(github, (url) => githubSource({ url, kinds: ['issues', 'repositories'] }));

  test('recent changes are those that concern the person; a search covers all that they may see', async () => {
    expect((await parameters(one, '')).map(({ q }) => q).sort()).toEqual(['is:issue involves:@me', 'user:@me']);
    expect((await parameters(one, 'lakers')).map(({ q }) => q).sort()).toEqual(['is:issue lakers', 'lakers']);
    expect(one.problems()).toEqual([]);
  });
});

test.each<[Partial<GithubOptions>, RegExp]>([
  [{ kinds: [] }, /^kinds: /],
  [{ scope: 'contoso' }, /^scope: /],
  [{ scope: 'org:contoso is:public' }, /^scope: /],
  [{ scope: 'org:contoso OR org:fabrikam' }, /^scope: /],
  [{ scope: 'repo:contoso' }, /^scope: /],
  [{ scope: 'org:-x' }, /^scope: /],
  [{ url: 'https://api.github.com?x=y' }, /^url: /],
  [{ url: 'file:///api' }, /^url: /],
])('options that cannot work are refused at the start: %j', (change, message) => {
  const good: GithubOptions = {
    url: 'https://github.example.com/api/v3/',
    kinds: ['issues'],
    scope: 'org:a repo:a/b.c user:x-y',
  };
  expect(() => githubSource(good)).not.toThrow();
  expect(() => githubSource({ ...good, ...change })).toThrow(message);
});

async function parameters(one: OneSource, text: string): Promise<Record<string, string>[]> {
  const calls = await one.requested(text);
  return calls.map(({ url }) => Object.fromEntries(new URL(url, 'http://github').searchParams));
}
