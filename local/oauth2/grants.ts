import { createHash, randomBytes } from 'node:crypto';
import type { LocalAccount } from '../identity-provider/issuers.ts';

export interface AuthorizationRequest {
  redirectUri: string;
  state: string | undefined;
  scopes: readonly string[];
  /** S256. */
  challenge: string | undefined;
  nonce: string | undefined;
  allowsRefresh: boolean;
}

/** One sign-in, with all tokens that come of it. */
interface Grant {
  account: LocalAccount;
  redirectUri: string;
  scopes: readonly string[];
  live: boolean;
}

interface Code {
  request: AuthorizationRequest;
  grant: Grant;
  expiresAt: number;
  used: boolean;
}

interface NewTokens {
  account: LocalAccount;
  scopes: readonly string[];
  accessToken: string;
  refreshToken: string;
}

/** Codes and tokens of a service, in memory. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, { grant: Grant; expiresAt: number }>();
  readonly #refreshTokens = new Map<string, { grant: Grant; accessToken: string; used: boolean }>();
  readonly #ttl: { code: number; token: number };

  /** @param ttl seconds */
  constructor(ttl: { code: number; token: number }) {
    this.#ttl = ttl;
  }

  issueCode(account: LocalAccount, request: AuthorizationRequest): string {
    const code = secret('code');
    const { redirectUri, scopes } = request;
    const grant = { account, redirectUri, scopes, live: true };
    this.#codes.set(code, { request, grant, expiresAt: Date.now() + this.#ttl.code * 1000, used: false });
    return code;
  }

  /** A code that comes twice ends the tokens of the first time (RFC 6749 section 4.1.2). */
  takeCode(code: string): { request: AuthorizationRequest; issue: () => NewTokens } | undefined {
    const found = this.#codes.get(code);
    if (found === undefined || found.expiresAt <= Date.now()) return undefined;
    if (found.used) {
      found.grant.live = false;
      return undefined;
    }
    found.used = true;
    return { request: found.request, issue: () => this.#issue(found.grant, secret('refresh')) };
  }

  /** @param rotates a refresh token that comes twice ends the grant (RFC 9700 section 4.14.2) */
  refresh(refreshToken: string, rotates: boolean | 'old_stays'): NewTokens | undefined {
    const found = this.#refreshTokens.get(refreshToken);
    if (found === undefined || !found.grant.live) return undefined;
    if (found.used) {
      found.grant.live = false;
      return undefined;
    }
    found.used = rotates === true;
    this.#accessTokens.delete(found.accessToken);
    return this.#issue(found.grant, rotates ? secret('refresh') : refreshToken);
  }

  redirectUriOf(refreshToken: string): string | undefined {
    return this.#refreshTokens.get(refreshToken)?.grant.redirectUri;
  }

  accountOf(accessToken: string): LocalAccount | undefined {
    const found = this.#accessTokens.get(accessToken);
    return found?.grant.live && found.expiresAt > Date.now() ? found.grant.account : undefined;
  }

  expire(accessToken: string): void {
    this.#accessTokens.delete(accessToken);
  }

  /** As if their lifetime were over. Refresh tokens stay. */
  expireAll(): void {
    this.#accessTokens.clear();
  }

  /** RFC 7009: a refresh token ends its grant. */
  revoke(token: string): void {
    this.expire(token);
    const found = this.#refreshTokens.get(token);
    if (found) found.grant.live = false;
  }

  #issue(grant: Grant, refreshToken: string): NewTokens {
    const accessToken = secret('access');
    this.#accessTokens.set(accessToken, { grant, expiresAt: Date.now() + this.#ttl.token * 1000 });
    this.#refreshTokens.set(refreshToken, { grant, accessToken, used: false });
    return { account: grant.account, scopes: grant.scopes, accessToken, refreshToken };
  }
}

export function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function secret(kind: string): string {
  return `${kind}-${randomBytes(24).toString('base64url')}`;
}
