import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { WIKI_AUDIENCE, WIKI_SCOPE } from '../../people.ts';

/** Stores consents, so that each is requested once. */
export class Consents {
  readonly #allowed = new Map<string, Set<string>>();

  remember(accountId: string, clientId: string, scopes: Iterable<string>): void {
    const key = `${clientId} ${accountId}`;
    this.#allowed.set(key, new Set([...(this.#allowed.get(key) ?? []), ...scopes]));
  }

  cover(accountId: string, clientId: string, scopes: Iterable<string>): boolean {
    const allowed = this.#allowed.get(`${clientId} ${accountId}`);
    return allowed !== undefined && [...scopes].every((scope) => allowed.has(scope));
  }
}

/** Like Entra, gives every sign-in its own grant. With oidc-provider's default, one grant per browser, a revocation of
 * one sign-in ends all. */
export async function grantWithoutAsking(ctx: KoaContextWithOIDC, consents: Consents): Promise<Grant | undefined> {
  const { provider, client, account, requestParamScopes, result } = ctx.oidc;
  if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
  if (!client || !account || !consents.cover(account.accountId, client.clientId, requestParamScopes)) return undefined;
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  allow(grant, requestParamScopes);
  await grant.save();
  return grant;
}

/** The wiki's scope has its own audience. The others are OpenID Connect scopes. */
export function allow(grant: Grant, scopes: Iterable<string>): void {
  const all = [...scopes];
  grant.addOIDCScope(all.filter((scope) => scope !== WIKI_SCOPE).join(' '));
  if (all.includes(WIKI_SCOPE)) grant.addResourceScope(WIKI_AUDIENCE, WIKI_SCOPE);
}
