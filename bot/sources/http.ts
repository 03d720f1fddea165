import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  type HttpRequest,
  networkErrorCode,
  ResponseTooLarge,
  readBody,
  sendRequest,
} from '../platform/http-client.ts';
import { SourceError, type SourceSession } from './source.ts';

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The `traceparent` of a call: the one that was handed in, as it is, since no span of ours is recorded in between; or
 * the start of a trace, not sampled. @see https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparentOf(handedIn: string | undefined): string {
  if (handedIn !== undefined && TRACEPARENT.test(handedIn)) return handedIn;
  return `00-${randomId()}-${randomId().slice(0, 16)}-00`;
}

/** 32 hexadecimal digits, random but for a few that are never zero. Node draws them in advance, many at a time. */
function randomId(): string {
  return randomUUID().replaceAll('-', '');
}

interface JsonResponse {
  /** `undefined` where the answer has no body: nothing was found. */
  json: unknown;
  /** Seconds to wait, where the answer says so. */
  retryAfter: number | undefined;
}

/** What a refusal means, where that is not what its status means everywhere. */
type ErrorMapper = (refused: ErrorResponse) => SourceError | undefined;

/** An answer that is an error. */
export interface ErrorResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** The beginning of it, or as much as could be read; other people's words: not for the log. */
  body: string;
  retryAfter: number | undefined;
}

interface AskOptions {
  explain?: ErrorMapper | undefined;
  /** Whether a redirect to this place is followed, once. Only places on the origin that was asked are put to it. */
  mayMoveTo?: ((place: URL) => boolean) | undefined;
}

/** 25 results with long texts may be several megabytes; a hostile answer costs no more than this. After decompression. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** A cluster lists its failed shards. */
const MAX_REFUSAL_BYTES = 512 * 1024;
const MAX_WAIT_SECONDS = 24 * 60 * 60;
/** 204 and 205 have no body. 203 is changed on its way, and 206 is how some APIs answer with one page of several. */
const GOOD = new Set([200, 203, 204, 205, 206]);
const MOVED = new Set([301, 302, 307, 308]);
/** What APIs call their JSON. HTML is a login page, whatever stands in it. */
const JSON_TYPE =
  /^(?:application\/(?:x-)?json|text\/(?:x-)?json|[\w.-]+\/[\w.+-]+\+json|text\/plain|application\/octet-stream)?\s*(?:;|$)/i;

/** A call with the asker's token, that says who calls and which trace it belongs to. */
export function requestHeaders(
  { accessToken, traceparent }: SourceSession,
  headers: Record<string, string>,
): Record<string, string> {
  const own = { authorization: `Bearer ${accessToken}`, traceparent: traceparentOf(traceparent) };
  return { accept: 'application/json', ...headers, ...own };
}

/** One GET of JSON from a source's API. Without `mayMoveTo` no redirect is followed, and with it none to another origin:
 * the access token must reach no other host (T50).
 * @throws {SourceError} for every answer that is not a good one with JSON, or without a body */
export function getJson(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  options?: AskOptions,
): Promise<JsonResponse> {
  return ask({ url, headers, signal }, options);
}

/** The same with a question in JSON, for APIs whose searches are POSTed. */
export function postJson(
  url: string,
  request: unknown,
  headers: Record<string, string>,
  signal: AbortSignal,
  options?: AskOptions,
): Promise<JsonResponse> {
  const typed = { ...headers, 'content-type': 'application/json' };
  return ask({ url, headers: typed, signal, body: JSON.stringify(request) }, options);
}

async function ask(requested: HttpRequest, { explain, mayMoveTo }: AskOptions = {}): Promise<JsonResponse> {
  const response = await read(requested, () => sendRequest(requested));
  const place = mayMoveTo && newPlace(response, requested.url);
  if (place && mayMoveTo(place)) {
    response.destroy();
    return ask({ ...requested, url: place.href }, { explain });
  }
  const retryAfter = readRetryAfter(response.headers['retry-after']);
  const refused = refusal(response, retryAfter);
  if (refused)
    throw (explain && (await mapErrorResponse(response, retryAfter, explain))) ?? discardBody(response, refused);
  const text = await read(requested, () => readBody(response, MAX_BODY_BYTES));
  return { json: text.trim() === '' ? undefined : parse(text), retryAfter };
}

/** Where a redirect leads, if that is on the origin that was asked (T50). */
function newPlace({ statusCode = 0, headers: { location } }: IncomingMessage, url: string): URL | undefined {
  if (!MOVED.has(statusCode) || location === undefined || !URL.canParse(location, url)) return undefined;
  const place = new URL(location, url);
  return place.origin === new URL(url).origin && !place.username && !place.password ? place : undefined;
}

async function read<T>({ signal }: HttpRequest, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw networkError(error, signal);
  }
}

/** A refusal that can't be read means what its status means. */
async function mapErrorResponse(
  response: IncomingMessage,
  retryAfter: number | undefined,
  explain: ErrorMapper,
): Promise<SourceError | undefined> {
  const { statusCode: status = 0, headers } = response;
  if (status < 400) return undefined;
  const body = await readBody(response, MAX_REFUSAL_BYTES).catch(() => '');
  return explain({ status, headers, body, retryAfter });
}

function refusal(
  { statusCode: status, headers }: IncomingMessage,
  retryAfter: number | undefined,
): SourceError | undefined {
  const detail = `The API answered ${status}`;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (status === 401) return new SourceError('unauthorized', detail);
  if (status === 403) return new SourceError('forbidden', detail);
  if (status === 429) return new SourceError('rate_limited', detail, wait);
  if (!GOOD.has(status ?? 0)) return new SourceError('unavailable', detail, wait);
  const type = (headers['content-type'] ?? '').trim();
  return JSON_TYPE.test(type) ? undefined : new SourceError('unavailable', 'The API answered without JSON');
}

// The parser's own message quotes the text, which is somebody's search result: not for the log.
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceError('unavailable', 'The API answered with broken JSON');
  }
}

/** The error itself is not handed on: some name what they could not send. */
function networkError(error: unknown, signal: AbortSignal): SourceError {
  if (signal.aborted) return new SourceError('unavailable', 'The API did not answer in time');
  if (error instanceof ResponseTooLarge) return new SourceError('unavailable', error.message);
  return new SourceError(
    'unavailable',
    `The API could not be read (${networkErrorCode(error) ?? (error as Error).name})`,
  );
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). Some APIs give fractions of a second. */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : secondsUntil(value);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), MAX_WAIT_SECONDS);
}

/** `Date.parse` takes many a number for a date: a date of HTTP has the names of a day and a month in it. */
function secondsUntil(date: string): number {
  return /^[a-z]{3,9}, /i.test(date) ? (Date.parse(date) - Date.now()) / 1000 : NaN;
}

/** What else it says is not read, however long. */
function discardBody(response: IncomingMessage, refused: SourceError): SourceError {
  response.destroy();
  return refused;
}

interface PageOptions extends AskOptions {
  /** Whether the API says by this that there is no such thing for this person. */
  isNone(refused: ErrorResponse): boolean;
}

/** One GET of what may not be there, as JSON; `null` where the API says so, by a refusal or by an empty answer.
 * @throws {SourceError} for every other answer that is not a good one with JSON */
export async function getJsonIfFound(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  { isNone, explain, mayMoveTo }: PageOptions,
): Promise<JsonResponse | null> {
  let missing = false;
  const look = (refused: ErrorResponse) => {
    missing = isNone(refused);
    return explain?.(refused);
  };
  try {
    const response = await getJson(url, headers, signal, { explain: look, mayMoveTo });
    return response.json === undefined ? null : response;
  } catch (error) {
    if (missing) return null;
    throw error;
  }
}
