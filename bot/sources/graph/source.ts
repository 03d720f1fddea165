import { DEFAULT_USER_AGENT, postJson, requestHeaders } from '../http.ts';
import { parseOrigin } from '../origin.ts';
import { clampPaging } from '../paging.ts';
import { sanitizeWords } from '../search-text.ts';
import type { Source, SourceSession } from '../source.ts';
import { readSharedItem } from './link.ts';
import { type GraphScope, isMessage, recentRequest, searchRequest } from './request.ts';
import { type GraphEntity, readAnswer } from './response.ts';

export interface GraphOptions {
  /** The origin of Microsoft Graph; that of another cloud where the tenant is there. */
  url: string;
  entities: readonly GraphEntity[];
  /** For files and list items: only what is in this place, such as `https://contoso.sharepoint.com/sites/handbook`. */
  path?: string | undefined;
  userAgent?: string | undefined;
}

/** Entities that one request may ask for together. */
const IN_SHAREPOINT: readonly GraphEntity[] = ['driveItem', 'listItem'];

/** Searches files, list items, mail or chat messages with Microsoft Graph's search, as the asker: one call a search.
 * Needs delegated permissions: `Files.Read.All`, `Sites.Read.All`, `Mail.Read`, or `Chat.Read` and `ChannelMessage.Read.All`.
 * @see https://learn.microsoft.com/graph/api/search-query
 * @throws {TypeError} where the options can't be used */
export function graphSource(options: GraphOptions): Source {
  const base = `${parseOrigin(options.url)}/v1.0`;
  const url = `${base}/search/query`;
  const scope = readScope(options);
  const headers = { 'user-agent': options.userAgent ?? DEFAULT_USER_AGENT };
  const search: Source = {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
      const words = sanitizeWords(query.text);
      if (words === undefined && query.text.trim() !== '') return { items: [], total: 0 };
      const paging = { from: skip, size: count };
      const request = words ? searchRequest(words, paging, scope) : recentRequest(new Date(), paging, scope);
      const { json } = await postJson(url, request, requestHeaders(session, headers), session.signal);
      return json === undefined ? { items: [] } : readAnswer(json, scope.entities, paging);
    },
  };
  if (scope.entities.some(isMessage)) return search;
  const page = (link: URL, session: SourceSession) =>
    readSharedItem(base, link, scope.path, requestHeaders(session, headers), session.signal);
  return { ...search, page };
}

function readScope({ entities, path }: GraphOptions): GraphScope {
  const inSharePoint = entities.every((entity) => IN_SHAREPOINT.includes(entity));
  if (entities.length === 0 || (entities.length > 1 && !inSharePoint)) {
    throw new TypeError('entities: driveItem and listItem, or one alone; Graph searches no others together');
  }
  if (path === undefined) return { entities };
  if (!inSharePoint) throw new TypeError('path: for files and list items only');
  if (!/^https:\/\/[^"\\{}()*\s]+(?: [^"\\{}()*\s]+)*$/.test(path)) {
    throw new TypeError('path: the https address of a site, library or folder');
  }
  return { entities, path };
}
