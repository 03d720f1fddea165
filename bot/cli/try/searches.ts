import { sendRequest } from '../../platform/http-client.ts';
import { isSafeUrl, safeUrl } from '../../platform/safe-url.ts';
import type { Source, SourceItem, SourcePage, SourceQuery } from '../../sources/source.ts';
import { SourceError } from '../../sources/source.ts';
import { linkIn, MAX_TEXT_LENGTH } from '../../sources/user-source.ts';
import type { Exchange, ExchangeLog, Step } from './exchange-log.ts';

/** One search, with the last request that it sent. */
export interface SearchRun {
  step: Step;
  query: SourceQuery;
  page?: SourcePage;
  error?: SourceError;
  exchange: Exchange | undefined;
}

/** The lookup of the first result's link. */
export interface LookupRun {
  url: string;
  /** `null`: the API has no such page. `undefined`: the link is no page. */
  item?: SourceItem | null | undefined;
  error?: SourceError;
  exchange: Exchange | undefined;
}

export interface Searches {
  first: SearchRun;
  second: SearchRun | undefined;
  recent: SearchRun | undefined;
  lookup: LookupRun | undefined;
}

interface SearchDependencies {
  source: Source;
  pageOrigins: ReadonlySet<string>;
  /** The source has a request for recent items. */
  hasRecent: boolean;
  session: { accessToken: string; site: string | undefined };
  log: ExchangeLog;
  /** The operator stops the command. */
  stop: AbortSignal;
}

/** Small, so that few results have a second page. */
const PAGE_SIZE = 5;
/** The bot has four seconds. The try waits longer, to report a slow response. */
const TIMEOUT_MS = 15_000;

/** Searches as a person would: first page, second page, recent items, and the link of the first result. */
export async function runSearches(dependencies: SearchDependencies, text: string): Promise<Searches> {
  const query = text.trim().slice(0, MAX_TEXT_LENGTH);
  const first = await run(dependencies, 'search', { text: query, skip: 0, count: PAGE_SIZE });
  if (!first.page) return { first, second: undefined, recent: undefined, lookup: undefined };
  const { items, total } = first.page;
  const hasMore = (total ?? PAGE_SIZE + 1) > PAGE_SIZE && items.length > 0;
  const second = hasMore
    ? await run(dependencies, 'second page', { text: query, skip: PAGE_SIZE, count: PAGE_SIZE })
    : undefined;
  const recent = dependencies.hasRecent
    ? await run(dependencies, 'recent items', { text: '', skip: 0, count: PAGE_SIZE })
    : undefined;
  const [best] = items;
  return { first, second, recent, lookup: best && (await lookUp(dependencies, best.url)) };
}

async function run(
  { source, session, log, stop }: SearchDependencies,
  step: Step,
  query: SourceQuery,
): Promise<SearchRun> {
  log.begin(step);
  const outcome = await attempt(() => source.search(query, { ...session, signal: untilTimeoutOr(stop) }));
  return { step, query, ...('error' in outcome ? outcome : { page: outcome.value }), exchange: log.of(step).at(-1) };
}

async function lookUp(
  { source, pageOrigins, session, log, stop }: SearchDependencies,
  url: string,
): Promise<LookupRun | undefined> {
  const { page } = source;
  if (!page) return undefined;
  const link = linkIn(url, pageOrigins);
  if (link === undefined) return { url, exchange: undefined };
  log.begin('link');
  const signal = untilTimeoutOr(stop);
  const outcome = await attempt(() => page.call(source, new URL(link), { ...session, signal }));
  return { url, ...('error' in outcome ? outcome : { item: outcome.value }), exchange: log.of('link').at(-1) };
}

/** @returns the status of a page that a card leads to, without following a redirect; `undefined` for an address that a
 * card drops, and without an answer */
export async function statusWithoutCredentials(
  url: string,
  linkOrigins: ReadonlySet<string>,
  loopback: boolean,
  stop: AbortSignal,
): Promise<number | undefined> {
  const address = safeUrl(url, linkOrigins);
  if (address === undefined || !isSafeUrl(address, loopback)) return undefined;
  const signal = untilTimeoutOr(stop);
  try {
    const response = await sendRequest({ url: address, headers: { accept: 'text/html' }, signal });
    response.destroy();
    return response.statusCode;
  } catch {
    // It may be reachable from the network of the users only.
    return undefined;
  }
}

function untilTimeoutOr(stop: AbortSignal): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | { error: SourceError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof SourceError) return { error };
    throw error;
  }
}
