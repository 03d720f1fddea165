import { boundedFetch } from './bounded-fetch.ts';
import { ProviderError } from './identity-provider.ts';

/** What MSAL hands over of a request. */
export interface MsalRequestOptions {
  headers?: Record<string, string>;
  body?: string;
}

/** What MSAL reads of an answer. */
export interface MsalAnswer {
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
): Promise<MsalAnswer> {
  const fetch = boundedFetch(AbortSignal.timeout(timeout));
  const response = await fetch(url, { method, headers, body } as never);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await json(response) };
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // The parser's own message quotes the answer.
    throw new ProviderError('invalid_response', 'no JSON');
  }
}
