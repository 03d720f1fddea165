import { randomUUID } from 'node:crypto';
import type { OAuthConnection } from '../authorization.ts';
import type { ConnectionSignIn, PresentedSignIn, SignInRequest, StartOptions } from '../connection-sign-in.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import type { ActiveCredential } from '../credentials/opened-credentials.ts';
import { sealLink } from '../credentials/vault.ts';
import type { Account, SingleSignOn } from '../providers/identity-provider.ts';
import { isSecret } from '../secrets.ts';
import { type ConnectionSignInDependencies, StoredSignIn } from '../stored-sign-in.ts';
import type { SignInPrompt, SignInState, StartedSignIn } from '../types.ts';

export function oauthSignIn(connection: OAuthConnection, deps: ConnectionSignInDependencies): ConnectionSignIn {
  const stored = new StoredSignIn(connection, deps);
  return connection.sso ? new SsoSignIn(connection.id, stored, connection.sso, deps) : stored;
}

/** Signs in with the token of the Teams client, or else with the stored sign-in. Entra's token proves the user. */
class SsoSignIn implements ConnectionSignIn {
  readonly usesMagicCodes = false;
  /** No OAuth connection of the Azure Bot has this name. The client only returns it with the token. */
  readonly exchangeName: string;
  readonly #stored: StoredSignIn;
  readonly #sso: SingleSignOn;
  readonly #deps: ConnectionSignInDependencies;

  constructor(connectionId: string, stored: StoredSignIn, sso: SingleSignOn, deps: ConnectionSignInDependencies) {
    this.exchangeName = connectionId;
    this.#stored = stored;
    this.#sso = sso;
    this.#deps = deps;
  }

  prompt(request: SignInRequest, now: number): SignInPrompt {
    const exchange = { id: randomUUID(), uri: this.#sso.resource, connectionName: this.exchangeName };
    return { ...this.#stored.prompt(request, now), exchange, isInPackage: true };
  }

  start(request: SignInRequest, options: StartOptions, now: number): Promise<StartedSignIn> {
    return this.#stored.start(request, options, now);
  }

  async state(request: SignInRequest, presented: PresentedSignIn, now: number): Promise<SignInState> {
    const state = await this.#stored.state(request, presented, now);
    const { code, token } = presented;
    if (state.state !== 'signed_out' || typeof token !== 'string' || isSecret(code)) return state;
    return this.#signInWithToken(request, token, now);
  }

  async renew(request: SignInRequest, used: ActiveCredential, now: number): Promise<ActiveCredential | undefined> {
    // The cache contains the access token that the source refused.
    this.#sso.evict(request.asker);
    return this.#stored.renew(request, used, now);
  }

  async signOut(request: SignInRequest, now: number): Promise<boolean> {
    const signedOut = await this.#stored.signOut(request, now);
    this.#sso.evict(request.asker);
    return signedOut;
  }

  account(request: SignInRequest): Promise<Account | undefined> {
    return this.#stored.account(request);
  }

  /** T67: verifies the token and exchanges it once across all deliveries and instances. */
  async #signInWithToken(request: SignInRequest, token: string, now: number): Promise<SignInState> {
    const { asker, connectionId } = request;
    const reason = await this.#sso.refusalOf(token, asker);
    if (reason !== undefined) {
      this.#deps.events('sso.refused', request, { reason });
      return { state: 'signed_out' };
    }
    const name = leaseName(`sso/${connectionId}`, asker);
    return withLease(this.#deps.store.leases, name, () => this.#exchange(request, token, now));
  }

  async #exchange(request: SignInRequest, token: string, now: number): Promise<SignInState> {
    const { store, vault, credentials, issued, events } = this.#deps;
    const link = await store.links.get(request);
    // A duplicate delivery may have been faster.
    const active = link && (await credentials.active(link, now));
    if (active) return { state: 'signed_in', ...active };
    const exchanged = await this.#sso.exchange(token, request.asker);
    if ('required' in exchanged) {
      if (exchanged.required === 'consent') return { state: 'consent_required' };
      // The sign-in page passes the claims on. After it, the user can search without a window.
      const { claims } = exchanged;
      const { url } = this.#stored.prompt(claims === undefined ? request : { ...request, claims }, now);
      return { state: 'signed_out', prompt: { url }, challenged: true };
    }
    const { credential } = exchanged;
    const linked = sealLink(vault, request, credential);
    await issued
      .keep(linked, () => store.links.put(linked, now))
      .catch((error: unknown) => {
        // Otherwise the cache would return revoked tokens.
        this.#sso.evict(request.asker);
        throw error;
      });
    events('signin.completed', request);
    return { state: 'signed_in', credential, version: linked.version };
  }
}
