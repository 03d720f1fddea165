import type { OAuthSignIn } from '../../../bot/config/sign-in-types.ts';
import { entraProvider } from '../../../bot/sign-in/providers/entra.ts';
import { githubProvider } from '../../../bot/sign-in/providers/github.ts';
import type { IdentityProvider } from '../../../bot/sign-in/providers/identity-provider.ts';
import type { SecretAuthentication, Timeouts } from '../../../bot/sign-in/providers/oauth/oauth-client-options.ts';
import { oauth2Provider } from '../../../bot/sign-in/providers/oauth2/provider.ts';
import { oauth2Settings } from '../../../bot/sign-in/providers/oauth2/settings.ts';
import { oidcProvider } from '../../../bot/sign-in/providers/oidc.ts';
import { ADA, CLIENT } from '../../../local/people.ts';

/** An implementation of the interface, and what the suites need to know about it. */
export interface Kind {
  name: OAuthSignIn['type'];
  /** The sign-in types with this provider. Default: `name` alone. */
  types?: readonly OAuthSignIn['type'][];
  build(origin: string, change?: Change): IdentityProvider;
  /** Ada's issuer there. */
  issuer(origin: string): string;
  /** The claims of its ID tokens about Ada, besides the standard ones. */
  claims: Record<string, string>;
  /** Ada's user name at the local provider: for the sign-in, and as the name of her account. */
  username: string;
  proven: boolean;
  /** The last part of the token endpoint's path. */
  tokenEndpoint: 'token' | 'access_token';
}

export interface Change {
  scopes?: readonly string[];
  timeouts?: Timeouts;
  clientSecret?: string;
  allowInsecureLoopback?: boolean;
  revocationEndpoint?: string;
  apiUrl?: string;
  clientAuthentication?: SecretAuthentication;
  authorizationParameters?: Record<string, string>;
}

export const SCOPES = ['openid', 'profile', 'offline_access', 'wiki.read'];
const COMMON = { clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: SCOPES, allowInsecureLoopback: true };

export const ENTRA: Kind = {
  name: 'entra',
  types: ['entra', 'teamsSso'],
  build: (authority, change) => entraProvider({ ...COMMON, authority, ...change }),
  issuer: (origin) => `${origin}/${ADA.tenantId}/v2.0`,
  claims: { oid: ADA.objectId, tid: ADA.tenantId, name: ADA.name, preferred_username: ADA.username },
  username: ADA.username,
  proven: true,
  tokenEndpoint: 'token',
};

export const OIDC: Kind = {
  name: 'oidc',
  build: (origin, change) => oidcProvider({ ...COMMON, issuer: `${origin}/plain`, ...change }),
  issuer: (origin) => `${origin}/plain`,
  claims: { name: ADA.name, preferred_username: 'ada' },
  username: 'ada',
  proven: false,
  tokenEndpoint: 'token',
};

/** Those on OpenID Connect, with ID tokens and revocation as standardised. */
export const KINDS: readonly Kind[] = [ENTRA, OIDC];

export const USER_AGENT = 'Latchkey (+http://localhost:41199)';

/** OAuth 2.0 alone: no ID token; account and revocation by an API of its own. */
export const GITHUB: Kind = {
  name: 'github',
  build: (authority, change) =>
    githubProvider({ ...COMMON, scopes: ['wiki.read'], authority, userAgent: USER_AGENT, ...change }),
  issuer: (origin) => `${origin}/login/oauth`,
  claims: {},
  username: 'ada',
  proven: false,
  tokenEndpoint: 'access_token',
};

/** Any OAuth 2.0 provider: account from a configured address, standard revocation. */
export const OAUTH2: Kind = {
  name: 'oauth2',
  build: (origin, { scopes = ['wiki.read'], clientSecret = CLIENT.secret, ...change } = {}) => {
    const settings = {
      type: 'oauth2',
      authorizationUrl: `${origin}/oauth2/authorize`,
      tokenUrl: `${origin}/oauth2/token`,
      revocationUrl: `${origin}/oauth2/revoke`,
      issuer: `${origin}/oauth2`,
      clientId: CLIENT.id,
      clientSecret,
      scopes,
      account: { url: `${origin}/api/user`, id: '/id', name: '/login', email: '/email' },
    };
    const options = { allowInsecureLoopback: true, userAgent: USER_AGENT, ...change };
    return oauth2Provider({ ...oauth2Settings.parse(settings), ...options });
  },
  issuer: (origin) => `${origin}/oauth2`,
  claims: {},
  username: 'ada',
  proven: false,
  tokenEndpoint: 'token',
};

/** Every implementation. */
export const ALL_KINDS: readonly Kind[] = [...KINDS, GITHUB, OAUTH2];
