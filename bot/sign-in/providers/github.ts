import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import * as client from 'openid-client';
import * as z from 'zod';
import { asObject, parseJsonObject } from '../../platform/json.ts';
import {
  type AuthorizationRequest,
  type AuthorizationResponse,
  type AuthorizationUrl,
  type Credential,
  type ExpectedResponse,
  type IdentityProvider,
  ProviderError,
  type RevocableTokens,
  type Revocation,
  type SignedIn,
} from './identity-provider.ts';
import { sanitizeDisplayName } from './oauth/id-token.ts';
import {
  authorizationUrl,
  callbackUrl,
  configure,
  isOrphaned,
  refreshTokenOf,
  revokeAndThrow,
  withDeadline,
} from './oauth/oauth-client.ts';
import {
  clientTimeouts,
  type OAuthClientOptions,
  type Timeouts,
  validateOptions,
} from './oauth/oauth-client-options.ts';
import {
  parseTokenResponse,
  refreshGrant,
  requireScopes,
  type ScopeMatcher,
  standardRefusals,
} from './oauth/token-response.ts';
import { toProviderError } from './provider-errors.ts';
import { identityCheck, registration, signInType, text } from './sign-in-type.ts';

export const github = signInType({
  schema: z.strictObject({
    type: z.literal('github').describe('GitHub, or a GitHub Enterprise Server. The user confirms who signed in.'),
    authority: z.url().default('https://github.com').describe('The origin of an Enterprise Server.'),
    apiUrl: z
      .url()
      .optional()
      .describe('The base address of the API that names the account. The default is the API of authority.'),
    ...registration,
    scopes: z.array(text).default([]).describe('The scopes of an OAuth app. A GitHub App has none.'),
    gate: identityCheck.optional(),
  }),
  build: (settings, options) => ({ provider: githubProvider({ ...settings, ...options }) }),
  addresses: ({ authority, apiUrl }) => ({ authority, apiUrl }),
  providerUrl: ({ authority }) => authority,
  entra: false,
  openid: false,
});

/** `repo` includes these. */
const IN_REPO = new Set(['public_repo', 'repo_deployment', 'security_events']);
const LEVELS = ['read', 'write', 'admin'];

/** GitHub omits scopes that another granted scope includes: `user` and `user:email` become `user`.
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const matchesGithubScope: ScopeMatcher = (requested, granted) => {
  if (requested === granted || requested.startsWith(`${granted}:`) || requested === `read:${granted}`) return true;
  if (granted === 'repo') return IN_REPO.has(requested);
  const [wanted, given] = [split(requested), split(granted)];
  return wanted.of !== '' && wanted.of === given.of && wanted.level >= 0 && wanted.level < given.level;
};

/** `write:org` is level 1 of `org`. */
function split(scope: string): { level: number; of: string } {
  const [level = '', of = ''] = scope.split(':');
  return { level: LEVELS.indexOf(level), of };
}

/** GitHub's token errors as codes of RFC 6749 section 5.2 (`bad_refresh_token` is not documented):
 * https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
 */
const STANDARD = new Map([
  ['bad_verification_code', 'invalid_grant'],
  ['bad_refresh_token', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
  ['redirect_uri_mismatch', 'invalid_request'],
  // Status 404 for an unknown client id.
  ['Not Found', 'invalid_client'],
]);

/** GitHub refuses with status 200 and its own codes, and separates scopes with commas. Only the code of an error
 * remains. */
function normalizeTokenResponses(fetch: CustomFetch): CustomFetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    const text = await response.text();
    const { body, status } = normalizeTokenResponse(text, response.status);
    return new Response(body || null, { status, headers: response.headers });
  };
}

function normalizeTokenResponse(body: string, status: number): { body: string; status: number } {
  const response = parseJsonObject(body);
  if (typeof response?.error === 'string') {
    const error = STANDARD.get(response.error) ?? response.error;
    return { body: JSON.stringify({ error }), status: status === 200 ? 400 : status };
  }
  if (typeof response?.scope !== 'string') return { body, status };
  const scope = response.scope.split(/[\s,]+/).filter(Boolean);
  return { body: JSON.stringify({ ...response, scope: scope.join(' ') }), status };
}

interface GithubApiOptions {
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  /** GitHub refuses requests without a User-Agent. */
  userAgent: string;
}

/** Each call uses the `fetch` of its operation and throws {@link ProviderError}.
 * @see https://docs.github.com/rest/users/users
 * @see https://docs.github.com/rest/apps/oauth-applications */
class GithubApi {
  readonly #options: GithubApiOptions;

  constructor(options: GithubApiOptions) {
    this.#options = options;
  }

  /** For display: the login can move to another person, but the numeric id cannot. */
  async account(fetch: CustomFetch, accessToken: string): Promise<Credential['account']> {
    const response = await this.#call(fetch, '/user', 'GET', `Bearer ${accessToken}`, null);
    if (response.status !== 200) throw new ProviderError('unavailable', `answered ${response.status}`);
    const { login, id } = asObject(await response.json());
    const name = sanitizeDisplayName(login);
    if (!name || !Number.isSafeInteger(id)) throw new ProviderError('invalid_response', 'no login or no id');
    return { name, subject: String(id) };
  }

  /** Ends no other token of the user. @returns false if GitHub does not know the token */
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

export interface GithubOptions extends OAuthClientOptions {
  authority: string;
  apiUrl?: string | undefined;
  userAgent: string;
}

/** OAuth 2.0 without ID tokens. The API names the account of a token, but not the Teams user. So the person confirms,
 * and there is no `identity`.
 * @throws {TypeError} for options that cannot be used */
export function githubProvider(options: GithubOptions): IdentityProvider {
  const authority = options.authority.replace(/\/+$/, '');
  const apiUrl = (options.apiUrl ?? apiBaseUrl(authority)).replace(/\/+$/, '');
  validateOptions('github', options, ['authority', authority], ['apiUrl', apiUrl]);
  return new Github({ ...options, authority, apiUrl });
}

/** The API must belong to the host that issues the tokens.
 * @see https://docs.github.com/enterprise-server/rest
 * @see https://docs.github.com/enterprise-cloud/admin/data-residency for ghe.com */
function apiBaseUrl(authority: string): string {
  const { hostname } = new URL(authority);
  const beside = hostname === 'github.com' || hostname.endsWith('.ghe.com');
  return beside ? `https://api.${hostname}` : `${authority}/api/v3`;
}

class Github implements IdentityProvider {
  readonly #options: OAuthClientOptions;
  readonly #timeouts: Required<Timeouts>;
  readonly #metadata: client.ServerMetadata;
  readonly #api: GithubApi;

  constructor(options: GithubOptions & { apiUrl: string }) {
    // GitHub's value of `iss` (RFC 9207), which an Enterprise Server may not send.
    const issuer = `${options.authority}/login/oauth`;
    this.#options = options;
    this.#timeouts = clientTimeouts(options);
    this.#metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/access_token`,
    };
    this.#api = new GithubApi(options);
  }

  /** Always shows the account picker, so that an old session cannot sign in the wrong account unseen (T12). */
  async authorize(request: AuthorizationRequest): Promise<AuthorizationUrl> {
    return this.#run('authorize', this.#timeouts.exchangeMs, async (config) =>
      authorizationUrl(config, this.#options.scopes, request, { prompt: 'select_account' }),
    );
  }

  async exchange(response: AuthorizationResponse, expected: ExpectedResponse): Promise<SignedIn> {
    const { issuer } = this.#metadata;
    const callback = callbackUrl(issuer, response, expected);
    return this.#run('exchange', this.#timeouts.exchangeMs, async (config, fetch) => {
      const sentAt = Date.now();
      const checks = { pkceCodeVerifier: expected.codeVerifier, expectedState: expected.oauthState };
      const response = await client.authorizationCodeGrant(config, callback, checks);
      const tokens = parseTokenResponse(response, sentAt);
      const account = await this.#accept(fetch, tokens.accessToken, response.scope).catch((error: unknown) =>
        revokeAndThrow(error, 'account', () => this.#deleteToken(tokens.accessToken)),
      );
      return { credential: { ...tokens, scope: response.scope ?? this.#options.scopes.join(' '), issuer, account } };
    });
  }

  async refresh(credential: Credential): Promise<Credential> {
    const { issuer } = this.#metadata;
    const refreshToken = refreshTokenOf(credential, issuer);
    return this.#run('refresh', this.#timeouts.refreshMs, async (config) => {
      const sentAt = Date.now();
      const response = await refreshGrant(config, refreshToken);
      const { account, scope } = credential;
      const tokens = { refreshToken, ...parseTokenResponse(response, sentAt) };
      try {
        requireScopes(this.#options.scopes, response.scope, matchesGithubScope, 'invalid_grant');
      } catch (error) {
        if (!isOrphaned(tokens, refreshToken, error)) throw error;
        return revokeAndThrow(error, 'answer', () => this.#deleteToken(tokens.accessToken));
      }
      return { ...tokens, scope: response.scope ?? scope, issuer, account };
    });
  }

  /** T22: ends only the tokens of this sign-in. Deleting the app's whole *grant* also ends a newer sign-in. GitHub has
   * no silent call for a refresh token (its credential revocation API mails the owner), but it ends with its access
   * token. If that has expired (after eight hours), this redeems the refresh token and deletes the new access token. */
  async revoke({ issuer, accessToken, refreshToken }: RevocableTokens): Promise<Revocation> {
    if (issuer !== this.#metadata.issuer) return { outcome: 'unsupported', reason: 'granted by another issuer' };
    return this.#run('revoke', this.#timeouts.refreshMs, async (config, fetch) => {
      const ended = accessToken !== undefined && (await this.#api.deleteToken(fetch, accessToken));
      if (ended || refreshToken === undefined) return { outcome: 'revoked' };
      const last = await redeemForRevocation(config, refreshToken);
      if (last === undefined) return { outcome: 'revoked' };
      try {
        await this.#api.deleteToken(fetch, last);
        return { outcome: 'revoked' };
      } catch (error) {
        // T97: the refresh token is used up, so only the new access token is left.
        return { outcome: 'incomplete', left: { accessToken: last }, error: toProviderError(error, 'revoke') };
      }
    });
  }

  async #accept(
    fetch: client.CustomFetch,
    accessToken: string,
    granted: string | undefined,
  ): Promise<Credential['account']> {
    requireScopes(this.#options.scopes, granted, matchesGithubScope, 'insufficient_scope');
    return this.#api.account(fetch, accessToken);
  }

  /** Has its own deadline: an OAuth App's token never expires, so this must not fail for lack of time. */
  async #deleteToken(accessToken: string): Promise<Revocation> {
    await withDeadline('withdraw', this.#timeouts.refreshMs, (fetch) => this.#api.deleteToken(fetch, accessToken));
    return { outcome: 'revoked' };
  }

  async #run<T>(
    operation: string,
    timeoutMs: number,
    work: (config: client.Configuration, fetch: client.CustomFetch) => Promise<T>,
  ): Promise<T> {
    return withDeadline(operation, timeoutMs, async (fetch) => {
      const authentication = client.ClientSecretPost(this.#options.clientSecret);
      return work(
        configure(this.#metadata, authentication, this.#options, standardRefusals(normalizeTokenResponses(fetch))),
        fetch,
      );
    });
  }
}

/** @returns the new access token, if the refresh token was still valid */
async function redeemForRevocation(config: client.Configuration, refreshToken: string): Promise<string | undefined> {
  try {
    return (await refreshGrant(config, refreshToken)).access_token;
  } catch (error) {
    if (error instanceof ProviderError && error.failure === 'invalid_grant') return undefined;
    throw error;
  }
}
