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
import { clientAssertion } from './oauth/client-assertion.ts';
import { accountFromClaims, type Claims } from './oauth/id-token.ts';
import { OAuthClient, revokeAndThrow } from './oauth/oauth-client.ts';
import {
  addScopes,
  CLIENT_AUTHENTICATIONS,
  type ClientAuthentication,
  type OAuthClientOptions,
  validateOptions,
} from './oauth/oauth-client-options.ts';
import {
  authorizationParameters,
  OWN_AUTHORIZATION_PARAMETERS,
  refuseOwnParameters,
} from './oauth/request-parameters.ts';
import { identityCheck, registration, signInType, text } from './sign-in-type.ts';

/** `prompt` may be configured: the bot adds its own values. */
const OWN_PARAMETERS = [...OWN_AUTHORIZATION_PARAMETERS, 'scope', 'nonce'];

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
      privateKey: text.optional().describe('The private key for private_key_jwt, as PEM (PKCS #8).'),
      keyId: text.optional().describe('The id of the key (kid), if the provider needs it.'),
      assertionAudience: z
        .enum(['issuer', 'tokenEndpoint'])
        .optional()
        .describe('The audience that the provider wants for private_key_jwt. Default: issuer. Okta: tokenEndpoint.'),
      authorizationParameters,
      scopes: z.array(text).min(1).describe('The scopes to request: openid, offline_access and those of the API.'),
      gate: identityCheck.optional(),
    })
    .refine(
      ({ clientSecret, clientAuthentication: by }) => clientSecret !== '' || by === 'none' || by === 'private_key_jwt',
      {
        path: ['clientSecret'],
        message: 'must not be empty, unless clientAuthentication is "none" or "private_key_jwt"',
      },
    )
    .refine(({ clientAuthentication: by, privateKey }) => (by === 'private_key_jwt') === (privateKey !== undefined), {
      path: ['privateKey'],
      message: 'belongs to clientAuthentication "private_key_jwt"',
    })
    .refine(({ keyId, assertionAudience: audience, privateKey }) => privateKey !== undefined || !(keyId ?? audience), {
      path: ['privateKey'],
      message: 'is missing: keyId and assertionAudience belong to it',
    })
    .superRefine(({ authorizationParameters }, context) => {
      refuseOwnParameters(context, 'authorizationParameters', authorizationParameters, OWN_PARAMETERS);
      if (promptsIn(authorizationParameters).includes('none'))
        context.addIssue({
          code: 'custom',
          path: ['authorizationParameters', 'prompt'],
          message: 'must not be none: the provider would show no page, and refuse each user who is not signed in',
        });
    }),
  build: (settings, options) => ({ provider: oidcProvider({ ...settings, ...options }) }),
  addresses: ({ issuer, revocationEndpoint }) => ({ issuer, revocationEndpoint }),
  providerUrl: ({ issuer }) => issuer,
  entra: false,
  openid: true,
  issuer: ({ issuer }) => issuer,
});

interface OidcOptions extends Omit<OAuthClientOptions, 'clientAuthentication'> {
  issuer: string;
  clientAuthentication?: ClientAuthentication | undefined;
  privateKey?: string | undefined;
  keyId?: string | undefined;
  assertionAudience?: 'issuer' | 'tokenEndpoint' | undefined;
  authorizationParameters?: Readonly<Record<string, string>>;
}

/** Its tokens do not identify a Teams user. So the person confirms, and there is no `identity`.
 * @throws {TypeError} for options that cannot be used */
export function oidcProvider(options: OidcOptions): IdentityProvider {
  const { issuer, scopes, revocationEndpoint, authorizationParameters: configured = {} } = options;
  const clientOptions = withAuthentication(options);
  validateOptions('oidc', clientOptions, ['issuer', issuer]);
  if (revocationEndpoint && !isSafeUrl(revocationEndpoint, options.allowInsecureLoopback))
    throw new TypeError(
      'oidc provider: revocationEndpoint must be an https URL (http only for loopback, where allowed)',
    );
  const client = new OAuthClient(addScopes(clientOptions, 'openid'));
  // OpenID Connect Core section 11: without `prompt=consent`, providers ignore `offline_access`. It also shows a page,
  // so that an old session cannot sign in unseen (T12).
  const wanted = [...(scopes.includes('offline_access') ? ['consent'] : []), ...promptsIn(configured)];
  return {
    authorize: (request) =>
      client.authorize(issuer, request, (metadata) => parametersFor(metadata, request, configured, wanted)),
    exchange: async (response, expected) => {
      const { credential, claims } = await client.exchange(issuer, response, expected);
      return credential.account.unnamed ? nameAccount(client, credential, claims) : { credential };
    },
    refresh: (credential) => client.refresh(issuer, credential, (claims) => checkSameAccount(credential, claims)),
    revoke: (tokens) => client.revoke(issuer, tokens),
  };
}

/** @throws {TypeError} for a key that cannot be used */
function withAuthentication({ clientAuthentication, privateKey, keyId, ...options }: OidcOptions): OAuthClientOptions {
  if (clientAuthentication !== 'private_key_jwt') return { ...options, clientAuthentication };
  const audience = options.assertionAudience === 'tokenEndpoint' ? undefined : options.issuer;
  return { ...options, assertion: clientAssertion({ privateKey: privateKey ?? '', keyId, audience }) };
}

function promptsIn({ prompt = '' }: Readonly<Record<string, string>>): string[] {
  return prompt.split(' ').filter(Boolean);
}

/** Sends only prompts that the provider lists, if it lists any (Initiating User Registration 1.0 section 4). A login
 * page also lets the person choose the account.
 * @param wanted prompts of each sign-in */
function parametersFor(
  { prompt_values_supported: listed }: ServerMetadata,
  { chooseAccount, selectAccountRefused = false }: AuthorizationRequest,
  { prompt: _, ...configured }: Readonly<Record<string, string>>,
  wanted: readonly string[],
): Record<string, string> {
  const isUsable = (prompt: string) =>
    (!Array.isArray(listed) || listed.includes(prompt)) && !(selectAccountRefused && prompt === 'select_account');
  const [chooser] = ['select_account', 'login'].filter(isUsable);
  const prompts = new Set([...(chooseAccount && chooser ? [chooser] : []), ...wanted.filter(isUsable)]);
  return { ...configured, ...(prompts.size > 0 && { prompt: [...prompts].join(' ') }) };
}

/** Many providers return names only from the userinfo endpoint (OpenID Connect Core section 5.4). If it fails, the
 * account has no name.
 * @throws {ProviderError} T12: for claims of another `sub` (section 5.3.2). The tokens may be another person's */
async function nameAccount(client: OAuthClient, credential: Credential, { sub }: Claims): Promise<SignedIn> {
  const { issuer, accessToken } = credential;
  const answer = await client.userinfo(issuer, accessToken).catch((error: unknown) => {
    if (error instanceof ProviderError) return error;
    throw error;
  });
  if (answer instanceof ProviderError) return { credential, unnamedBecause: answer.message };
  if (answer.sub !== sub) {
    const reason = new ProviderError('invalid_response', 'sub is another account');
    return revokeAndThrow(reason, 'userinfo', () => client.revoke(issuer, credential));
  }
  const account = accountFromClaims(answer);
  if (account.unnamed) return { credential, unnamedBecause: 'userinfo: no name in the answer' };
  return { credential: { ...credential, account } };
}

/** OpenID Connect Core section 12.2. */
function checkSameAccount({ account }: Credential, { sub }: Claims): void {
  if (account.subject !== undefined && account.subject !== sub) {
    throw new ProviderError('invalid_response', 'ID token: sub is another account');
  }
}
