import { fetchText, type HttpResponse, networkErrorCode } from '../platform/http-client.ts';
import { isSafeUrl } from '../platform/safe-url.ts';
import { type ExpectedResponse, type IdentityProvider, ProviderError } from '../sign-in/providers/identity-provider.ts';
import { causeOf } from '../sign-in/providers/oauth/token-response.ts';
import { randomSecret } from '../sign-in/secrets.ts';
import { htmlSnippet } from '../sources/text/html.ts';
import { type Exchange, ExchangeLog, refusalOf } from './try/exchange-log.ts';

/** What an authorization endpoint answers to a browser that has no cookies yet. */
export type Preflight =
  /** A page, or a redirect to a sign-in. */
  | { type: 'fine' }
  /** An error page about the redirect URI. `isSure` is false for a page with status 200, whose script may hold the words. */
  | { type: 'redirectUri'; status: number; text: string; isSure: boolean }
  /** Another error page. Many providers do not tell what is wrong. */
  | { type: 'refused'; status: number; text: string }
  /** Back to the redirect URI with an error (RFC 6749 section 4.1.2.1). */
  | { type: 'error'; error: string; description: string }
  /** This machine has no connection to the endpoint. */
  | { type: 'unreachable'; url: string; code: string }
  /** No answer in time, or one that blocks programs. */
  | { type: 'unclear'; reason: string };

/** Of an error page. Providers name the redirect URI in their own words. */
const ABOUT_REDIRECT_URI = /redirect[\s_-]?ur[il]|callback ur[il]|reply (?:url|address)|AADSTS50011/i;
/** These do not occur in a page for signing in. */
const SURE_WORDS = /AADSTS50011|redirect_uri_mismatch|invalid_redirect_uri|bad_redirect_uri/;
const REFUSED = new Set([400, 404, 405, 422]);
const NO_CONNECTION = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const TIMEOUT_MS = 8_000;
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_TEXT = 200;

/** Sends an authorization request as a browser does, without cookies. No person can sign in by it. Follows a redirect
 * only to an error page of the same origin.
 * @param loopback whether `BASE_URL` is loopback */
export async function preflight(address: string, redirectUri: string, loopback: boolean): Promise<Preflight> {
  let url = address;
  for (let left = 1; ; left--) {
    const response = await get(url, loopback);
    if ('code' in response) return { type: 'unreachable', url, code: response.code };
    if ('failure' in response) return { type: 'unclear', reason: response.failure };
    const location = locationOf(response, url);
    if (location === undefined) return readPage(response);
    const error = location.href.startsWith(redirectUri) ? location.searchParams.get('error') : null;
    if (error !== null)
      return { type: 'error', error, description: location.searchParams.get('error_description') ?? '' };
    const isErrorPage = /error/i.test(location.pathname) && location.origin === new URL(url).origin;
    if (left === 0 || !isErrorPage) return { type: 'fine' };
    url = location.href;
  }
}

async function get(url: string, loopback: boolean): Promise<HttpResponse | { failure: string } | { code: string }> {
  if (!isSafeUrl(url, loopback)) return { failure: 'the address is not https' };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetchText({ url, headers: { accept: 'text/html' }, signal }, MAX_BYTES);
  } catch (error) {
    const code = signal.aborted ? undefined : networkErrorCode(error);
    if (code !== undefined && NO_CONNECTION.has(code)) return { code };
    return { failure: signal.aborted ? 'no answer in time' : `no answer (${code ?? 'unknown'})` };
  }
}

function locationOf({ status, headers }: HttpResponse, url: string): URL | undefined {
  const location = headers.get('location');
  const isRedirect = status >= 300 && status < 400 && location !== null && URL.canParse(location, url);
  return isRedirect ? new URL(location, url) : undefined;
}

function readPage({ status, text: page }: HttpResponse): Preflight {
  const text = wordsOf(page);
  if (status === 200 && SURE_WORDS.test(page)) return { type: 'redirectUri', status, text, isSure: false };
  if (status < 400) return { type: 'fine' };
  if (!REFUSED.has(status)) return { type: 'unclear', reason: `it answers ${status}` };
  return ABOUT_REDIRECT_URI.test(text) || SURE_WORDS.test(page)
    ? { type: 'redirectUri', status, text, isSure: true }
    : { type: 'refused', status, text };
}

/** The first words of a page. */
function wordsOf(page: string): string {
  const parts = htmlSnippet(page.slice(0, 65_536), { hits: new Set() });
  const text = parts
    .map((part) => part.text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** `refused`: the client id, the secret, or the way to authenticate is wrong. */
export type ClientVerdict = 'accepted' | 'refused' | 'unclear';

/** Codes for an authorization code that does not exist, in the words of providers. */
const UNKNOWN_CODE = new Set(['invalid_grant', 'invalid_code', 'bad_verification_code', 'code_expired']);

/** Redeems a made-up code, once: a provider refuses the code only if it accepts the client (RFC 6749 section 5.2).
 * @param iss what the provider's redirect would name (RFC 9207) */
export async function tryClient(
  provider: IdentityProvider,
  expected: ExpectedResponse,
  iss: string | undefined,
): Promise<ClientVerdict> {
  const log = new ExchangeLog();
  const code = randomSecret();
  log.start();
  try {
    await provider.exchange({ code, oauthState: expected.oauthState, iss }, expected);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  } finally {
    log.stop();
  }
  const exchange = log.all.findLast(({ body = '' }) => body.includes(code));
  return exchange ? verdictOf(exchange) : 'unclear';
}

function verdictOf(exchange: Exchange): ClientVerdict {
  const code = refusalOf(exchange);
  if (code === undefined) return 'unclear';
  if (causeOf(code) === 'client' || exchange.response?.status === 401) return 'refused';
  return UNKNOWN_CODE.has(code) ? 'accepted' : 'unclear';
}
