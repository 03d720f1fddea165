import type { CustomFetch } from 'openid-client';
import { readLimited } from '../limited-response.ts';
import { withoutEmptyMembers } from './empty-members.ts';
import { ProviderError } from './identity-provider.ts';

/** Bytes after decompression. A token answer is a few KB; Entra's key set and metadata are some tens. */
const LARGEST_ANSWER = { POST: 64 * 1024, GET: 256 * 1024 };

/** `fetch` for one operation with a provider: one deadline for all its requests, answers counted while they stream,
 * empty members left out, no redirect followed (it would carry the client's secret along), and every failure a
 * {@link ProviderError} (T33). */
export function boundedFetch(deadline: AbortSignal): CustomFetch {
  return async (url, { body, headers, method }) => {
    try {
      const response = await fetch(url, {
        body: (body ?? null) as NonNullable<RequestInit['body']> | null,
        headers,
        method,
        redirect: 'manual',
        signal: deadline,
      });
      await refuse(response);
      const limit = method === 'POST' ? LARGEST_ANSWER.POST : LARGEST_ANSWER.GET;
      const text = withoutEmptyMembers(await readLimited(response, limit));
      return new Response(text || null, { status: response.status, headers: response.headers });
    } catch (error) {
      throw failure(error, deadline);
    }
  };
}

/** Answers that no reader of the body has to see. */
async function refuse({ status, body }: Response): Promise<void> {
  const refusal = refusalOf(status);
  if (refusal === undefined) return;
  await body?.cancel();
  throw refusal;
}

/** Of the statuses below 500: worth another try, whatever the body says (RFC 9110 section 15.5.9, RFC 8470, RFC 6585). */
const OUTAGES = [408, 425, 429];

function refusalOf(status: number): ProviderError | undefined {
  if (status >= 500 || OUTAGES.includes(status)) return new ProviderError('unavailable', `answered ${status}`);
  if (status >= 300 && status < 400)
    return new ProviderError('invalid_response', `answered with a redirect (${status})`);
  return undefined;
}

/** `fetch` reports a broken connection, at any moment, as a TypeError; what is left is an answer beyond the limit. */
function failure(error: unknown, deadline: AbortSignal): ProviderError {
  if (error instanceof ProviderError) return error;
  if (deadline.aborted) return new ProviderError('timeout', 'no answer in time');
  const { name, cause } = error as Error;
  if (name === 'TypeError') return new ProviderError('unavailable', `no connection (${codeOf(cause)})`);
  return new ProviderError('invalid_response', 'answer too large');
}

/** The system's own word (`ECONNREFUSED`), nothing longer. */
function codeOf(cause: unknown): string {
  const { code } = Object(cause) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}
