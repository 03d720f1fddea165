import { randomBytes } from 'node:crypto';
import type { LocalAccount } from '../identity-provider/issuers.ts';

interface Token {
  account: LocalAccount;
  scopes: readonly string[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export type TokenResponse = Record<string, string | number>;

/** Seconds: six months, as GitHub documents. */
const REFRESH_TOKEN_TTL = 15_897_600;

/** With a lifetime, the app is a GitHub App: it has permissions instead of scopes, and single-use refresh tokens that
 * end the earlier access token. Otherwise it is an OAuth App. */
export class Tokens {
  readonly #ttl: number | undefined;
  readonly #live = new Map<string, Token>();
  /** By refresh token. */
  readonly #renewable = new Map<string, { account: LocalAccount; accessToken: string }>();

  /** @param ttl seconds, for access tokens; `undefined`: they never expire */
  constructor(ttl: number | undefined) {
    this.#ttl = ttl;
  }

  issue(account: LocalAccount, scopes: readonly string[]): TokenResponse {
    return this.#ttl === undefined ? this.#issueLasting(account, scopes) : this.#issueExpiring(account, this.#ttl);
  }

  /** @returns `undefined` if the refresh token was used or has ended */
  renew(refreshToken: string): TokenResponse | undefined {
    const found = this.#renewable.get(refreshToken);
    if (found === undefined) return undefined;
    this.#renewable.delete(refreshToken);
    this.#live.delete(found.accessToken);
    return this.issue(found.account, []);
  }

  find(accessToken: string): Token | undefined {
    const token = this.#live.get(accessToken);
    return token && token.expiresAt > Date.now() ? token : undefined;
  }

  /** Also ends the refresh token. @returns false if the token was not valid */
  delete(accessToken: string): boolean {
    if (this.find(accessToken) === undefined) return false;
    this.#live.delete(accessToken);
    for (const [refreshToken, { accessToken: its }] of this.#renewable) {
      if (its === accessToken) this.#renewable.delete(refreshToken);
    }
    return true;
  }

  /** Ends all of the user's tokens. */
  deleteGrant(accessToken: string): boolean {
    const account = this.find(accessToken)?.account;
    if (account === undefined) return false;
    for (const [token, its] of this.#live) if (its.account === account) this.#live.delete(token);
    for (const [token, its] of this.#renewable) if (its.account === account) this.#renewable.delete(token);
    return true;
  }

  #issueLasting(account: LocalAccount, scopes: readonly string[]): TokenResponse {
    const accessToken = secret('gho');
    this.#live.set(accessToken, { account, scopes, expiresAt: Number.POSITIVE_INFINITY });
    return { access_token: accessToken, scope: scopes.join(','), token_type: 'bearer' };
  }

  #issueExpiring(account: LocalAccount, ttl: number): TokenResponse {
    const [accessToken, refreshToken] = [secret('ghu'), secret('ghr')];
    this.#live.set(accessToken, { account, scopes: [], expiresAt: Date.now() + ttl * 1000 });
    this.#renewable.set(refreshToken, { account, accessToken });
    const lifetimes = { expires_in: ttl, refresh_token_expires_in: REFRESH_TOKEN_TTL };
    return { access_token: accessToken, refresh_token: refreshToken, ...lifetimes, scope: '', token_type: 'bearer' };
  }
}

/** The prefix shows a token's kind. */
function secret(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('hex').slice(0, 36)}`;
}
