import * as client from 'openid-client';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import {
  type Account,
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
} from '../identity-provider.ts';
import { clientAssertion } from '../oauth/client-assertion.ts';
import {
  authorizationUrl,
  callbackUrl,
  configure,
  isOrphaned,
  NO_CREDENTIALS,
  refreshTokenOf,
  revokeAndThrow,
  revokeTokens,
  withDeadline,
} from '../oauth/oauth-client.ts';
import { ClientAuthenticator, clientTimeouts, type Timeouts, validateOptions } from '../oauth/oauth-client-options.ts';
import {
  matchesExactScope,
  parseTokenResponse,
  refreshGrant,
  requireScopes,
  standardRefusals,
} from '../oauth/token-response.ts';
import { signInType } from '../sign-in-type.ts';
import { accountReader } from './account.ts';
import { type OAuth2Settings, oauth2Settings } from './settings.ts';
import { siteReader } from './site.ts';
import { tokenEndpoint } from './token-endpoint.ts';

export const oauth2 = signInType({
  schema: oauth2Settings,
  build: (settings, options) => ({ provider: oauth2Provider({ ...settings, ...options }) }),
  addresses: addressesOf,
  providerUrl: ({ authorizationUrl }) => authorizationUrl,
  entra: false,
  openid: false,
});

type OAuth2Options = OAuth2Settings & {
  /** For `refreshRedirectUri`. */
  redirectUri?: string;
  allowInsecureLoopback: boolean;
  userAgent: string;
  timeouts?: Timeouts;
};

/** Its answers name an account, not the Teams user. So the person confirms, and there is no `identity`.
 * @throws {TypeError} for options that cannot be used */
export function oauth2Provider(options: OAuth2Options): IdentityProvider {
  const { clientAuthentication, allowInsecureLoopback } = options;
  const byKey = clientAuthentication === 'private_key_jwt';
  validateOptions('oauth2', { ...options, clientAuthentication: byKey ? 'none' : clientAuthentication });
  for (const [name, url] of Object.entries(addressesOf(options))) {
    if (url !== undefined && !isSafeUrl(url, allowInsecureLoopback))
      throw new TypeError(`oauth2 provider: ${name} must be an https URL (http only for loopback, where allowed)`);
  }
  return new OAuth2Provider(options);
}

/** Where the bot sends secrets, tokens or people, by field. */
function addressesOf({ authorizationUrl, tokenUrl, revocationUrl, account, site }: OAuth2Settings) {
  return { authorizationUrl, tokenUrl, revocationUrl, 'account.url': account.url, 'site.url': site?.url };
}

interface Operation {
  config: client.Configuration;
  fetch: client.CustomFetch;
  /** The last answer of the token endpoint in this operation. */
  answer(): unknown;
}

type Owner = { account: Account; site?: string };

class OAuth2Provider implements IdentityProvider {
  readonly #options: OAuth2Options;
  readonly #timeouts: Required<Timeouts>;
  readonly #metadata: client.ServerMetadata;
  readonly #readAccount: (answer: unknown) => Account;
  readonly #readSite: ((answer: unknown) => string) | undefined;
  readonly #authentication: { credentials: client.ClientAuth; authenticator?: ClientAuthenticator };

  constructor(options: OAuth2Options) {
    const { tokenUrl, authorizationUrl, revocationUrl, clientAuthentication, privateKey, keyId } = options;
    this.#options = options;
    this.#timeouts = clientTimeouts(options);
    this.#metadata = {
      issuer: options.issuer ?? tokenUrl,
      authorization_endpoint: authorizationUrl,
      token_endpoint: tokenUrl,
      ...(revocationUrl !== undefined && { revocation_endpoint: revocationUrl }),
    };
    this.#readAccount = accountReader(options);
    this.#readSite = options.site && siteReader(options.site);
    this.#authentication =
      clientAuthentication === 'private_key_jwt'
        ? { credentials: clientAssertion({ privateKey: privateKey ?? '', keyId, audience: tokenUrl }) }
        : {
            credentials: NO_CREDENTIALS,
            authenticator: new ClientAuthenticator({ ...options, clientAuthentication }),
          };
  }

  async authorize(request: AuthorizationRequest): Promise<AuthorizationUrl> {
    const { scopes, scopeParameter, scopeSeparator, authorizationParameters, pkce } = this.#options;
    const scope = scopes.length > 0 ? { [scopeParameter]: scopes.join(scopeSeparator) } : {};
    return this.#run('authorize', this.#timeouts.exchangeMs, async ({ config }) => {
      const authorization = authorizationUrl(config, [], request, { ...authorizationParameters, ...scope });
      return pkce === 'S256' ? authorization : { ...authorization, url: withoutPkce(authorization.url) };
    });
  }

  async exchange(response: AuthorizationResponse, expected: ExpectedResponse): Promise<SignedIn> {
    const { issuer } = this.#metadata;
    if (this.#options.issuer === undefined && response.iss !== undefined && expected.issuer === issuer)
      throw new ProviderError('invalid_response', 'exchange: the provider sends iss: set signIn.issuer to its issuer');
    const callback = callbackUrl(issuer, response, expected);
    return this.#run('exchange', this.#timeouts.exchangeMs, async ({ config, fetch, answer }) => {
      const sentAt = Date.now();
      const { pkce, tokenParameters, scopes } = this.#options;
      const checks = {
        ...(pkce === 'S256' && { pkceCodeVerifier: expected.codeVerifier }),
        expectedState: expected.oauthState,
      };
      const granted = await client.authorizationCodeGrant(config, callback, checks, tokenParameters);
      const tokens = parseTokenResponse(granted, sentAt);
      const owner = await this.#owner(fetch, tokens.accessToken, granted.scope, answer()).catch((error: unknown) =>
        revokeAndThrow(error, 'account', () => revokeTokens(config, tokens)),
      );
      return { credential: { ...tokens, scope: granted.scope ?? scopes.join(' '), issuer, ...owner } };
    });
  }

  async refresh(credential: Credential): Promise<Credential> {
    const { issuer } = this.#metadata;
    const refreshToken = refreshTokenOf(credential, issuer);
    // The configuration has changed: only a sign-in finds the site.
    if (this.#readSite && credential.site === undefined)
      throw new ProviderError('invalid_grant', 'refresh: there is no site');
    return this.#run('refresh', this.#timeouts.refreshMs, async ({ config }) => {
      const sentAt = Date.now();
      const { tokenParameters, refreshRedirectUri, redirectUri } = this.#options;
      const repeated = refreshRedirectUri && redirectUri !== undefined ? { redirect_uri: redirectUri } : {};
      const granted = await refreshGrant(config, refreshToken, { ...tokenParameters, ...repeated });
      const tokens = { refreshToken, ...parseTokenResponse(granted, sentAt) };
      try {
        requireScopes(this.#options.scopes, granted.scope, matchesExactScope, 'invalid_grant');
      } catch (error) {
        if (!isOrphaned(tokens, refreshToken, error)) throw error;
        return revokeAndThrow(error, 'answer', () => revokeTokens(config, tokens));
      }
      const { account, site, scope } = credential;
      return { ...tokens, scope: granted.scope ?? scope, issuer, account, ...(site !== undefined && { site }) };
    });
  }

  async revoke(tokens: RevocableTokens): Promise<Revocation> {
    if (tokens.issuer !== this.#metadata.issuer) return { outcome: 'unsupported', reason: 'granted by another issuer' };
    return this.#run('revoke', this.#timeouts.refreshMs, ({ config }) => revokeTokens(config, tokens));
  }

  async #owner(
    fetch: client.CustomFetch,
    accessToken: string,
    granted: string | undefined,
    answer: unknown,
  ): Promise<Owner> {
    const { scopes, account, site } = this.#options;
    requireScopes(scopes, granted, matchesExactScope, 'insufficient_scope');
    const ask = (url: string | undefined, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') =>
      url === undefined ? answer : this.#ask(fetch, { url, method, headers }, accessToken);
    const [about, sites] = await Promise.all([
      ask(account.url, account.headers, account.method),
      site && ask(site.url),
    ]);
    return { account: this.#readAccount(about), ...(this.#readSite && { site: this.#readSite(sites) }) };
  }

  async #ask(
    fetch: client.CustomFetch,
    { url, method, headers }: { url: string; method: 'GET' | 'POST'; headers: Record<string, string> },
    accessToken: string,
  ): Promise<unknown> {
    const own = { accept: 'application/json', 'user-agent': this.#options.userAgent, ...headers };
    const content = method === 'POST' ? { 'content-type': 'application/json' } : {};
    const response = await fetch(url, {
      method,
      headers: { ...own, ...content, authorization: `Bearer ${accessToken}` },
      body: method === 'POST' ? '{}' : null,
      redirect: 'manual',
    });
    if (response.status !== 200) throw new ProviderError('unavailable', `answered ${response.status}`);
    return response.json();
  }

  async #run<T>(operation: string, timeoutMs: number, work: (operation: Operation) => Promise<T>): Promise<T> {
    return withDeadline(operation, timeoutMs, async (fetch) => {
      let last: unknown;
      const normalized = tokenEndpoint(fetch, this.#options, (answer) => {
        last = answer;
      });
      const { credentials, authenticator } = this.#authentication;
      const standard = standardRefusals(normalized);
      const authenticated = authenticator?.authenticated(standard, this.#metadata) ?? standard;
      const config = configure(this.#metadata, credentials, this.#options, authenticated);
      return work({ config, fetch, answer: () => last });
    });
  }
}

function withoutPkce(address: string): string {
  const url = new URL(address);
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  return url.href;
}
