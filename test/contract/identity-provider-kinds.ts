import { entraProvider } from '../../bot/sign-in/entra.ts';
import type { IdentityProvider } from '../../bot/sign-in/identity-provider.ts';
import type { Timeouts } from '../../bot/sign-in/oauth-client-options.ts';
import { oidcProvider } from '../../bot/sign-in/oidc.ts';
import { ADA, CLIENT } from '../../local/people.ts';

/** Every implementation of the seam, and what the suites need to know of it. */
export interface Kind {
  name: 'entra' | 'oidc';
  build(origin: string, change?: Change): IdentityProvider;
  /** Ada's issuer there. */
  issuer(origin: string): string;
  /** What its ID tokens say of Ada, besides the standard's claims. */
  claims: Record<string, string>;
  /** Ada's user name at the local provider: to sign in, and what her account is called. */
  username: string;
  proven: boolean;
}

export interface Change {
  scopes?: readonly string[];
  timeouts?: Timeouts;
  clientSecret?: string;
  allowInsecureLoopback?: boolean;
}

export const SCOPES = ['openid', 'profile', 'offline_access', 'wiki.read'];
const COMMON = { clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: SCOPES, allowInsecureLoopback: true };

export const KINDS: readonly Kind[] = [
  {
    name: 'entra',
    build: (authority, change) => entraProvider({ ...COMMON, authority, ...change }),
    issuer: (origin) => `${origin}/${ADA.tenantId}/v2.0`,
    claims: { oid: ADA.objectId, tid: ADA.tenantId, name: ADA.name, preferred_username: ADA.username },
    username: ADA.username,
    proven: true,
  },
  {
    name: 'oidc',
    build: (origin, change) => oidcProvider({ ...COMMON, issuer: `${origin}/plain`, ...change }),
    issuer: (origin) => `${origin}/plain`,
    claims: { name: ADA.name, preferred_username: 'ada' },
    username: 'ada',
    proven: false,
  },
];
