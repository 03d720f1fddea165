import * as client from 'openid-client';
import { GithubApi } from './github-api.ts';
import { normalizeTokenResponses } from './github-fetch.ts';
import { matchesGithubScope } from './github-scopes.ts';
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
import {
  clientTimeouts,
  type OAuthClientOptions,
  type Timeouts,
  validateOptions,
} from './oauth/oauth-client-options.ts';
import {
  authorizationUrl,
  callbackUrl,
  configure,
  isOrphaned,
  refreshTokenOf,
  revokeAndThrow,
  withDeadline,
} from './oauth/oauth-flow.ts';
import { refreshGrant, standardRefusals } from './oauth/refusals.ts';
import { parseTokenResponse, requireScopes } from './oauth/token-response.ts';
import { toProviderError } from './provider-errors.ts';

/** `scopes` are an OAuth App's; a GitHub App has permissions instead, and asks for none. */
export interface GithubOptions extends OAuthClientOptions {
  /** Where people sign in: `https://github.com`, or the address of an Enterprise Server. */
  authority: string;
  /** The REST API's base address; the authority's own unless said. */
  apiUrl?: string | undefined;
  /** Who calls, for the API. */
  userAgent: string;
}

/** GitHub, and GitHub Enterprise: OAuth 2.0 without ID tokens. Who signed in is what its API says of the new token; that
 * is nothing in Teams' terms, so the person confirms: no `identity`. @throws {TypeError} for options that can't work */
export function githubProvider(options: GithubOptions): IdentityProvider {
  const authority = options.authority.replace(/\/+$/, '');
  const apiUrl = (options.apiUrl ?? apiBaseUrl(authority)).replace(/\/+$/, '');
  validateOptions('github', options, ['authority', authority], ['apiUrl', apiUrl]);
  return new Github({ ...options, authority, apiUrl });
}

/** Never another's API than the one that issued the token: https://docs.github.com/enterprise-server/rest, and
 * https://docs.github.com/enterprise-cloud/admin/data-residency for ghe.com. */
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
    // What GitHub calls itself in `iss` (RFC 9207), where it sends one: its Enterprise Servers may not yet.
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

  /** The account picker always comes: nobody is signed in by an old session without seeing as whom (T12). */
  async authorize(request: AuthorizationRequest): Promise<AuthorizationUrl> {
    return this.#run('authorize', this.#timeouts.exchange, async (config) =>
      authorizationUrl(config, this.#options.scopes, request, { prompt: 'select_account' }),
    );
  }

  async exchange(response: AuthorizationResponse, expected: ExpectedResponse): Promise<SignedIn> {
    const { issuer } = this.#metadata;
    const callback = callbackUrl(issuer, response, expected);
    return this.#run('exchange', this.#timeouts.exchange, async (config, fetch) => {
      const sentAt = Date.now();
      const checks = { pkceCodeVerifier: expected.codeVerifier, expectedState: expected.oauthState };
      const answer = await client.authorizationCodeGrant(config, callback, checks);
      const tokens = parseTokenResponse(answer, sentAt);
      const account = await this.#accept(fetch, tokens.accessToken, answer.scope).catch((error: unknown) =>
        revokeAndThrow(error, 'account', () => this.#deleteToken(tokens.accessToken)),
      );
      return { credential: { ...tokens, scope: answer.scope ?? this.#options.scopes.join(' '), issuer, account } };
    });
  }

  async refresh(credential: Credential): Promise<Credential> {
    const { issuer } = this.#metadata;
    const refreshToken = refreshTokenOf(credential, issuer);
    return this.#run('refresh', this.#timeouts.refresh, async (config) => {
      const sentAt = Date.now();
      const answer = await refreshGrant(config, refreshToken);
      const { account, scope } = credential;
      const tokens = { refreshToken, ...parseTokenResponse(answer, sentAt) };
      try {
        requireScopes(this.#options.scopes, answer.scope, matchesGithubScope, 'invalid_grant');
      } catch (error) {
        if (!isOrphaned(tokens, refreshToken, error)) throw error;
        return revokeAndThrow(error, 'answer', () => this.#deleteToken(tokens.accessToken));
      }
      return { ...tokens, scope: answer.scope ?? scope, issuer, account };
    });
  }

  /** Ends this sign-in's tokens and no others. Deleting the app's whole *grant* would be one call, but it ends all
   * tokens that the person has from this app, those of a newer sign-in among them (T22). GitHub has no call that ends a
   * refresh token quietly (its credential revocation API mails the owner that a secret has leaked). It goes with its
   * access token; where that is gone already, because its eight hours are over, using the refresh token ends it, and
   * the access token that comes of it is deleted. */
  async revoke({ issuer, accessToken, refreshToken }: RevocableTokens): Promise<Revocation> {
    if (issuer !== this.#metadata.issuer) return { outcome: 'unsupported', reason: 'granted by another issuer' };
    return this.#run('revoke', this.#timeouts.refresh, async (config, fetch) => {
      const ended = accessToken !== undefined && (await this.#api.deleteToken(fetch, accessToken));
      if (ended || refreshToken === undefined) return { outcome: 'revoked' };
      const last = await redeemForRevocation(config, refreshToken);
      if (last === undefined) return { outcome: 'revoked' };
      try {
        await this.#api.deleteToken(fetch, last);
        return { outcome: 'revoked' };
      } catch (error) {
        // T97: the refresh token is used up. What is left is the token that came of it.
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

  /** With a deadline of its own: an OAuth App's token never ends by itself, so this must not fail for want of time. */
  async #deleteToken(accessToken: string): Promise<Revocation> {
    await withDeadline('withdraw', this.#timeouts.refresh, (fetch) => this.#api.deleteToken(fetch, accessToken));
    return { outcome: 'revoked' };
  }

  async #run<T>(
    operation: string,
    timeout: number,
    work: (config: client.Configuration, fetch: client.CustomFetch) => Promise<T>,
  ): Promise<T> {
    return withDeadline(operation, timeout, async (fetch) => {
      const authentication = client.ClientSecretPost(this.#options.clientSecret);
      return work(
        configure(this.#metadata, authentication, this.#options, standardRefusals(normalizeTokenResponses(fetch))),
        fetch,
      );
    });
  }
}

/** Spends a refresh token. @returns the access token that it was still good for, if any */
async function redeemForRevocation(config: client.Configuration, refreshToken: string): Promise<string | undefined> {
  try {
    return (await refreshGrant(config, refreshToken)).access_token;
  } catch (error) {
    if (error instanceof ProviderError && error.failure === 'invalid_grant') return undefined;
    throw error;
  }
}
