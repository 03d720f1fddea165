import type { KoaContextWithOIDC } from 'oidc-provider';

interface Count {
  ok: number;
  refused: number;
}

/** Requests that reached oidc-provider, by issuer and what they were: so that a black-box test can prove that none came. */
export class Statistics {
  readonly #issuers: Record<string, Record<string, Count>> = {};

  /** Koa middleware for one issuer. Token requests count as `token:<grant_type>`. */
  counter(issuer: string): (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void> {
    const counts: Record<string, Count> = {};
    this.#issuers[issuer] = counts;
    return async (ctx, next) => {
      await next();
      const name = nameOf(ctx);
      const count = counts[name] ?? { ok: 0, refused: 0 };
      counts[name] = count;
      if (ctx.status < 400) count.ok += 1;
      else count.refused += 1;
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
