import { readLimited } from '../limited-response.ts';
import { SourceError } from './source.ts';

export interface JsonAnswer {
  json: unknown;
  /** Seconds to wait, where the answer says so. */
  retryAfter: number | undefined;
}

/** Far more than 25 results need; a hostile answer costs no more than this. Bytes, after decompression. */
const LARGEST_ANSWER = 2 * 1024 * 1024;
const LONGEST_WAIT = 24 * 60 * 60;

/** One GET of JSON from a source's API. A redirect is not followed: the access token must reach no other host (T50).
 * @throws {SourceError} for every answer that is not 200 with JSON */
export async function getJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<JsonAnswer> {
  const response = await send(url, headers, signal);
  const retryAfter = readRetryAfter(response.headers.get('retry-after'));
  const refused = refusal(response, retryAfter);
  if (refused) {
    discard(response);
    throw refused;
  }
  return { json: parse(await read(response, signal)), retryAfter };
}

async function send(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, signal, redirect: 'manual' });
  } catch (error) {
    throw unanswered(error, signal);
  }
}

async function read(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await readLimited(response, LARGEST_ANSWER);
  } catch (error) {
    throw unanswered(error, signal);
  }
}

function refusal({ status, headers }: Response, retryAfter: number | undefined): SourceError | undefined {
  const detail = `The API answered ${status}`;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (status === 401) return new SourceError('unauthorized', detail);
  if (status === 403) return new SourceError('forbidden', detail);
  if (status === 429) return new SourceError('rate_limited', detail, wait);
  if (status !== 200) return new SourceError('unavailable', detail, wait);
  const type = headers.get('content-type') ?? '';
  return type.startsWith('application/json')
    ? undefined
    : new SourceError('unavailable', 'The API answered without JSON');
}

// The parser's own message quotes the text, which is somebody's search result: not for the log.
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceError('unavailable', 'The API answered with broken JSON');
  }
}

/** The error itself is not handed on: undici's names the header that it could not send, token and all. */
function unanswered(error: unknown, signal: AbortSignal): SourceError {
  if (signal.aborted) return new SourceError('unavailable', 'The API did not answer in time');
  return new SourceError('unavailable', `The API could not be read (${codeOf(error)})`);
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_WAIT);
}

/** Gives the connection back; that the rest of a refused answer can't be read harms nobody. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
