import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { asObject, asString } from '../../platform/json.ts';
import { parseUrl, safeDecodeUriComponent } from '../../platform/safe-url.ts';
import { clampPaging } from '../entries.ts';
import { type ErrorResponse, getJsonIfFound, postJson, requestHeaders } from '../http.ts';
import { places, type Source, type SourceItem, type SourceSession, sourceType, text } from '../source.ts';
import { sanitizeText } from '../typed-query.ts';
import { parseOrigin } from '../urls.ts';
import { type GraphScope, isMessage, recentRequest, searchRequest } from './request.ts';
import { type GraphEntity, readItem, readResponse } from './response.ts';

/** Every tenant uses these hosts. */
const OUTLOOK = ['https://outlook.office365.com', 'https://outlook.office.com', 'https://teams.microsoft.com'];

export const graph = sourceType({
  schema: z
    .strictObject({
      type: z.literal('graph').describe('Files, list items, mail or chat messages of Microsoft 365.'),
      url: z.url().default('https://graph.microsoft.com').describe('The origin of Microsoft Graph.'),
      entities: z
        .array(z.enum(['driveItem', 'listItem', 'message', 'chatMessage']))
        .min(1)
        .describe('What to search: driveItem and listItem together or alone, message alone, or chatMessage alone.'),
      path: text.optional().describe('The address of a site, library or folder: only files and list items below it.'),
      ...places,
    })
    .refine(({ entities, linkOrigins }) => linkOrigins.length > 0 || entities.every(isMessage), {
      path: ['linkOrigins'],
      message: 'must say where files are read, such as https://contoso.sharepoint.com',
    }),
  build: (settings, userAgent) => graphSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins }) => ({ linkOrigins }),
  cardUrls: ({ entities, linkOrigins }) => [...(entities.some(isMessage) ? OUTLOOK : []), ...linkOrigins],
  // Graph looks up links to files only.
  pageUrls: ({ entities, linkOrigins }) => (entities.some(isMessage) ? [] : linkOrigins),
});

const SHOWN = 'name,folder,webUrl,webDavUrl,description,lastModifiedDateTime,lastModifiedBy,createdBy';
/** Graph returns 400 for a link to a site, a list or a system page of SharePoint. */
const NO_FILE = 400;
const NOT_FOUND_STATUSES = new Set([NO_FILE, 404, 410]);

/** Without `Prefer`, Graph does not redeem a sharing link, so a lookup grants no access.
 * @param base the API with its version
 * @param path returns the item only if it is below this address
 * @see https://learn.microsoft.com/graph/api/shares-get
 * @throws {SourceError} */
async function readSharedItem(
  base: string,
  link: URL,
  path: string | undefined,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<SourceItem | null | undefined> {
  const url = `${base}/shares/${sharingToken(link)}/driveItem?$select=${SHOWN}`;
  let isFile = true;
  const isNotFound = ({ status }: ErrorResponse) => {
    isFile = status !== NO_FILE;
    return NOT_FOUND_STATUSES.has(status);
  };
  const found = await getJsonIfFound(url, headers, signal, { isNotFound });
  if (!found) return isFile ? null : undefined;
  return isWithin(path, found.json) ? readItem(found.json) : undefined;
}

/** base64url keeps the link in one path segment. */
function sharingToken({ origin, pathname, search }: URL): string {
  return `u!${Buffer.from(origin + pathname + search).toString('base64url')}`;
}

/** Prefers `webDavUrl`: an Office document's web address is a viewer page. */
function isWithin(path: string | undefined, item: unknown): boolean {
  if (path === undefined) return true;
  const { webDavUrl, webUrl } = asObject(item);
  const [outer, inner] = [placeOf(path), placeOf(asString(webDavUrl) || asString(webUrl))];
  return outer !== undefined && inner?.startsWith(outer) === true;
}

/** SharePoint paths are case-insensitive. The final slash keeps `/sites/a` from matching `/sites/ab`. */
function placeOf(address: string): string | undefined {
  const parsed = parseUrl(address);
  const path = parsed && safeDecodeUriComponent(parsed.pathname);
  return path === undefined ? undefined : `${parsed?.origin}${path}/`.replace(/\/+$/, '/').toLowerCase();
}

export interface GraphOptions {
  /** Microsoft Graph's origin in the tenant's cloud. */
  url: string;
  entities: readonly GraphEntity[];
  /** Finds only files and list items below this address: `https://contoso.sharepoint.com/sites/handbook`. */
  path?: string | undefined;
  userAgent?: string | undefined;
}

/** Only these entities can share a request. */
const IN_SHAREPOINT: readonly GraphEntity[] = ['driveItem', 'listItem'];

/** One call per search. docs/CONNECT.md lists the delegated permissions.
 * @see https://learn.microsoft.com/graph/api/search-query
 * @throws {TypeError} for unusable options */
export function graphSource(options: GraphOptions): Source {
  const base = `${parseOrigin(options.url)}/v1.0`;
  const url = `${base}/search/query`;
  const scope = readScope(options);
  const headers = { 'user-agent': options.userAgent ?? USER_AGENT };
  const search: Source = {
    async search(query, session) {
      const { skip, count } = clampPaging(query);
      const text = sanitizeText(query.text);
      if (text === undefined && query.text.trim() !== '') return { items: [], total: 0 };
      const paging = { from: skip, size: count };
      const request = text ? searchRequest(text, paging, scope) : recentRequest(new Date(), paging, scope);
      const { json } = await postJson(url, request, requestHeaders(session, headers), session.signal);
      return json === undefined ? { items: [] } : readResponse(json, scope.entities, paging);
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
