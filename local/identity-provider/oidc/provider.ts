import { randomBytes } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { Configuration, JWK, KoaContextWithOIDC, Provider as ProviderType } from 'oidc-provider';
import { CLIENT, WIKI_AUDIENCE, WIKI_SCOPE } from '../../people.ts';
import { accountById, claimsOf, type LocalIssuer } from '../issuers.ts';
import { render } from '../pages/layout.ts';
import { errorPage } from '../pages/pages.ts';
import { type Consents, grantWithoutAsking } from './consents.ts';
import { interactionPolicy, Provider } from './library.ts';
import { memoryAdapter } from './memory-adapter.ts';
import type { Records } from './records.ts';
import { USERINFO_PATH } from './userinfo.ts';

interface ProviderOptions {
  issuer: LocalIssuer;
  /** `http://localhost:<port>` */
  origin: string;
  redirectUris: readonly string[];
  /** Seconds. */
  accessTokenTtl: number;
  key: JWK;
  consents: Consents;
  /** Cuts the pop-up off from its opener. */
  coop: boolean;
  records: Records;
  /** Of a client without a secret, at the plain issuer. */
  clientKeys?: JSONWebKeySet | undefined;
}

const DAY = 24 * 60 * 60;
const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_AUTHENTICATION = { entra: 'client_secret_post', plain: 'client_secret_basic' } as const;

export function createProvider(options: ProviderOptions): ProviderType {
  return new Provider(options.origin + options.issuer.path, {
    ...tokens(options),
    ...pages(options),
    adapter: memoryAdapter(options.records),
    clients: [client(options)],
    clientAuthMethods: [authentication(options)],
    jwks: { keys: [options.key] },
    cookies: cookies(options.issuer),
    // The client sends no `resource` and, at the tenants, no `prompt=consent` (OpenID Connect Core section 11). Entra
    // needs neither for a refresh token or an API's access token.
    extraParams: { offline_access: keepOfflineAccess },
    loadExistingGrant: (ctx) => grantWithoutAsking(ctx, options.consents),
    pkce: { required: () => true },
    responseTypes: ['code'],
    routes: { userinfo: USERINFO_PATH },
  });
}

function client(options: ProviderOptions): NonNullable<Configuration['clients']>[number] {
  const { issuer, redirectUris, clientKeys } = options;
  const method = authentication(options);
  return {
    client_id: CLIENT.id,
    ...(method === 'private_key_jwt' && clientKeys ? { jwks: clientKeys as never } : { client_secret: CLIENT.secret }),
    client_name: 'Latchkey',
    redirect_uris: [...redirectUris],
    grant_types: ['authorization_code', 'refresh_token', ...(issuer.entra ? [ON_BEHALF_OF] : [])],
    response_types: ['code'],
    token_endpoint_auth_method: method,
  };
}

function authentication({
  issuer,
  clientKeys,
}: ProviderOptions): 'client_secret_post' | 'client_secret_basic' | 'private_key_jwt' {
  if (!issuer.entra && clientKeys) return 'private_key_jwt';
  return issuer.entra ? CLIENT_AUTHENTICATION.entra : CLIENT_AUTHENTICATION.plain;
}

function tokens({ issuer, accessTokenTtl }: ProviderOptions): Configuration {
  return {
    scopes: ['openid', 'offline_access'],
    claims: claims(issuer),
    // Puts claims into ID tokens, like Entra.
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => {
      const account = accountById(issuer, id);
      // Like many providers, the plain issuer returns names only at the userinfo endpoint.
      return account && { accountId: id, claims: () => ({ sub: id, ...(issuer.entra && claimsOf(issuer, account)) }) };
    },
    extraTokenClaims: (_ctx, token) => {
      const account = 'accountId' in token ? accountById(issuer, String(token.accountId)) : undefined;
      return account && claimsOf(issuer, account);
    },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTokenTtl,
      AuthorizationCode: 60,
      Grant: 90 * DAY,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 90 * DAY,
      Session: DAY,
    },
    features: features(issuer, accessTokenTtl),
  };
}

function claims({ entra }: LocalIssuer): NonNullable<Configuration['claims']> {
  const profile = ['name', 'preferred_username'];
  // `oid` requires the scope `profile`: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
  return entra ? { openid: ['sub', 'tid', 'ver'], profile: [...profile, 'oid'] } : { openid: ['sub'], profile };
}

function features({ entra }: LocalIssuer, accessTokenTTL: number): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    introspection: { enabled: true, allowedPolicy: ownToken },
    revocation: { enabled: true, allowedPolicy: ownToken },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: !entra },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => WIKI_AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: WIKI_SCOPE,
        audience: WIKI_AUDIENCE,
        accessTokenTTL,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  };
}

function ownToken(
  _ctx: KoaContextWithOIDC,
  { clientId }: { clientId: string },
  token: { clientId?: string | undefined },
): boolean {
  return token.clientId === clientId;
}

function pages({ issuer, coop }: ProviderOptions): Configuration {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return {
    interactions: { policy, url: (_ctx, { uid }) => `${issuer.path}/interaction/${uid}` },
    renderError: (ctx, { error }) => {
      const { headers, body } = render(issuer, errorPage(error), coop);
      ctx.set(headers);
      ctx.body = body;
    },
    clientBasedCORS: () => false,
  };
}

/** A path for each issuer separates their sessions. */
function cookies({ path }: LocalIssuer): NonNullable<Configuration['cookies']> {
  const common = { httpOnly: true, sameSite: 'lax', signed: true } as const;
  return { keys: [randomBytes(32).toString('base64url')], long: { ...common, path }, short: common };
}

/** oidc-provider drops `offline_access` without `prompt=consent`. */
function keepOfflineAccess(ctx: KoaContextWithOIDC): void {
  const { params } = ctx.oidc;
  const requests = String(ctx.query.scope ?? '').split(' ');
  const kept = String(params?.scope ?? '').split(' ');
  if (params && requests.includes('offline_access') && !kept.includes('offline_access')) {
    params.scope = [...kept, 'offline_access'].join(' ');
  }
}
