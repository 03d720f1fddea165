import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { accountById, type LocalIssuer } from '../issuers.ts';

export interface IssuedToken {
  /** Start of the `Authorization` header's SHA-256, as in the wiki's list of calls. */
  fingerprint: string;
  grantType: string;
  /** Of the original authorization request, also after a refresh. */
  nonce: string;
  issuer: string;
  username: string;
  /** Milliseconds since the epoch. */
  issuedAt: number;
}

/** Records issued access tokens without their values, so that a test can find a token's user. */
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

  /** @param after number of tokens already read */
  since(after: number): IssuedToken[] {
    return this.#issued.slice(after);
  }
}
