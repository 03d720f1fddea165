import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { accountById, type LocalIssuer } from './issuers.ts';

export interface IssuedToken {
  /** The first digits of the SHA-256 of the `Authorization` header, as in the wiki's list of calls. */
  fingerprint: string;
  grantType: string;
  /** The nonce of the original authorization request, also after a refresh. */
  nonce: string;
  /** The issuer's path. */
  issuer: string;
  username: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
}

/** Records every issued access token without its value, so that a test can tell its user. */
export class TokenLedger {
  readonly #issued: IssuedToken[] = [];

  /** Koa middleware. */
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

  /** @param after the number of tokens already read */
  since(after: number): IssuedToken[] {
    return this.#issued.slice(after);
  }
}
