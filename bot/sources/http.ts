import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  type HttpRequest,
  networkErrorCode,
  ResponseTooLarge,
  readBody,
  sendRequest,
} from '../platform/http-client.ts';
import { parseUrl } from '../platform/safe-url.ts';
import { SourceError, type SourceSession } from './source.ts';

export interface JsonResponse {
  /** `undefined` without a body: no results. */
  json: unknown;
  headers: IncomingHttpHeaders;
  /** Seconds. */
  retryAfter: number | undefined;
}

/** For errors whose meaning differs from their status. */
type ErrorMapper = (response: ErrorResponse) => SourceError | undefined;

export interface ErrorResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** May be empty or cut. Not for the log: it may contain personal data. */
  body: string;
  retryAfter: number | undefined;
}

interface RequestOptions {
  mapError?: ErrorMapper | undefined;
  /** Allows one redirect. The URL is on the requested origin. */
  mayRedirectTo?: ((target: URL) => boolean) | undefined;
}

/** After decompression. 25 long results may take several megabytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** A cluster's error lists its failed shards. */
const MAX_REFUSAL_BYTES = 512 * 1024;
const MAX_WAIT_SECONDS = 24 * 60 * 60;
/** 204 and 205 have no body. A proxy changed a 203. Some APIs send 206 for one page of several. */
const SUCCESS_STATUSES = new Set([200, 203, 204, 205, 206]);
const REDIRECT_STATUSES = new Set([301, 302, 307, 308]);
/** Excludes HTML: it is a login page. */
const JSON_TYPE =
  /^(?:application\/(?:x-)?json|text\/(?:x-)?json|[\w.-]+\/[\w.+-]+\+json|text\/plain|application\/octet-stream)?\s*(?:;|$)/i;

export function requestHeaders(
  { accessToken, traceparent }: SourceSession,
  headers: Record<string, string>,
): Record<string, string> {
  const own = { authorization: `Bearer ${accessToken}`, ...(traceparent !== undefined && { traceparent }) };
  return { accept: 'application/json', ...headers, ...own };
}

/** Follows a redirect only if `mayRedirectTo` allows it, and only on the requested origin: no other host gets the token
 * (T50).
 * @throws {SourceError} unless the response is good and has JSON or no body */
export function getJson(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  options?: RequestOptions,
): Promise<JsonResponse> {
  return requestJson({ url, headers, signal }, options);
}

export function postJson(
  url: string,
  request: unknown,
  headers: Record<string, string>,
  signal: AbortSignal,
  options?: RequestOptions,
): Promise<JsonResponse> {
  const typed = { ...headers, 'content-type': 'application/json' };
  return requestJson({ url, headers: typed, signal, body: JSON.stringify(request) }, options);
}

async function requestJson(
  request: HttpRequest,
  { mapError, mayRedirectTo }: RequestOptions = {},
): Promise<JsonResponse> {
  // A source only reads, also by POST.
  const response = await withSourceErrors(request, () => sendRequest({ ...request, repeatable: true }));
  const target = mayRedirectTo && redirectTarget(response, request.url);
  if (target && mayRedirectTo(target)) {
    response.destroy();
    return requestJson({ ...request, url: target.href }, { mapError });
  }
  const retryAfter = readRetryAfter(response.headers['retry-after']);
  const error = statusError(response, retryAfter);
  if (error) {
    const mapped = mapError && (await readMappedError(response, retryAfter, mapError));
    if (!mapped) response.destroy();
    throw mapped ?? error;
  }
  const text = await withSourceErrors(request, () => readBody(response, MAX_BODY_BYTES));
  return { json: text.trim() === '' ? undefined : parse(text), headers: response.headers, retryAfter };
}

/** Returns a target on the requested origin only (T50). */
function redirectTarget({ statusCode = 0, headers: { location } }: IncomingMessage, url: string): URL | undefined {
  const target = REDIRECT_STATUSES.has(statusCode) && location !== undefined ? parseUrl(location, url) : undefined;
  return target?.origin === new URL(url).origin && !target.username && !target.password ? target : undefined;
}

async function withSourceErrors<T>({ signal }: HttpRequest, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw networkError(error, signal);
  }
}

async function readMappedError(
  response: IncomingMessage,
  retryAfter: number | undefined,
  mapError: ErrorMapper,
): Promise<SourceError | undefined> {
  const { statusCode: status = 0, headers } = response;
  if (status < 400) return undefined;
  const body = await readBody(response, MAX_REFUSAL_BYTES).catch(() => '');
  return mapError({ status, headers, body, retryAfter });
}

function statusError(
  { statusCode: status, headers }: IncomingMessage,
  retryAfter: number | undefined,
): SourceError | undefined {
  const detail = `The API answered ${status}`;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (status === 401) return new SourceError('unauthorized', detail);
  if (status === 403) return new SourceError('forbidden', detail);
  if (status === 429) return new SourceError('rate_limited', detail, wait);
  if (!SUCCESS_STATUSES.has(status ?? 0)) return new SourceError('unavailable', detail, wait);
  const type = (headers['content-type'] ?? '').trim();
  return JSON_TYPE.test(type) ? undefined : new SourceError('unavailable', 'The API answered without JSON');
}

// The parser's message quotes search results, which the log must not contain.
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceError('unavailable', 'The API answered with broken JSON');
  }
}

/** Keeps no cause: some errors quote the request. */
function networkError(error: unknown, signal: AbortSignal): SourceError {
  if (signal.aborted) return new SourceError('unavailable', 'The API did not answer in time');
  if (error instanceof ResponseTooLarge) return new SourceError('unavailable', error.message);
  return new SourceError(
    'unavailable',
    `The API could not be read (${networkErrorCode(error) ?? (error as Error).name})`,
  );
}

/** RFC 9110 section 10.2.3: seconds or an HTTP date. Some APIs send fractions of a second. */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}(?:\.\d{1,9})?$/.test(value) ? Number(value) : secondsUntil(value);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), MAX_WAIT_SECONDS);
}

/** `Date.parse` reads many numbers as dates, so this requires the name of a day. */
function secondsUntil(date: string): number {
  return /^[a-z]{3,9}, /i.test(date) ? (Date.parse(date) - Date.now()) / 1000 : NaN;
}

interface LookupOptions extends RequestOptions {
  /** True if the user may see no such item. */
  isNotFound(response: ErrorResponse): boolean;
}

/** @returns `null` if the item does not exist or the response is empty
 * @throws {SourceError} for every other response that is not good JSON */
export function getJsonIfFound(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  options: LookupOptions,
): Promise<JsonResponse | null> {
  return requestJsonIfFound({ url, headers, signal }, options);
}

/** As {@link getJsonIfFound}, for any method. */
export async function requestJsonIfFound(
  request: HttpRequest,
  { isNotFound, mapError, mayRedirectTo }: LookupOptions,
): Promise<JsonResponse | null> {
  let missing = false;
  const noteMissing = (response: ErrorResponse) => {
    missing = isNotFound(response);
    return mapError?.(response);
  };
  try {
    const response = await requestJson(request, { mapError: noteMissing, mayRedirectTo });
    return response.json === undefined ? null : response;
  } catch (error) {
    if (missing) return null;
    throw error;
  }
}
