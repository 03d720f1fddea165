import * as z from 'zod';
import { USER_AGENT } from '../../platform/http-client.ts';
import { asObject, isCount } from '../../platform/json.ts';
import { type Pointer, parsePointer } from '../../platform/json-pointer.ts';
import { clampPaging, itemOf, listIn, pageOf, pageOfEntries, unread } from '../entries.ts';
import { type ErrorResponse, getJsonIfFound, requestHeaders } from '../http.ts';
import { sanitizeText } from '../search-text.ts';
import {
  places,
  type Source,
  SourceError,
  type SourcePage,
  type SourceQuery,
  type SourceSession,
  sourceType,
  text,
  withSettingName,
} from '../source.ts';
import { parseBaseUrl } from '../urls.ts';
import { type ItemPointers, type ItemReader, itemReader } from './response.ts';
import {
  readLinkTemplate,
  readUrlTemplate,
  SEARCH_PLACES,
  type SearchTemplate,
  type UrlTemplate,
} from './url-template.ts';

const pointers = z.strictObject({
  title: z.string().describe('Points to the title.'),
  url: z.string().describe('Points to the address where people read the item.'),
  snippet: z.string().optional().describe('Points to an excerpt, as text or HTML.'),
  image: z.string().optional().describe('Points to the address of an image.'),
  edited: z.string().optional().describe('Points to the date of the last change.'),
  by: z.string().optional().describe('Points to the name of the last author.'),
});

export const http = sourceType({
  schema: z
    .strictObject({
      type: z.literal('http').describe('Any API that answers a GET with a list in JSON.'),
      url: text.describe('The address of a search, with {query} and if possible {skip} or {page}, and {count}.'),
      recentUrl: text.optional().describe('The address of recent changes, on the origin of url.'),
      items: z.string().describe('JSON pointer (RFC 6901) to the list. An empty text is the whole answer.'),
      total: z.string().optional().describe('JSON pointer to the number of all results.'),
      incomplete: z
        .string()
        .optional()
        .describe('JSON pointer to a member that is true, or above 0, if the API did not search everything.'),
      fields: pointers.describe('JSON pointers into each item.'),
      linkBase: z.url().optional().describe('The base of relative addresses. The default is the origin of url.'),
      page: z
        .strictObject({
          link: z.url().describe('The address where people read a page, with {id} once.'),
          url: z.url().describe('The address of the page in the API, on the origin of the search, with {id} once.'),
          item: z
            .string()
            .optional()
            .describe('JSON pointer to the page in the answer. The default is the whole answer.'),
          fields: pointers.optional().describe('JSON pointers into the page. The default is those of a search.'),
        })
        .optional()
        .describe('How the bot looks up a link that a user pastes.'),
      firstPage: z.int().min(0).max(1).optional().describe('The number of the first page. The default is 1.'),
      headers: z.record(z.string(), z.string()).optional().describe('More headers of each call. No secrets.'),
      ...places,
    })
    .refine(({ linkBase, url, linkOrigins }) => !linkBase || isOnOneOf(linkBase, [url, ...linkOrigins]), {
      path: ['linkBase'],
      message: 'must be on one of linkOrigins, where cards lead, or on the origin of url',
    })
    .refine(({ page, url, linkOrigins }) => !page || isOnOneOf(page.link, [url, ...linkOrigins]), {
      path: ['page.link'],
      message: 'must be on one of linkOrigins, where cards lead, or on the origin of url',
    }),
  build: (settings, userAgent) => jsonApiSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins, recentUrl, linkBase, page }) => ({
    linkOrigins,
    recentUrl,
    linkBase,
    'page.url': page?.url,
    'page.link': page?.link,
  }),
  cardUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
  pageUrls: ({ page }) => (page ? [page.link] : []),
});

function isOnOneOf(url: string, places: readonly string[]): boolean {
  return !URL.canParse(url) || places.some((place) => URL.canParse(place) && sameOrigin(url, place));
}

function sameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

interface JsonApiPage {
  link: string;
  url: string;
  item?: string | undefined;
  fields?: ItemPointers | undefined;
}

const NOT_FOUND_STATUSES = new Set([404, 410]);

function pageLookup(
  page: JsonApiPage,
  searches: { url: string; linkBase: string; fields: ItemPointers; headers: Record<string, string> },
): NonNullable<Source['page']> {
  const { origin } = new URL(searches.url);
  templateWithId('page.link', page.link);
  const idOf = readLinkTemplate(page.link);
  const template = templateWithId('page.url', page.url);
  if (new URL(page.url).origin !== origin) {
    throw new TypeError('page.url: must be on the same origin as url, which the access token is for');
  }
  const item = withSettingName('page.item', () => parsePointer(page.item ?? ''));
  const readItem: ItemReader = itemReader(page.fields ?? searches.fields, searches.linkBase, 'page.fields');
  return async (link, session) => {
    const id = idOf(link);
    if (id === undefined) return undefined;
    const found = await getJsonIfFound(
      template.fill({ id }),
      requestHeaders(session, searches.headers),
      session.signal,
      {
        isNone: ({ status }) => NOT_FOUND_STATUSES.has(status),
      },
    );
    return found && itemOf(readItem(item(found.json)));
  };
}

function templateWithId(setting: string, address: string): UrlTemplate<'id'> {
  const template = withSettingName(setting, () => readUrlTemplate(address, ['id']));
  if (address.split('{id}').length === 2) return template;
  throw new TypeError(`${setting}: must have {id} in it, once`);
}

export interface JsonApiOptions {
  /** `https://api.example.com/search?q={query}&offset={skip}&limit={count}`. */
  url: string;
  recentUrl?: string | undefined;
  items: string;
  total?: string | undefined;
  incomplete?: string | undefined;
  fields: ItemPointers;
  linkBase?: string | undefined;
  page?: JsonApiPage | undefined;
  firstPage?: number | undefined;
  headers?: Record<string, string> | undefined;
  userAgent?: string | undefined;
}

/** Headers that only the bot or the connection sets. */
const RESERVED =
  /^(?:authorization|cookie|host|user-agent|traceparent|tracestate|connection|content-.*|transfer-encoding|te|trailer|upgrade|keep-alive|expect|proxy-.*|sec-.*)$/i;
const HEADER = { name: /^[!#$%&'*+.^_`|~\w-]+$/, value: /^[\t\u0020-\u007e]*$/ };
const MAX_PAGE_SIZE = 100;

/** @throws {TypeError} for unusable options */
export function jsonApiSource(options: JsonApiOptions): Source {
  const search = withSettingName('url', () => readUrlTemplate(options.url, SEARCH_PLACES));
  const { recentUrl } = options;
  const recent =
    recentUrl === undefined ? undefined : withSettingName('recentUrl', () => readUrlTemplate(recentUrl, SEARCH_PLACES));
  if (!search.has('query')) throw new TypeError('url: must have {query} in it');
  if (recent?.has('query')) throw new TypeError('recentUrl: there is no {query} to fill in');
  if (recentUrl !== undefined && new URL(recentUrl).origin !== new URL(options.url).origin) {
    throw new TypeError('recentUrl: must be on the same origin as url, which the access token is for');
  }
  for (const template of [search, recent ?? search]) checkPaging(template);
  const read = responseReader(options);
  const headers = { ...parseHeaders(options.headers), 'user-agent': options.userAgent ?? USER_AGENT };

  const { url, fields, page } = options;
  const lookUp = page && pageLookup(page, { url, linkBase: linkBaseOf(options), fields, headers });

  async function ask(
    template: SearchTemplate,
    text: string,
    query: SourceQuery,
    session: SourceSession,
  ): Promise<SourcePage> {
    const { skip, count } = clampPaging(query);
    const { page, size, offset } = windowOf(template, skip, count);
    const address = template.fill({ query: text, skip, count: size, page: page + (options.firstPage ?? 1) });
    const found = await getJsonIfFound(address, requestHeaders(session, headers), session.signal, {
      isNone: isNothingFound,
    });
    return found ? read(found.json, { skip, offset, count }) : { items: [] };
  }

  return {
    async search(query, session) {
      const text = sanitizeText(query.text);
      if (text !== undefined) return ask(search, text, query, session);
      if (query.text.trim() !== '') return { items: [], total: 0 };
      return recent ? ask(recent, '', query, session) : { items: [] };
    },
    ...(lookUp && { page: lookUp }),
  };
}

function checkPaging(template: SearchTemplate): void {
  if (template.has('page') && template.has('skip')) throw new TypeError('url: either {page} or {skip}');
  if (template.has('page') && !template.has('count'))
    throw new TypeError('url: {page} needs {count}, the size of a page');
}

/** An API without paging returns all results at once. */
function windowOf(
  template: SearchTemplate,
  skip: number,
  count: number,
): { page: number; size: number; offset: number } {
  if (template.has('page')) return pageOf(skip, count, MAX_PAGE_SIZE);
  return { page: 0, size: template.has('skip') ? count : skip + count, offset: template.has('skip') ? 0 : skip };
}

/** A 404 with JSON or no body means no results. A 404 with HTML means a wrong address. */
function isNothingFound({ status, headers, body }: ErrorResponse): boolean {
  return status === 404 && (body.trim() === '' || /\bjson\b/i.test(headers['content-type'] ?? ''));
}

interface Part {
  /** Results before this window. */
  skip: number;
  /** How many of those are in this response. */
  offset: number;
  count: number;
}

function responseReader(options: JsonApiOptions): (json: unknown, part: Part) => SourcePage {
  const items = withSettingName('items', () => parsePointer(options.items));
  const optional = (name: 'total' | 'incomplete'): Pointer => {
    const pointer = options[name];
    return pointer === undefined ? () => undefined : withSettingName(name, () => parsePointer(pointer));
  };
  const [totalOf, incompleteIn] = [optional('total'), optional('incomplete')];
  const readItem = itemReader(options.fields, linkBaseOf(options));
  return (json, { skip, offset, count }) => {
    const value = items(json);
    // Some APIs omit an empty list, but not beside an error.
    const left = value === undefined && typeof json === 'object' && !hasError(json);
    const list = left ? [] : listIn(value);
    if (!list) throw new SourceError('unavailable', `The API answered with no list at items (${options.items})`);
    const incomplete = incompleteIn(json);
    return pageOfEntries(list.slice(offset, offset + count), readItem, {
      total: totalOf(json),
      skip,
      incomplete: incomplete === true || (isCount(incomplete) && incomplete > 0),
      unread: left ? unread(`items (${options.items})`, value).unread : undefined,
    });
  };
}

function hasError(json: object | null): boolean {
  const { error, errors } = asObject(json);
  return [error, errors].some((each) => each !== undefined && each !== false && (listIn(each)?.length ?? 1) > 0);
}

function linkBaseOf({ url, linkBase }: JsonApiOptions): string {
  return linkBase === undefined ? new URL(url).origin : withSettingName('linkBase', () => parseBaseUrl(linkBase).href);
}

function parseHeaders(headers: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    const usable = HEADER.name.test(name) && HEADER.value.test(value) && !RESERVED.test(name);
    if (!usable) throw new TypeError(`headers: ${name} can't be set here`);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
