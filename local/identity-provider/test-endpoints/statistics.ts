import type { KoaContextWithOIDC } from 'oidc-provider';
import { Counts } from '../../counts.ts';

/** Counts requests by issuer and kind. A black-box test can prove that none arrived. */
export class Statistics {
  readonly #issuers: Record<string, Counts> = {};

  /** Koa middleware. Token requests count as `token:<grant_type>`. */
  counter(issuer: string): (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void> {
    const counts = new Counts();
    this.#issuers[issuer] = counts;
    return async (ctx, next) => {
      await next();
      counts.add(nameOf(ctx), ctx.status < 400);
    };
  }

  toJSON(): unknown {
    return { issuers: this.#issuers };
  }
}

function nameOf(ctx: KoaContextWithOIDC): string {
  const route = ctx.oidc?.route ?? 'none';
  return route === 'token' ? `token:${String(ctx.oidc.params?.grant_type ?? 'none')}` : route;
}
