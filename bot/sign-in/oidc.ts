import { isSafeUrl } from '../loopback.ts';
import type { Claims } from './id-token.ts';
import { type Credential, type IdentityProvider, ProviderError } from './identity-provider.ts';
import { OAuthClient } from './oauth-client.ts';
import { type ClientOptions, checkOptions, withScopes } from './oauth-client-options.ts';

export interface OidcOptions extends ClientOptions {
  /** To the letter as in the provider's discovery document. */
  issuer: string;
}

/** Any OpenID Connect provider. Its tokens say nothing of Teams, so who signed in is confirmed, not proven: no `identity`.
 * @throws {TypeError} for options that can't work */
export function oidcProvider(options: OidcOptions): IdentityProvider {
  const { issuer, scopes, revocationEndpoint } = options;
  checkOptions('oidc', options, ['issuer', issuer]);
  if (revocationEndpoint && !isSafeUrl(revocationEndpoint, options.allowInsecureLoopback))
    throw new TypeError(
      'oidc provider: revocationEndpoint must be an https URL (http only for loopback, where allowed)',
    );
  const client = new OAuthClient(withScopes(options, 'openid'));
  // OpenID Connect Core section 11: `offline_access` is to be ignored without it. It also means that nobody is signed in
  // by an old session without seeing a page of the provider (T12).
  const consent = scopes.includes('offline_access') ? ['consent'] : [];
  const extraFor = (chooseAccount: boolean) => {
    const prompts = chooseAccount ? ['select_account', ...consent] : consent;
    return prompts.length > 0 ? { prompt: prompts.join(' ') } : {};
  };
  return {
    authorize: (request) => client.authorize(issuer, request, extraFor(request.chooseAccount)),
    exchange: async (response, expected) => {
      const { credential } = await client.exchange(issuer, response, expected);
      return { credential };
    },
    refresh: (credential) => client.refresh(issuer, credential, (claims) => checkSameAccount(credential, claims)),
    revoke: (tokens) => client.revoke(issuer, tokens),
  };
}

/** OpenID Connect Core section 12.2. */
function checkSameAccount({ account }: Credential, { sub }: Claims): void {
  if (account.subject !== undefined && account.subject !== sub) {
    throw new ProviderError('invalid_response', 'ID token: sub is another account');
  }
}
