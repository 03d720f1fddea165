import type { ServerMetadata } from 'openid-client';
import * as z from 'zod';
import { isSafeUrl } from '../../platform/safe-url.ts';
import {
  type AuthorizationRequest,
  type Credential,
  type IdentityProvider,
  ProviderError,
  type SignedIn,
} from './identity-provider.ts';
import { accountFromClaims, type Claims } from './oauth/id-token.ts';
import { OAuthClient } from './oauth/oauth-client.ts';
import {
  addScopes,
  CLIENT_AUTHENTICATIONS,
  type OAuthClientOptions,
  validateOptions,
} from './oauth/oauth-client-options.ts';
import { identityCheck, registration, signInType, text } from './sign-in-type.ts';

export const oidc = signInType({
  schema: z
    .strictObject({
      type: z.literal('oidc').describe('Any OpenID Connect provider. The user confirms who signed in.'),
      issuer: z.url().describe('The issuer, exactly as the discovery document of the provider has it.'),
      revocationEndpoint: z
        .url()
        .optional()
        .describe('Where the provider revokes tokens, if its discovery document does not say (RFC 7009).'),
      ...registration,
      clientSecret: z
        .string()
        .default('')
        .describe('The client secret. Leave it out for a public client (clientAuthentication "none").'),
      clientAuthentication: z
        .enum(CLIENT_AUTHENTICATIONS)
        .optional()
        .describe('How the client is registered to authenticate at the token endpoint.'),
      scopes: z.array(text).min(1).describe('The scopes to request: openid, offline_access and those of the API.'),
      gate: identityCheck.optional(),
    })
    .refine(({ clientSecret, clientAuthentication }) => clientSecret !== '' || clientAuthentication === 'none', {
      path: ['clientSecret'],
      message: 'must not be empty, unless clientAuthentication is "none"',
    }),
  build: (settings, options) => ({ provider: oidcProvider({ ...settings, ...options }) }),
  addresses: ({ issuer, revocationEndpoint }) => ({ issuer, revocationEndpoint }),
  providerUrl: ({ issuer }) => issuer,
  entra: false,
  openid: true,
  issuer: ({ issuer }) => issuer,
});

interface OidcOptions extends OAuthClientOptions {
  issuer: string;
}

/** Its tokens do not identify a Teams user. So the person confirms, and there is no `identity`.
 * @throws {TypeError} for options that cannot be used */
export function oidcProvider(options: OidcOptions): IdentityProvider {
  const { issuer, scopes, revocationEndpoint } = options;
  validateOptions('oidc', options, ['issuer', issuer]);
  if (revocationEndpoint && !isSafeUrl(revocationEndpoint, options.allowInsecureLoopback))
    throw new TypeError(
      'oidc provider: revocationEndpoint must be an https URL (http only for loopback, where allowed)',
    );
  const client = new OAuthClient(addScopes(options, 'openid'));
  // OpenID Connect Core section 11: without `prompt=consent`, providers ignore `offline_access`. It also shows a page,
  // so that an old session cannot sign in unseen (T12).
  const wantsConsent = scopes.includes('offline_access');
  return {
    authorize: (request) => client.authorize(issuer, request, (metadata) => promptFor(metadata, request, wantsConsent)),
    exchange: async (response, expected) => {
      const { credential, claims } = await client.exchange(issuer, response, expected);
      return credential.account.unnamed ? nameAccount(client, credential, claims) : { credential };
    },
    refresh: (credential) => client.refresh(issuer, credential, (claims) => checkSameAccount(credential, claims)),
    revoke: (tokens) => client.revoke(issuer, tokens),
  };
}

/** Sends only values that the provider lists, if it lists any (Initiating User Registration 1.0 section 4). A login
 * page also lets the person choose the account. */
function promptFor(
  { prompt_values_supported: listed }: ServerMetadata,
  { chooseAccount, selectAccountRefused = false }: AuthorizationRequest,
  wantsConsent: boolean,
): Record<string, string> {
  const isKnown = (prompt: string) => !Array.isArray(listed) || listed.includes(prompt);
  const choosers = (selectAccountRefused ? ['login'] : ['select_account', 'login']).filter(isKnown);
  const prompts = [
    ...(chooseAccount ? choosers.slice(0, 1) : []),
    ...(wantsConsent && isKnown('consent') ? ['consent'] : []),
  ];
  return prompts.length > 0 ? { prompt: prompts.join(' ') } : {};
}

/** Many providers return names only from the userinfo endpoint (OpenID Connect Core section 5.4). If it fails, the
 * account has no name. */
async function nameAccount(client: OAuthClient, credential: Credential, claims: Claims): Promise<SignedIn> {
  const { issuer, accessToken } = credential;
  try {
    const account = accountFromClaims({ ...(await client.userinfo(issuer, accessToken, claims)), sub: claims.sub });
    if (account.unnamed) return { credential, unnamedBecause: 'userinfo: no name in the answer' };
    return { credential: { ...credential, account } };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { credential, unnamedBecause: error.message };
  }
}

/** OpenID Connect Core section 12.2. */
function checkSameAccount({ account }: Credential, { sub }: Claims): void {
  if (account.subject !== undefined && account.subject !== sub) {
    throw new ProviderError('invalid_response', 'ID token: sub is another account');
  }
}
