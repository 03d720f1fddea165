/** Calls the auth API like the pages: same origin, with the sign-in's cookie. */
export class AuthClient {
  readonly #botUrl: string;
  readonly #cookies = new Map<string, string>();
  readonly #headers: Record<string, string>;

  /** @param cookie the browser's `Cookie` header; absent for a new browser @param headers added by a proxy */
  constructor(botUrl: string, cookie?: string, headers: Record<string, string> = {}) {
    this.#botUrl = botUrl;
    for (const each of cookie?.split('; ') ?? []) this.#take(each);
    this.#headers = headers;
  }

  get cookie(): string | undefined {
    return this.#cookies.size > 0 ? [...this.#cookies.values()].join('; ') : undefined;
  }

  /** @param cookie `<name>=<value>` */
  #take(cookie: string): void {
    this.#cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie);
  }

  /** @param instance receives the call, if several share the bot's origin
   * @returns any response's status and body */
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

/** The callback page posts this body. */
export function completionBody(callbackUrl: string): Record<string, string> {
  const url = new URL(callbackUrl);
  return { connection: url.pathname.split('/').at(-1) ?? '', ...Object.fromEntries(url.searchParams) };
}
