/** The auth pages' three calls, made as the pages make them: same origin, with the transaction's cookie. */
export class AuthClient {
  readonly #botUrl: string;
  /** By name. */
  readonly #cookies = new Map<string, string>();
  readonly #headers: Record<string, string>;

  /** @param cookie what this browser would send as `Cookie`; nothing, where it is new
   * @param headers what a proxy between the two would add */
  constructor(botUrl: string, cookie?: string, headers: Record<string, string> = {}) {
    this.#botUrl = botUrl;
    for (const each of cookie?.split('; ') ?? []) this.#take(each);
    this.#headers = headers;
  }

  /** What this browser sends as `Cookie` now. */
  get cookie(): string | undefined {
    return this.#cookies.size > 0 ? [...this.#cookies.values()].join('; ') : undefined;
  }

  /** @param cookie `<name>=<value>` */
  #take(cookie: string): void {
    this.#cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie);
  }

  /** @param instance where the call ends up, of several that share the bot's origin
   * @returns the answer's status and body, whatever they are. */
  async post(
    call: 'start' | 'complete' | 'confirm',
    body: object,
    instance = this.#botUrl,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${instance}/auth/api/${call}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Origin: this.#botUrl,
        ...this.#headers,
        ...(this.cookie !== undefined && { Cookie: this.cookie }),
      },
      body: JSON.stringify(body),
    });
    for (const each of response.headers.getSetCookie()) this.#take(each.split(';', 1)[0] ?? '');
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}

/** What the callback page posts for the URL that the provider redirected to. */
export function completionBody(callbackUrl: string): Record<string, string> {
  const url = new URL(callbackUrl);
  return { connection: url.pathname.split('/').at(-1) ?? '', ...Object.fromEntries(url.searchParams) };
}
