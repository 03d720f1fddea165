import { readLimited } from '../../limited-response.ts';
import { isSafeUrl } from '../../loopback.ts';

/** Milliseconds for one request. None waits for more than one other (a key set, for the document that names it). */
const TIMEOUT = 5_000;
/** Bytes. Entra's and the Connector's key sets are some tens of KB. */
const LARGEST = 512 * 1024;

/** An HTTP answer, whatever its status; or why there was none. */
export type Probe = Answered | { url: string; failure: string };

export interface Answered {
  url: string;
  status: number;
  headers: Headers;
  /** Empty for HEAD. */
  text: string;
  /** Seconds that the answer's `Date` is ahead of this machine's clock. */
  ahead: number | undefined;
}

/** Asks for URLs, each once however many want to know: no credentials, no redirect followed, time and size bounded. */
export class Prober {
  readonly #loopback: boolean;
  readonly #asked = new Map<string, Promise<Probe>>();

  /** @param loopback the loopback rule: whether this machine may be asked, and plain http used for it */
  constructor(loopback: boolean) {
    this.#loopback = loopback;
  }

  get(url: string): Promise<Probe> {
    return this.#once('GET', url);
  }

  head(url: string): Promise<Probe> {
    return this.#once('HEAD', url);
  }

  /** An empty JSON object, from nobody. */
  post(url: string): Promise<Probe> {
    return this.#once('POST', url);
  }

  /** All that was asked for. */
  async answers(): Promise<Probe[]> {
    return Promise.all(this.#asked.values());
  }

  #once(method: string, url: string): Promise<Probe> {
    const name = `${method} ${url}`;
    const known = this.#asked.get(name);
    if (known) return known;
    const asked = this.#ask(method, url);
    this.#asked.set(name, asked);
    return asked;
  }

  async #ask(method: string, url: string): Promise<Probe> {
    if (!isSafeUrl(url, this.#loopback)) return { url, failure: 'not asked: it is not https' };
    const sentAt = Date.now();
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT),
        headers: { accept: 'application/json, text/html;q=0.9, */*;q=0.8', 'user-agent': 'Latchkey doctor' },
        ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
      });
      const { status, headers } = response;
      const ahead = aheadOf(headers.get('date'), (sentAt + Date.now()) / 2);
      return { url, status, headers, ahead, text: await readLimited(response, LARGEST) };
    } catch (error) {
      return { url, failure: reasonOf(error) };
    }
  }
}

/** @param at milliseconds; the header is in whole seconds, cut off */
function aheadOf(date: string | null, at: number): number | undefined {
  const said = Date.parse(date ?? '');
  return Number.isNaN(said) ? undefined : Math.round((said + 500 - at) / 1000);
}

/** The system's own word for it, nothing that an answer could have put there. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in 5 seconds';
  if (name !== 'TypeError') return 'the answer is larger than 512 KB';
  const { code } = Object(cause) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? `no connection (${code})` : 'no connection';
}
