import { ProviderError } from '../providers/identity-provider.ts';
import { boundedFetch } from '../providers/oauth/bounded-fetch.ts';
import { refusalCodeOf } from '../providers/oauth/refusals.ts';

/** What MSAL hands over of a request. */
export interface MsalRequestOptions {
  headers?: Record<string, string>;
  body?: string;
}

/** What MSAL reads of an answer. */
export interface MsalResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Sends one of MSAL's requests. MSAL's own client has neither a deadline nor a limit (T96).
 * @param timeout milliseconds. @throws {ProviderError} */
export async function sendForMsal(
  method: 'GET' | 'POST',
  url: string,
  { headers = {}, body }: MsalRequestOptions,
  timeout: number,
): Promise<MsalResponse> {
  const fetch = boundedFetch(AbortSignal.timeout(timeout));
  const response = await fetch(url, { method, headers, body } as never);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await bodyOf(response) };
}

async function bodyOf(response: Response): Promise<unknown> {
  const { status, headers } = response;
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const error = refusalCodeOf({ status, headers, text });
    if (error !== undefined) return { error };
    // The parser's own message quotes the answer.
    throw new ProviderError('invalid_response', 'no JSON');
  }
}
