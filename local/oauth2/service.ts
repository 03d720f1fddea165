import type { IncomingHttpHeaders } from 'node:http';
import type { LocalAccount, LocalIssuer } from '../identity-provider/issuers.ts';

/** What a service does with sign-ins, as its documentation or its source says. */
export interface Service {
  title: string;
  /** Its accounts. Default: all people, by the part of their address before the @. */
  accounts?: LocalIssuer;
  paths: { authorize: string; token: string; revoke?: string };
  /** Parameters without which the service shows an error page instead of its sign-in. */
  requires?: Readonly<Record<string, string>>;
  scopeParameter: string;
  scopeSeparator: ' ' | ',';
  /** Other scopes are refused. */
  scopes: readonly string[];
  /** Ways to authenticate that it accepts, unless the registration allows one alone. */
  clientAuthentications: readonly ClientAuthentication[];
  formats: readonly Format[];
  pkce: 'required' | 'optional' | 'ignored';
  /** A refresh token works once. `old_stays`: a refresh has a new one, and the old one works on. */
  rotates: boolean | 'old_stays';
  /** Whether the sign-in gets a refresh token. Default: always. */
  allowsRefresh?(scopes: readonly string[], query: URLSearchParams): boolean;
  /** The token endpoint does not compare the redirect URI. */
  ignoresRedirectUri?: true;
  /** A refresh request must repeat the redirect URI. */
  refreshNeedsRedirectUri?: true;
  /** A public client cannot refresh. */
  refreshNeedsSecret?: true;
  tokens(issued: Issued): object;
  refuse(refusal: Refusal): Reply;
  /** Parameters of the redirect after *Cancel*. `state` is added unless it is `undefined` here. */
  cancelled: Readonly<Record<string, string | undefined>>;
  /** Answers requests with a valid token, by path, or by method and path. */
  resources: Readonly<Record<string, Resource>>;
  /** The answer to a token that is missing, expired or revoked. */
  unauthorized: Reply;
  /** The API answers requests without a token, with what is public. */
  anonymous?: true;
  /** OpenID Connect, where the service is a provider. */
  openid?: OpenId;
}

/** What a service does as an OpenID Connect provider. */
export interface OpenId {
  /** The issuer, below the origin. */
  path: string;
  /** Below the origin. */
  userinfo?: string;
  /** Members of the discovery document beside the endpoints. */
  metadata?: object;
  /** Claims of the ID token beside those of OpenID Connect Core section 2. */
  claims(account: LocalAccount, scopes: readonly string[]): Record<string, unknown> & { sub: string };
}

type Resource = (account: LocalAccount, query: URLSearchParams, origin: string, headers: IncomingHttpHeaders) => Reply;

export type ClientAuthentication =
  | 'client_secret_basic'
  | 'client_secret_basic_raw'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'none';
export type Format = 'form' | 'json';

export interface Issued {
  account: LocalAccount;
  accessToken: string;
  refreshToken: string | undefined;
  scopes: readonly string[];
  /** Of the authorization request. A refresh has none. */
  nonce: string | undefined;
  /** Seconds; `undefined`: it does not expire. */
  ttl: number | undefined;
  isRefresh: boolean;
}

export type Refusal =
  /** A wrong client id, secret or way to authenticate. */
  | 'client'
  /** Unknown, used or expired. */
  | 'code'
  | 'code_verifier'
  | 'redirect_uri'
  /** Unknown, used or revoked. */
  | 'refresh_token'
  | 'grant_type'
  /** Of the request's body. */
  | 'content_type';

export interface Reply {
  status: number;
  body: object;
  headers?: Readonly<Record<string, string>>;
}

export function bearer({ accessToken, refreshToken, scopes, ttl }: Issued, scopeSeparator = ' '): object {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    ...(ttl !== undefined && { expires_in: ttl }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: scopes.join(scopeSeparator),
  };
}

/** RFC 6749 section 5.2. */
const STANDARD: Readonly<Record<Refusal, [status: number, error: string]>> = {
  client: [401, 'invalid_client'],
  code: [400, 'invalid_grant'],
  code_verifier: [400, 'invalid_grant'],
  redirect_uri: [400, 'invalid_grant'],
  refresh_token: [400, 'invalid_grant'],
  grant_type: [400, 'unsupported_grant_type'],
  content_type: [400, 'invalid_request'],
};

export function refuseByStandard(refusal: Refusal): Reply {
  const [status, error] = STANDARD[refusal];
  return { status, body: { error, error_description: `The ${refusal} was refused.` } };
}

/** An id of the form that most services have. */
export function numberOf({ accountId }: LocalAccount): number {
  return 100_000 + (Buffer.from(accountId, 'base64url').readUInt32BE(0) % 900_000);
}
