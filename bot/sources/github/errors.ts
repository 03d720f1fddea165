import type { ErrorResponse } from '../http.ts';
import { SourceError } from '../source.ts';

/** Seconds that GitHub asks for at the least, where it says no time. */
const MIN_WAIT_SECONDS = 60;
const MAX_WAIT_SECONDS = 24 * 60 * 60;

/** Enterprise Servers and older answers call a secondary limit abuse; the message names one, or its documentation does. */
const LIMIT = /abuse|rate[- ]limit/i;

/** GitHub says 403 too where a limit is reached, and 422 of places that the person may not see.
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function explainRefusal({ status, headers, body, retryAfter }: ErrorResponse): SourceError | undefined {
  const detail = `The API answered ${status}`;
  if (status === 422 && /do not have permission/i.test(body)) {
    return new SourceError('forbidden', `${detail}: the scope can't be searched`);
  }
  if (status !== 403 && status !== 429) return undefined;
  const used = headers['x-ratelimit-remaining'] === '0';
  const limited = status === 429 || used || retryAfter !== undefined || LIMIT.test(body);
  if (!limited) return undefined;
  const wait = retryAfter ?? (used ? untilReset(headers['x-ratelimit-reset']) : undefined) ?? MIN_WAIT_SECONDS;
  return new SourceError('rate_limited', `${detail}: a rate limit`, { retryAfter: wait });
}

/** @param reset seconds since 1970 */
function untilReset(reset: string | string[] | undefined): number | undefined {
  if (typeof reset !== 'string' || !/^\d{1,12}$/.test(reset)) return undefined;
  return Math.min(Math.max(Number(reset) - Math.floor(Date.now() / 1000), 0), MAX_WAIT_SECONDS);
}
