import * as z from 'zod';
import { isSameUser, isWebChatUser, parseUser, type User } from '../user.ts';
import { checkEntraCredential, entraAssertion, entraRegistration } from './entra/credential.ts';
import { type IdentityProvider, ProviderError } from './identity-provider.ts';
import type { Claims } from './oauth/id-token.ts';
import { OAuthClient } from './oauth/oauth-client.ts';
import { addScopes, type OAuthClientOptions, validateOptions } from './oauth/oauth-client-options.ts';
import type { ScopeMatcher } from './oauth/token-response.ts';
import { entraAuthority, signInType, text } from './sign-in-type.ts';

export const entra = signInType({
  schema: z
    .strictObject({
      type: z.literal('entra').describe('Microsoft Entra ID, in the tenant of the user. Proves who signed in.'),
      authority: entraAuthority,
      ...entraRegistration,
      scopes: z
        .array(text)
        .min(1)
        .describe('The scopes to request: openid, profile, offline_access and those of the API.'),
    })
    .superRefine(checkEntraCredential),
  build: (settings, options) => ({
    provider: entraProvider({
      ...settings,
      ...options,
      assertion: entraAssertion(settings, settings.authority, options.identityEndpoint),
    }),
  }),
  addresses: ({ authority }) => ({ authority }),
  providerUrl: ({ authority }) => authority,
  entra: true,
  openid: true,
});

interface EntraOptions extends OAuthClientOptions {
  authority: string;
  /** The tenant in which Web Chat users sign in. Without it they cannot. */
  browserTenant?: string | undefined;
}

const TENANT_IN_PATH = /\/(common|organizations|consumers|v2\.0|[0-9a-f-]{36})$/i;

/** The tenant of all personal Microsoft accounts, so two users in it need not be colleagues.
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Always the user's own tenant. `oid` and `tid` of the ID token prove who signed in. A tenant's administrator can set
 * names and e-mail addresses, so they decide nothing (T31). Without `prompt`, a user with a Microsoft 365 session is
 * connected without a page.
 * @throws {TypeError} for options that cannot be used */
export function entraProvider(options: EntraOptions): IdentityProvider {
  validateOptions('entra', options, ['authority', options.authority]);
  const { browserTenant } = options;
  const base = options.authority.replace(/\/+$/, '');
  const tenantOf = (asker: User) => (isWebChatUser(asker) ? browserTenant : asker.tenantId);
  const issuerOf = (asker: User) => issuerIn(base, tenantOf(asker));
  if (TENANT_IN_PATH.test(base))
    throw new TypeError('entra provider: authority must name no tenant: it is the asker’s');
  // Without `profile`, Entra omits `oid` (ID token claims reference).
  const client = new OAuthClient(addScopes(options, 'openid', 'profile'), matchesEntraScope);
  return {
    authorize: async (request) =>
      client.authorize(issuerOf(request.asker), request, () => ({
        ...(request.chooseAccount && { prompt: request.selectAccountRefused ? 'login' : 'select_account' }),
        ...(request.claims !== undefined && { claims: request.claims }),
      })),
    exchange: async (response, expected) => {
      const { asker } = expected;
      const { credential, claims } = await client.exchange(issuerOf(asker), response, expected);
      return { credential, identity: identityOf(claims, tenantOf(asker)) };
    },
    refresh: async (credential, asker) =>
      client.refresh(issuerOf(asker), credential, (claims) => {
        const identity = identityOf(claims, tenantOf(asker));
        if (!isWebChatUser(asker)) checkSamePerson(identity, asker);
      }),
    revoke: async (tokens, asker) => client.revoke(issuerOf(asker), tokens),
  };
}

function issuerIn(base: string, tenantId: string | undefined): string {
  if (tenantId === undefined) throw new ProviderError('invalid_response', 'entra: no tenant for people of a browser');
  if (tenantId === CONSUMERS) throw new ProviderError('invalid_response', 'entra: the tenant of personal accounts');
  return `${base}/${tenantId}/v2.0`;
}

function identityOf({ oid, tid }: Claims, tenantId: string | undefined): User {
  const identity = parseUser(tid, oid);
  if (identity === undefined) throw new ProviderError('invalid_response', 'ID token: oid or tid is missing');
  if (identity.tenantId !== tenantId) throw new ProviderError('invalid_response', 'ID token: tid is another tenant');
  return identity;
}

function checkSamePerson(identity: User, asker: User): void {
  if (isSameUser(identity, asker)) return;
  throw new ProviderError('invalid_response', 'ID token: oid is another person');
}

/** Entra returns a scope with or without its API (`api://…/wiki.read`) and in the case of its registration. `.default`
 * means all consented scopes (https://learn.microsoft.com/entra/identity-platform/scopes-oidc). */
const matchesEntraScope: ScopeMatcher = (requested, granted) => {
  const [a, b] = [requested.toLowerCase(), granted.toLowerCase()];
  if (a === b || a.endsWith('/.default') || a === '.default') return true;
  return a.includes('/') !== b.includes('/') && lastPart(a) === lastPart(b);
};

function lastPart(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}
