import { withPrefixMatch } from '../search-text.ts';
import type { GraphEntity } from './response.ts';

export interface GraphScope {
  entities: readonly GraphEntity[];
  path?: string;
}

interface Paging {
  from: number;
  size: number;
}

/** A request's body. Graph takes a list of requests, and no more than one in it. */
interface GraphSearchRequest {
  requests: [
    {
      entityTypes: readonly GraphEntity[];
      query: { queryString: string; queryTemplate?: string };
      from: number;
      size: number;
      fields?: readonly string[];
      sortProperties?: { name: string; isDescending: boolean }[];
    },
  ];
}

/** How KQL, Outlook's and Teams' say when something came to be as it is. */
const CHANGED: Record<GraphEntity, string> = {
  driveItem: 'LastModifiedTime',
  listItem: 'LastModifiedTime',
  message: 'received',
  chatMessage: 'sent',
};
const RECENT_DAYS = 90;
/** Of a list item Graph gives no title unless it is asked for; with that, it leaves out what else is not asked for.
 * @see https://learn.microsoft.com/graph/search-concept-files#example-6-specify-select-properties */
const LIST_ITEM_FIELDS = ['title', 'lastModifiedTime', 'modifiedBy'];

/** @param text without operators: all that KQL knows are added here */
export function searchRequest(text: string, paging: Paging, scope: GraphScope): GraphSearchRequest {
  return request(withPrefixMatch(text, 'OR'), paging, scope);
}

/** What changed lately, by a search too: `/me/drive/recent` stops answering in November 2026. Messages come by date
 * anyway, and can't be sorted otherwise. */
export function recentRequest(now: Date, paging: Paging, scope: GraphScope): GraphSearchRequest {
  const [entity = 'driveItem'] = scope.entities;
  const since = new Date(now.getTime() - RECENT_DAYS * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const requested = request(`${CHANGED[entity]}>=${since}`, paging, scope);
  if (isMessage(entity)) return requested;
  return {
    requests: [{ ...requested.requests[0], sortProperties: [{ name: 'lastModifiedDateTime', isDescending: true }] }],
  };
}

export function isMessage(entity: GraphEntity): boolean {
  return entity === 'message' || entity === 'chatMessage';
}

function request(queryString: string, paging: Paging, { entities, path }: GraphScope): GraphSearchRequest {
  // Graph puts the query in the template's place itself; the words hold no bracket that could close this one.
  const query = path === undefined ? { queryString } : { queryString, queryTemplate: `({searchTerms}) path:"${path}"` };
  const fields = entities.includes('listItem') ? { fields: LIST_ITEM_FIELDS } : {};
  return { requests: [{ entityTypes: entities, query, ...fields, ...paging }] };
}
