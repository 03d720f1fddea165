import { USER_AGENT } from '../../platform/http-client.ts';
import { webAddress } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { type Source, sourceType, withSettingName } from '../source.ts';
import { readTyped } from '../typed-query.ts';
import { parseBaseUrl } from '../urls.ts';
import { type ErrorReader, errorReader } from './errors.ts';
import { itemReader } from './item-reader.ts';
import { pageLookup } from './page-lookup.ts';
import { type ResultList, resultList } from './result-list.ts';
import { searchRequest } from './search-request.ts';
import { type HttpSettings, httpSettings, listOf } from './settings.ts';

export const http = sourceType({
  schema: httpSettings,
  build: (settings, userAgent) => jsonApiSource({ ...settings, userAgent }),
  addresses: ({ linkOrigins, recentUrl, recent, linkBase, page }) => ({
    linkOrigins,
    recentUrl,
    'recent.url': recent?.url,
    linkBase: linkBase !== undefined && isPointer(linkBase) ? undefined : linkBase,
    'page.url': listOf(page).map(({ url }) => url),
    'page.link': listOf(page).map(({ link }) => link),
  }),
  cardUrls: ({ url, linkOrigins }) => [url, ...linkOrigins],
  pageUrls: ({ page }) => listOf(page).map(({ link }) => link),
});

export type JsonApiOptions = Omit<HttpSettings, 'type' | 'linkOrigins' | 'imageOrigins'> & {
  userAgent?: string | undefined;
};

/** Headers that only the bot or the connection sets. */
const RESERVED =
  /^(?:authorization|cookie|host|user-agent|traceparent|tracestate|connection|content-.*|transfer-encoding|te|trailer|upgrade|keep-alive|expect|proxy-.*|sec-.*)$/i;
const LETTERS_AND_DIGITS = /[\p{L}\p{N}]/gu;
const HEADER = { name: /^[!#$%&'*+.^_`|~\w-]+$/, value: /^[\t\u0020-\u007e]*$/ };

/** @throws {TypeError} for unusable options */
export function jsonApiSource(options: JsonApiOptions): Source {
  const headers = { ...parseHeaders(options.headers), 'user-agent': options.userAgent ?? USER_AGENT };
  const request = searchRequest({ ...options, body: options.body, names: { url: 'url', body: 'body' }, headers });
  if (!request.has('query')) throw new TypeError('url: must have {query} in it, or body must');
  const shared = { ...options, headers, baseOf: baseReader(options), ...errorReader(options.error) };
  const search = resultList({ ...shared, request, readItem: itemReader(shared.fields, shared), prefix: '' });
  const recent = recentList(shared);
  const pages = listOf(options.page);
  const { operators = 'remove', minLength = 1 } = options;

  return {
    async search(query, session) {
      const typed = readTyped(query.text, operators);
      if (typed && lengthOf(typed.words) >= minLength) return search(typed, query, session);
      if (query.text.trim() !== '') return { items: [], total: 0 };
      return recent ? recent({ words: '', typed: '' }, query, session) : { items: [] };
    },
    ...(pages.length > 0 && { page: pageLookup(pages, shared) }),
  };
}

/** @returns the number of letters and digits */
function lengthOf(words: string): number {
  return words.match(LETTERS_AND_DIGITS)?.length ?? 0;
}

type Shared = JsonApiOptions &
  ErrorReader & {
    headers: Record<string, string>;
    baseOf(answer: unknown): string;
  };

function recentList(shared: Shared): ResultList | undefined {
  const { recent, recentUrl, ...others } = shared;
  if (recent?.url !== undefined && recentUrl !== undefined) throw new TypeError('recent.url: there is recentUrl, too');
  const url = recent?.url ?? recentUrl ?? (recent && shared.url);
  if (url === undefined) return undefined;
  const names = { url: recentUrl === undefined ? 'recent.url' : 'recentUrl', body: 'recent.body' };
  // A search is a POST and recent changes are a GET, if only an address is given for them.
  const { body } = recent ?? {};
  const method = body === undefined ? 'GET' : 'POST';
  const contentType = body === undefined ? undefined : shared.contentType;
  const request = searchRequest({ ...shared, url, body, method, contentType, names });
  if (request.has('query'))
    throw new TypeError(`${names.url}: must have no {query}, nor must its body: people have not typed yet`);
  if (request.origin !== new URL(shared.url).origin)
    throw new TypeError(`${names.url}: must be on the same origin as url, which the access token is for`);
  const given = Object.fromEntries(Object.entries(recent ?? {}).filter(([, value]) => value !== undefined));
  const { items, total, fields }: Pick<Shared, 'items' | 'total' | 'fields'> = { ...others, ...given };
  const prefix = recent ? 'recent.' : '';
  const readItem = itemReader(fields, shared, recent?.fields ? 'recent.fields' : 'fields');
  return resultList({ ...others, items, total, request, readItem, prefix });
}

/** @returns a function that finds the base of relative addresses, which may be in the answer */
function baseReader({ url, linkBase }: JsonApiOptions): (answer: unknown) => string {
  const { origin } = new URL(url);
  if (linkBase === undefined) return () => origin;
  if (isPointer(linkBase)) {
    const at = withSettingName('linkBase', () => parsePointer(linkBase.slice(1, -1)));
    return (answer) => webAddress(at(answer), origin) ?? origin;
  }
  const base = withSettingName('linkBase', () => parseBaseUrl(linkBase).href);
  return () => base;
}

function isPointer(linkBase: string): boolean {
  return /^\{\/.*\}$/.test(linkBase);
}

function parseHeaders(headers: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    const usable = HEADER.name.test(name) && HEADER.value.test(value) && !RESERVED.test(name);
    if (!usable)
      throw new TypeError(
        `headers: ${name} must be left out: ${RESERVED.test(name) ? 'the bot sets it itself' : 'its name or value is not printable ASCII in one line'}`,
      );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
