import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { sanitizeDisplayName } from './display-name.ts';
import { type Credential, ProviderError } from './identity-provider.ts';

export interface GithubApiOptions {
  /** The REST API's base address: `https://api.github.com`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  /** Who calls. GitHub refuses requests that do not say. */
  userAgent: string;
}

/** The two things that sign-in wants of GitHub's REST API
 * (https://docs.github.com/rest/users/users, https://docs.github.com/rest/apps/oauth-applications).
 * Each call gets the `fetch` of the operation that it belongs to, and throws {@link ProviderError}. */
export class GithubApi {
  readonly #options: GithubApiOptions;

  constructor(options: GithubApiOptions) {
    this.#options = options;
  }

  /** Whose token it is: the login for their eyes, which can change hands, and the number, which can't. */
  async account(fetch: CustomFetch, accessToken: string): Promise<Credential['account']> {
    const response = await this.#call(fetch, '/user', 'GET', `Bearer ${accessToken}`, null);
    if (response.status !== 200) throw new ProviderError('unavailable', `answered ${response.status}`);
    const { login, id } = Object((await response.json()) as unknown) as { login?: unknown; id?: unknown };
    const name = sanitizeDisplayName(login);
    if (!name || !Number.isSafeInteger(id)) throw new ProviderError('invalid_response', 'no login or no id');
    return { name, subject: String(id) };
  }

  /** Ends one access token, whatever other tokens the person has. False where GitHub knows no such token (any more). */
  async deleteToken(fetch: CustomFetch, accessToken: string): Promise<boolean> {
    const { clientId, clientSecret } = this.#options;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const path = `/applications/${encodeURIComponent(clientId)}/token`;
    const body = JSON.stringify({ access_token: accessToken });
    const { status } = await this.#call(fetch, path, 'DELETE', `Basic ${basic}`, body);
    if (status === 204) return true;
    if (status === 404 || status === 422) return false;
    throw new ProviderError('unavailable', `answered ${status}`);
  }

  #call(fetch: CustomFetch, path: string, method: string, authorization: string, body: CustomFetchOptions['body']) {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization,
      'user-agent': this.#options.userAgent,
      'x-github-api-version': '2022-11-28',
      ...(body !== null && { 'content-type': 'application/json' }),
    };
    return fetch(this.#options.apiUrl + path, { method, headers, body, redirect: 'manual' });
  }
}
