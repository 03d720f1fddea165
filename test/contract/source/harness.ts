import { githubSource } from '../../../bot/sources/github/source.ts';
import { graphSource } from '../../../bot/sources/graph/source.ts';
import { jsonApiSource } from '../../../bot/sources/json-api/source.ts';
import { mediawikiSource } from '../../../bot/sources/mediawiki/source.ts';
import { opensearchSource } from '../../../bot/sources/opensearch/source.ts';
import type { Source } from '../../../bot/sources/source.ts';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { github } from '../../support/search/github.ts';
import { graph } from '../../support/search/graph.ts';
import { jsonApi } from '../../support/search/json-api.ts';
import { opensearch } from '../../support/search/opensearch.ts';
import { type SearchServer, type StandIn, startSearchServer } from '../../support/search/server.ts';
import { startTestWiki } from '../../support/wiki/wiki.ts';
import { GITHUB, GRAPH, JSON_API, OPENSEARCH } from './options.ts';

/** What the contract suite needs of an implementation: the source, and a server for it that can fail. */
interface SourceHarness {
  name: string;
  /** An answer without results, other forms of it, and JSON that is no answer but resembles one. */
  empty: string;
  alsoEmpty: string[];
  noResponses: string[];
  /** Answers without results that declare themselves incomplete. */
  incomplete: string[];
  /** Answers without any valid entry, with the expected words of the log. */
  unreadable: [answer: string, part: string][];
  /** Titles of pages that match "lakers": of the first result, and of a page that only editors may read. */
  titles: { best: string; restricted: string };
  /** Paths of these pages, and of a page that does not exist. */
  links: { best: string; restricted: string; none: string };
  /** What only some APIs can do. */
  shows: { pictures: boolean; halfTyped: boolean; ownAddressesOnly: boolean };
  start(): Promise<SourceServer>;
}

/** A request, with the members that every stand-in reports. */
interface SourceCall {
  method: string;
  url: string;
  authorization: boolean;
  userAgent: string | undefined;
  traceparent: string | undefined;
  /** What a POST carried. */
  body?: string;
}

export interface SourceServer {
  source: Source;
  origin: string;
  tokens: { editor: string; reader: string };
  fault(fault: Fault): Promise<void>;
  /** Calls since the last call of this function. */
  takeCalls(): Promise<SourceCall[]>;
  /** Calls that the real API would have refused, since the last call of this function. */
  takeProblems(): string[];
  /** The path of a search, its text, and the requested number of results. */
  read(call: SourceCall): { path: string; text: string; count: number };
  close(): Promise<void>;
}

/** In most stand-ins of test/support/search. */
const TITLES = { best: 'Los Angeles Lakers', restricted: 'Los Angeles Lakers trade plan (restricted)' };
const LINKS = { best: '/pages/d12', restricted: '/pages/d14', none: '/pages/none' };

const mediawiki: SourceHarness = {
  name: 'mediawiki',
  empty: '{"query":{"search":[]}}',
  alsoEmpty: ['{"query":{"search":{}}}', '{"query":{"search":null}}'],
  noResponses: ['{}', '{"query":null}', '{"query":{"search":"none"}}'],
  incomplete: [
    '{"query":{"searchinfo":{"totalhits":7},"search":[]}}',
    '{"warnings":{"search":{"warnings":"The search timed out, only partial results are available."}},"query":{"search":[]}}',
    '{"warnings":[{"code":"cirrussearch-timed-out","module":"query+search"}],"query":{"search":[]}}',
  ],
  unreadable: [['{"query":{"search":[{"title":7},null]}}', 'title is of the type number']],
  titles: TITLES,
  links: {
    best: '/wiki/Los_Angeles_Lakers',
    restricted: '/wiki/Los_Angeles_Lakers_trade_plan_(restricted)',
    none: '/wiki/No_such_page',
  },
  shows: { pictures: true, halfTyped: true, ownAddressesOnly: true },
  async start() {
    const wiki = await startTestWiki();
    return {
      ...wiki,
      origin: wiki.url,
      source: mediawikiSource({ url: wiki.url, userAgent: 'Latchkey/test' }),
      takeProblems: () => [],
      read: ({ url }) => {
        const { pathname, searchParams } = new URL(url, wiki.url);
        if (searchParams.get('action') !== 'query') throw new Error(url);
        return {
          path: pathname,
          text: searchParams.get('srsearch') ?? '',
          count: Number(searchParams.get('srlimit')),
        };
      },
    };
  },
};

async function started(
  standIn: StandIn,
  build: (url: string) => Source,
  read: SourceServer['read'],
): Promise<SourceServer> {
  const server = await startSearchServer(standIn);
  return { ...server, read, origin: server.url, source: build(server.url), takeCalls: callsOf(server) };
}

function callsOf(server: SearchServer): SourceServer['takeCalls'] {
  return async () =>
    (await server.takeCalls()).map(({ headers, ...requested }) => ({
      ...requested,
      authorization: headers.authorization !== undefined,
      userAgent: headers['user-agent'],
      traceparent: headers.traceparent as string | undefined,
    }));
}

const graphFiles: SourceHarness = {
  name: 'graph',
  empty: '{"value":[{"searchTerms":[],"hitsContainers":[{"hits":[],"total":0,"moreResultsAvailable":false}]}]}',
  alsoEmpty: ['{"value":[{"hitsContainers":{}}]}', '{"value":[{"hitsContainers":[{"hits":null,"total":0}]}]}'],
  noResponses: ['{}', '{"value":null}', '{"value":[]}', '{"value":[{"hitsContainers":7}]}'],
  incomplete: [
    '{"value":[{"hitsContainers":[{"total":75,"moreResultsAvailable":true}]}]}',
    '{"value":[{"hitsContainers":[{"hits":[],"total":75,"moreResultsAvailable":false}]}]}',
  ],
  unreadable: [['{"value":[{"hitsContainers":[{"hits":[{"resource":{"name":"x"}}]}]}]}', 'resource.webUrl is missing']],
  titles: TITLES,
  links: LINKS,
  shows: { pictures: false, halfTyped: true, ownAddressesOnly: false },
  start: () =>
    started(
      graph(GRAPH.entities, GRAPH.path),
      (url) => graphSource({ ...GRAPH, url }),
      ({ url, body = '' }) => {
        const [request] = JSON.parse(body).requests;
        return { path: url, text: request.query.queryString, count: request.size };
      },
    ),
};

const githubIssues: SourceHarness = {
  name: 'github',
  empty: '{"total_count":0,"incomplete_results":false,"items":[]}',
  alsoEmpty: ['{"items":null}', '{"total_count":0}', '{"items":{}}'],
  noResponses: ['{}', '{"items":"none"}', '{"message":"x"}'],
  incomplete: [
    '{"total_count":0,"incomplete_results":true,"items":[]}',
    '{"total_count":9,"incomplete_results":false,"items":[]}',
  ],
  unreadable: [
    ['{"items":[{"title":"x"}]}', 'html_url is missing'],
    ['{"items":[{"html_url":"https://x.example/a"}]}', 'title is missing'],
  ],
  titles: {
    best: `${TITLES.best} · contoso/docs#12`,
    restricted: `${TITLES.restricted} · contoso/docs#14`,
  },
  links: { best: '/contoso/docs/issues/12', restricted: '/contoso/docs/issues/14', none: '/contoso/docs/issues/99' },
  shows: { pictures: true, halfTyped: false, ownAddressesOnly: false },
  start: () =>
    started(
      github,
      (url) => githubSource({ ...GITHUB, url }),
      ({ url }) => {
        const { pathname, searchParams } = new URL(url, 'http://github');
        const [, text = ''] = /^is:issue org:contoso(?: (.*))?$/.exec(searchParams.get('q') ?? '') ?? [];
        return { path: pathname, text, count: Number(searchParams.get('per_page')) };
      },
    ),
};

const opensearchIndex: SourceHarness = {
  name: 'opensearch',
  empty: '{"took":1,"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}',
  alsoEmpty: ['{"hits":{"hits":null}}', '{"hits":{"hits":{}}}', '{"hits":{"total":{"value":0,"relation":"eq"}}}'],
  noResponses: ['{}', '{"hits":null}', '{"hits":[]}', '{"hits":{"hits":"none"}}'],
  incomplete: [
    '{"timed_out":true,"hits":{"hits":[]}}',
    '{"_shards":{"total":2,"failed":1},"hits":{"hits":[]}}',
    '{"_clusters":{"total":2,"skipped":1},"hits":{"hits":[]}}',
    '{"hits":{"total":{"value":3,"relation":"eq"},"hits":[]}}',
  ],
  unreadable: [
    ['{"hits":{"hits":[{"_source":{"title":{"text":"x"}}}]}}', 'fields.title (title) is of the type object'],
    ['{"hits":{"hits":[{"_source":{"title":"x"}}]}}', 'fields.url (link) is missing'],
  ],
  titles: TITLES,
  links: LINKS,
  shows: { pictures: true, halfTyped: true, ownAddressesOnly: false },
  start: () =>
    started(
      opensearch,
      (url) => opensearchSource({ ...OPENSEARCH, url }),
      ({ url, body = '' }) => {
        const { size, query } = JSON.parse(body);
        return { path: url, text: query.simple_query_string.query, count: size };
      },
    ),
};

const http: SourceHarness = {
  name: 'http',
  empty: '{"meta":{"total":0},"data":{"list":[]}}',
  alsoEmpty: [
    '{"data":{"list":null}}',
    '{"data":{"list":{}}}',
    '{"data":null}',
    '{"meta":{"total":0}}',
    '{"errors":[]}',
    'null',
  ],
  noResponses: [
    '{"data":{"list":"none"}}',
    '{"data":{"list":{"a":1}}}',
    '{"error":"x"}',
    '{"errors":[{"message":"x"}]}',
  ],
  incomplete: ['{"meta":{"total":7},"data":{"list":[]}}', '{"meta":{"total":7}}'],
  unreadable: [
    ['{"data":{"list":[{"link":"/a"},{"link":"/b"}]}}', 'fields.title (/names/0/text) is missing'],
    ['{"data":{"list":[{"names":[{"text":"x"}],"link":["/a"]}]}}', 'fields.url (/link) is a list'],
    ['{"data":{"list":[{"names":[{"text":"x"}],"link":"javascript:x"}]}}', 'fields.url (/link) is unusable'],
  ],
  titles: TITLES,
  links: LINKS,
  shows: { pictures: true, halfTyped: true, ownAddressesOnly: false },
  start: () =>
    started(
      jsonApi,
      (url) => jsonApiSource(JSON_API(url)),
      ({ url }) => {
        const { pathname, searchParams } = new URL(url, 'http://api');
        const [, path = '', text = ''] = /^(\/v2\/search\/)([^/]+)$/.exec(pathname) ?? [];
        return { path, text: decodeURIComponent(text), count: Number(searchParams.get('limit')) };
      },
    ),
};

/** Every source. Add a new one here. */
export const HARNESSES: SourceHarness[] = [mediawiki, graphFiles, githubIssues, opensearchIndex, http];
