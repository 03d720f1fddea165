import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { accountById, type LocalIssuer } from './issuers.ts';

/** Where an access token comes from. */
export interface IssuedToken {
  /** First digits of the SHA-256 of the `Authorization` header that carries it: as the wiki's list of calls has it. */
  fingerprint: string;
  grantType: string;
  /** Of the authorization request that began it all, also where the token was refreshed since. */
  nonce: string;
  /** The issuer's path. */
  issuer: string;
  /** Who signed in. */
  username: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
}

/** Every access token that was issued, so that a black-box test can tell whose one is; none of the tokens themselves. */
export class TokenLedger {
  readonly #issued: IssuedToken[] = [];

  /** Koa middleware for one issuer. */
  recorder(issuer: LocalIssuer): (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void> {
    return async (ctx, next) => {
      await next();
      const { access_token: accessToken } = (ctx.body ?? {}) as { access_token?: unknown };
      if (ctx.oidc?.route !== 'token' || typeof accessToken !== 'string') return;
      const { AuthorizationCode: code, RefreshToken: refreshToken, Account: account } = ctx.oidc.entities;
      this.#issued.push({
        fingerprint: createHash('sha256').update(`Bearer ${accessToken}`).digest('hex').slice(0, 12),
        grantType: String(ctx.oidc.params?.grant_type),
        nonce: (code ?? refreshToken)?.nonce ?? '',
        issuer: issuer.path,
        username: accountById(issuer, account?.accountId ?? '')?.username ?? '',
        issuedAt: Date.now(),
      });
    };
  }

  /** @param after how many are known already */
  since(after: number): IssuedToken[] {
    return this.#issued.slice(after);
  }
}
