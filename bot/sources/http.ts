import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Call, call, readText } from '../call.ts';
import { SourceError, type SourceSession } from './source.ts';
import { traceparentOf } from './trace.ts';

export interface JsonAnswer {
  json: unknown;
  /** Seconds to wait, where the answer says so. */
  retryAfter: number | undefined;
}

/** What a refusal means, where that is not what its status means everywhere. */
export type Explain = (refused: Refused) => SourceError | undefined;

/** An answer that is not 200. */
export interface Refused {
  status: number;
  headers: IncomingHttpHeaders;
  /** The beginning of it, or as much as could be read; other people's words: not for the log. */
  body: string;
  retryAfter: number | undefined;
}

/** Far more than 25 results need; a hostile answer costs no more than this. Bytes, after decompression. */
const LARGEST_ANSWER = 2 * 1024 * 1024;
const LARGEST_REFUSAL = 64 * 1024;
const LONGEST_WAIT = 24 * 60 * 60;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:;|\s|$)/i;

/** Where whoever builds a source does not say who calls. */
export const DEFAULT_USER_AGENT = 'Latchkey/0.1 (Teams search)';

/** A call with the asker's token, that says who calls and which trace it belongs to. */
export function headersFor(
  { accessToken, traceparent }: SourceSession,
  headers: Record<string, string>,
): Record<string, string> {
  const own = { authorization: `Bearer ${accessToken}`, traceparent: traceparentOf(traceparent) };
  return { accept: 'application/json', ...headers, ...own };
}

/** One GET of JSON from a source's API. A redirect is not followed: the access token must reach no other host (T50).
 * @throws {SourceError} for every answer that is not 200 with JSON */
export function getJson(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  explain?: Explain,
): Promise<JsonAnswer> {
  return ask({ url, headers, signal }, explain);
}

/** The same with a question in JSON, for APIs whose searches are POSTed. */
export function postJson(
  url: string,
  question: unknown,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const typed = { ...headers, 'content-type': 'application/json' };
  return ask({ url, headers: typed, signal, body: JSON.stringify(question) });
}

async function ask(asked: Call, explain?: Explain): Promise<JsonAnswer> {
  const answer = await read(asked, () => call(asked));
  const retryAfter = readRetryAfter(answer.headers['retry-after']);
  const refused = refusal(answer, retryAfter);
  if (refused) throw (explain && (await explained(answer, retryAfter, explain))) ?? discarded(answer, refused);
  return { json: parse(await read(asked, () => readText(answer, LARGEST_ANSWER))), retryAfter };
}

async function read<T>({ signal }: Call, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw unanswered(error, signal);
  }
}

/** A refusal that can't be read means what its status means. */
async function explained(
  answer: IncomingMessage,
  retryAfter: number | undefined,
  explain: Explain,
): Promise<SourceError | undefined> {
  const { statusCode: status = 0, headers } = answer;
  if (status < 400) return undefined;
  const body = await readText(answer, LARGEST_REFUSAL).catch(() => '');
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
  if (status !== 200) return new SourceError('unavailable', detail, wait);
  const type = headers['content-type'] ?? '';
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
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), LONGEST_WAIT);
}

/** What else it says is not read, however long. */
function discarded(answer: IncomingMessage, refused: SourceError): SourceError {
  answer.destroy();
  return refused;
}
