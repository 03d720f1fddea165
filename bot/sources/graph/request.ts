import { withPrefixMatch } from '../typed-query.ts';
import type { GraphEntity } from './response.ts';

export interface GraphScope {
  entities: readonly GraphEntity[];
  path?: string;
}

interface Paging {
  from: number;
  size: number;
}

/** Graph accepts only one request in the list. */
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

/** The date property in KQL. */
const CHANGED: Record<GraphEntity, string> = {
  driveItem: 'LastModifiedTime',
  listItem: 'LastModifiedTime',
  message: 'received',
  chatMessage: 'sent',
};
const RECENT_DAYS = 90;
/** Graph returns a list item's title only if `fields` names it, and then only the named fields.
 * @see https://learn.microsoft.com/graph/search-concept-files#example-6-specify-select-properties */
const LIST_ITEM_FIELDS = ['title', 'lastModifiedTime', 'modifiedBy'];

/** @param text without operators */
export function searchRequest(text: string, paging: Paging, scope: GraphScope): GraphSearchRequest {
  return request(withPrefixMatch(text, 'OR'), paging, scope);
}

/** A search, because `/me/drive/recent` stops working in November 2026. Graph sorts messages only by date. */
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
  // The words contain no bracket that could close the template's bracket (T53).
  const query = path === undefined ? { queryString } : { queryString, queryTemplate: `({searchTerms}) path:"${path}"` };
  const fields = entities.includes('listItem') ? { fields: LIST_ITEM_FIELDS } : {};
  return { requests: [{ entityTypes: entities, query, ...fields, ...paging }] };
}
