import type { GithubOptions } from '../../../bot/sources/github/source.ts';
import type { GraphOptions } from '../../../bot/sources/graph/source.ts';
import type { JsonApiOptions } from '../../../bot/sources/json-api/source.ts';
import type { OpensearchOptions } from '../../../bot/sources/opensearch/source.ts';

/** Options that fit the stand-ins in test/support/search. */
const userAgent = 'Latchkey/test';

export const GRAPH: Omit<GraphOptions, 'url'> = {
  entities: ['driveItem', 'listItem'],
  path: 'https://contoso.sharepoint.com/sites/handbook',
  userAgent,
};

export const GITHUB: Omit<GithubOptions, 'url'> = { kinds: ['issues'], scope: 'org:contoso', userAgent };

export const OPENSEARCH: Omit<OpensearchOptions, 'url'> = {
  index: 'handbook',
  fields: { title: 'title', body: 'text', url: 'link', image: 'picture', edited: 'changed.at', by: 'changed.by' },
  userAgent,
};

export function JSON_API(url: string): JsonApiOptions {
  return {
    url: `${url}/v2/search/{query}?offset={skip}&limit={count}&tenant=contoso`,
    recentUrl: `${url}/v2/changes?offset={skip}&limit={count}`,
    items: '/data/list',
    total: '/meta/total',
    fields: {
      title: '/names/0/text',
      url: '/link',
      snippet: '/excerpt',
      image: '/image',
      edited: '/changed/at',
      by: '/changed/by',
    },
    page: { link: `${url}/pages/{id}`, url: `${url}/v2/pages/{id}?tenant=contoso`, item: '/data' },
    headers: { 'X-Tenant': 'contoso' },
    userAgent,
  };
}
