import {
  API_ANSWER,
  type DocumentKind,
  fetchText,
  networkErrorCode,
  ResponseTooLarge,
  tooLarge,
} from '../../../platform/http-client.ts';
import { LatchkeyError } from '../../../platform/latchkey-error.ts';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import { explainCode } from './network-error.ts';

/** Per request. At most two run in sequence: a document and its key set. */
const TIMEOUT_MS = 5_000;
/** Above a document's limit, to report its size. */
const MAX_READ: DocumentKind = { name: 'the answer', maxBytes: 32 * 1024 * 1024 };
const MAX_REDIRECTS = 3;

export type Probe = Answered | { url: string; failure: string };

export interface Answered {
  url: string;
  status: number;
  headers: Headers;
  text: string;
  /** Seconds that `Date` is ahead of this machine's clock. */
  ahead: number | undefined;
}

/** Requests each URL once, without credentials, with a time and size limit. Like the service, follows redirects only
 * for documents and within their origin. */
export class Prober {
  readonly #loopback: boolean;
  readonly #requested = new Map<string, Promise<Probe>>();

  constructor(loopback: boolean) {
    this.#loopback = loopback;
  }

  get(url: string): Promise<Probe> {
    return this.#once('GET', url);
  }

  async document(url: string, kind: DocumentKind): Promise<Probe> {
    let at = url;
    for (let left = MAX_REDIRECTS; ; left -= 1) {
      const probe = await this.#once('GET', at, kind);
      const location = 'status' in probe && isRedirect(probe.status) ? probe.headers.get('location') : null;
      if (location === null || left === 0 || !URL.canParse(location, at)) return { ...probe, url };
      const target = new URL(location, at);
      if (target.origin !== new URL(at).origin)
        return { url, failure: `redirects to another origin, ${target.origin}, which is not followed` };
      at = target.href;
    }
  }

  head(url: string): Promise<Probe> {
    return this.#once('HEAD', url);
  }

  post(url: string): Promise<Probe> {
    return this.#once('POST', url);
  }

  async responses(): Promise<Probe[]> {
    return Promise.all(this.#requested.values());
  }

  #once(method: string, url: string, kind = API_ANSWER): Promise<Probe> {
    const name = `${method} ${url}`;
    const known = this.#requested.get(name);
    if (known) return known;
    const requested = this.#send(method, url, kind);
    this.#requested.set(name, requested);
    return requested;
  }

  async #send(method: string, url: string, kind: DocumentKind): Promise<Probe> {
    if (!isSafeUrl(url, this.#loopback)) return { url, failure: 'not asked: it is not https' };
    const sentAt = Date.now();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const accept = 'application/json, text/html;q=0.9, */*;q=0.8';
    const content = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
    try {
      const request = { url, method, signal, headers: { accept, 'user-agent': 'Latchkey doctor' }, ...content };
      const { status, headers, text } = await fetchText(request, MAX_READ);
      const ahead = aheadOf(headers.get('date'), (sentAt + Date.now()) / 2);
      const size = Buffer.byteLength(text);
      if (size > kind.maxBytes) return { url, failure: tooLarge(kind, size) };
      return { url, status, headers, ahead, text };
    } catch (error) {
      return { url, failure: signal.aborted ? 'no answer in 5 seconds' : reasonOf(error) };
    }
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** @param at milliseconds; `Date` has whole seconds */
function aheadOf(date: string | null, at: number): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.round((time + 500 - at) / 1000);
}

/** Contains no text of a response. */
function reasonOf(error: unknown): string {
  if (error instanceof ResponseTooLarge) return error.message;
  if (error instanceof LatchkeyError) return 'an answer that cannot be read';
  const code = networkErrorCode(error);
  return code === undefined ? 'no connection' : `no connection (${code})${explainCode(code)}`;
}

export interface Skipped {
  unchecked: string;
}
