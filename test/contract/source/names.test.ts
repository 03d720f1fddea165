import { describe, expect, test } from '@jest/globals';
import { githubSource } from '../../../bot/sources/github/source.ts';
import { graphSource } from '../../../bot/sources/graph/source.ts';
import { jsonApiSource } from '../../../bot/sources/json-api/source.ts';
import { opensearchSource } from '../../../bot/sources/opensearch/source.ts';
import type { Source, SourceItem } from '../../../bot/sources/source.ts';
import { github } from '../../support/search/github.ts';
import { graph } from '../../support/search/graph.ts';
import { jsonApi } from '../../support/search/json-api.ts';
import { opensearch } from '../../support/search/opensearch.ts';
import type { StandIn } from '../../support/search/server.ts';
import { oneSource } from './one-source.ts';
import { GITHUB, GRAPH, JSON_API, OPENSEARCH } from './options.ts';

const CHECKLIST = 'O’Brien’s checklist';

/** {@link mediawiki-real.test.ts} has the names for MediaWiki. */
const SOURCES: [name: string, standIn: StandIn, build: (url: string) => Source][] = [
  ['graph', graph(GRAPH.entities, GRAPH.path), (url) => graphSource({ ...GRAPH, url })],
  ['github', github, (url) => githubSource({ ...GITHUB, url })],
  ['opensearch', opensearch, (url) => opensearchSource({ ...OPENSEARCH, url })],
  ['http', jsonApi, (url) => jsonApiSource(JSON_API(url))],
];

const titlesOf = (items: readonly SourceItem[]) => items.map(({ title }) => title.replace(/ · .*/, ''));

describe.each(SOURCES)('names with characters that are operators elsewhere: %s', (_, standIn, build) => {
  const one = oneSource(standIn, build);

  test.each([
    ['AT&T', [CHECKLIST]],
    ['src/app/main.ts', [CHECKLIST]],
    ['"src/app/main.ts" AT&T', [CHECKLIST]],
    ['ＡＴ＆Ｔ', [CHECKLIST]],
    ['1:1', ['Names']],
    ['.NET node.js', ['Names']],
  ])('%j finds %j', async (typed, titles) => {
    expect(titlesOf((await one.search(typed)).items)).toEqual(titles);
    expect(one.problems()).toEqual([]);
  });

  // An analyzer turns both into a c.
  test.each(['C#', 'C++'])('%j finds the named page', async (typed) => {
    expect(titlesOf((await one.search(typed)).items)).toEqual(expect.arrayContaining(['Names', CHECKLIST]));
    expect(one.problems()).toEqual([]);
  });
});

describe('http: operators', () => {
  const allowed = oneSource(jsonApi, (url) => jsonApiSource({ ...JSON_API(url), operators: 'allow' }));
  const segment = async (text: string) => {
    const [call] = await allowed.requested(text);
    return decodeURIComponent(
      /^\/v2\/search\/([^/?]+)\?offset=0&limit=25&tenant=contoso$/.exec(call?.url ?? '')?.[1] ?? '',
    );
  };

  test('reach the API if the connection allows them, trimmed, in one segment of the path', async () => {
    // The stand-in has no operators and refuses them.
    await allowed.fault({ body: '{"data":{"list":[]}}' });
    expect(await segment(' title:lakers AND -heat* OR ../admin ')).toBe('title:lakers AND -heat* OR .. admin');
  });

  test('T53: without a word the API gets no request', async () => {
    expect(await allowed.requested('***')).toEqual([]);
  });
});
