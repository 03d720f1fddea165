import type { IncomingMessage } from 'node:http';
import type { CustomFetch } from 'openid-client';
import {
  API_ANSWER,
  DISCOVERY_DOCUMENT,
  type DocumentKind,
  headersOf,
  networkErrorCode,
  PROVIDER_KEYS,
  ResponseTooLarge,
  readBody,
  sendRequest,
  TOKEN_ANSWER,
} from '../../../platform/http-client.ts';
import { parseJsonObject } from '../../../platform/json.ts';
import { LatchkeyError } from '../../../platform/latchkey-error.ts';
import { parseUrl } from '../../../platform/safe-url.ts';
import { ProviderError } from '../identity-provider.ts';

/** Most responses have no empty member, and are not parsed twice. */
const EMPTY_MEMBER = /:\s*(?:null|"")\s*[,}]/;

/** Many providers send an absent member as `null` or `""` (`"refresh_token": null`), which openid-client refuses. */
function withoutEmptyMembers(text: string): string {
  if (!EMPTY_MEMBER.test(text)) return text;
  const response = parseJsonObject(text);
  if (!response) return text;
  return JSON.stringify(Object.fromEntries(Object.entries(response).filter((member) => !isEmpty(member))));
}

/** GitHub sends an empty `scope` if it grants none. */
function isEmpty([name, value]: [string, unknown]): boolean {
  return value === null || (value === '' && name !== 'scope');
}

const MAX_REDIRECTS = 3;

/** All requests of one operation share the deadline. Every failure is a {@link ProviderError} (T33). Only a request
 * without a secret follows redirects, within one origin. */
export function boundedFetch(deadline: AbortSignal): CustomFetch {
  return async (address, { body, headers, method }) => {
    const kind = kindOf(address, method, headers);
    const isDocument = kind === DISCOVERY_DOCUMENT || kind === PROVIDER_KEYS;
    // openid-client, jose and MSAL send only strings.
    const content = body === undefined || body === null ? {} : { body: String(body) };
    const send = (url: string) => sendRequest({ url, method, headers, ...content, signal: deadline });
    try {
      let [url, response] = [address, await send(address)];
      for (let left = MAX_REDIRECTS; isDocument && isRedirect(response) && left > 0; left -= 1) {
        response.destroy();
        url = redirectTarget(url, response, kind);
        response = await send(url);
      }
      refuse(response);
      const text = withoutEmptyMembers(await readBody(response, kind));
      return new Response(text || null, { status: response.statusCode ?? 0, headers: headersOf(response) });
    } catch (error) {
      throw failure(error, deadline);
    }
  };
}

function kindOf(url: string, method: string | undefined, headers: object): DocumentKind {
  if (method === 'POST') return TOKEN_ANSWER;
  const carriesToken = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (method !== 'GET' || carriesToken) return API_ANSWER;
  return url.includes('/.well-known/') ? DISCOVERY_DOCUMENT : PROVIDER_KEYS;
}

function isRedirect({ statusCode = 0, headers }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
}

/** T33: another origin would decide which keys count. */
function redirectTarget(url: string, { headers }: IncomingMessage, { name }: DocumentKind): string {
  const { location = '' } = headers;
  const target = parseUrl(location, url);
  if (!target) throw new ProviderError('invalid_response', `${name}: a redirect to no address`);
  if (target.origin === new URL(url).origin && !target.username && !target.password) return target.href;
  throw new ProviderError('invalid_response', `${name}: a redirect to another origin, ${target.origin}`);
}

function refuse(response: IncomingMessage): void {
  const refusal = rejectionReason(response.statusCode ?? 0);
  if (refusal === undefined) return;
  response.destroy();
  throw refusal;
}

/** Statuses below 500 that are worth a retry (RFC 9110 section 15.5.9, RFC 8470, RFC 6585). */
const OUTAGES = [408, 425, 429];

function rejectionReason(status: number): ProviderError | undefined {
  if (status >= 500 || OUTAGES.includes(status)) return new ProviderError('unavailable', `answered ${status}`);
  if (status >= 300 && status < 400)
    return new ProviderError('invalid_response', `answered with a redirect (${status})`);
  return undefined;
}

function failure(error: unknown, deadline: AbortSignal): ProviderError {
  if (error instanceof ProviderError) return error;
  if (deadline.aborted) return new ProviderError('timeout', 'no answer in time');
  if (error instanceof ResponseTooLarge) return new ProviderError('invalid_response', error.message);
  if (error instanceof LatchkeyError) return new ProviderError('invalid_response', 'the answer cannot be read');
  return new ProviderError('unavailable', `no connection (${networkErrorCode(error) ?? 'unknown'})`);
}
