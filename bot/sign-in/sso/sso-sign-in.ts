import { v7 as newVersion } from 'uuid';
import type { Link, Owner, Store } from '../../store/store.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { leaseName, withLease } from '../credentials/lease.ts';
import type { IssuedTokens } from '../credentials/revocation.ts';
import { sealCredential, type Vault } from '../credentials/vault.ts';
import type { Credential } from '../providers/identity-provider.ts';
import type { ReportSecurityEvent } from '../security-events.ts';
import type { SignInState } from '../types.ts';
import type { User } from '../user.ts';

export interface SilentSignInDependencies {
  store: Store;
  vault: Vault;
  events: ReportSecurityEvent;
  credentials: Credentials;
  issued: IssuedTokens;
}

/** A session; or only a sign-in helps, and what a policy asks of it. */
export type SsoOutcome = SignInState | { state: 'challenged'; claims?: string };

/** Signs in with a token that the Teams client brought: proven, as the identity provider itself says whose it is. */
export class SilentSignIn {
  readonly #deps: SilentSignInDependencies;

  constructor(deps: SilentSignInDependencies) {
    this.#deps = deps;
  }

  /** T67: verified before it is used, and exchanged once, however often and wherever it is delivered. */
  async session(owner: Owner, sso: SingleSignOn, token: string, now: number): Promise<SsoOutcome> {
    const reason = await sso.refusalOf(token, owner.asker);
    if (reason !== undefined) {
      this.#deps.events('sso.refused', owner, { reason });
      return { state: 'signed_out' };
    }
    const name = leaseName(`sso/${owner.connectionId}`, owner.asker);
    return withLease(this.#deps.store.leases, name, () => this.#exchange(owner, sso, token, now));
  }

  async #exchange(owner: Owner, sso: SingleSignOn, token: string, now: number): Promise<SsoOutcome> {
    const { store, credentials, issued, events } = this.#deps;
    const link = await store.links.get(owner);
    // Another delivery of the same query was quicker.
    const live = link && (await credentials.active(link, now));
    if (live) return { state: 'signed_in', ...live };
    const exchanged = await sso.exchange(token, owner.asker);
    if ('wants' in exchanged) {
      if (exchanged.wants === 'consent') return { state: 'consent_required' };
      const { claims } = exchanged;
      return { state: 'challenged', ...(claims !== undefined && { claims }) };
    }
    const { credential } = exchanged;
    const linked = this.#seal(owner, credential);
    await issued
      .keep(linked, () => store.links.put(linked, now))
      .catch((error: unknown) => {
        // Else the library would have the tokens that were revoked at hand.
        sso.evict(owner.asker);
        throw error;
      });
    events('signin.completed', owner);
    return { state: 'signed_in', credential, version: linked.version };
  }

  #seal({ asker, connectionId }: Owner, credential: Credential): Link {
    const version = newVersion();
    const owner: Owner = { asker, connectionId };
    return { ...owner, version, sealed: sealCredential(this.#deps.vault, owner, version, credential) };
  }
}

/** The seam to single sign-on: what the Teams client got for a person becomes a credential of theirs, or not. Those that
 * promise may throw {@link ProviderError}, and nothing else. */
export interface SingleSignOn {
  /** What the channel gets a token for. */
  readonly resource: string;
  /** Whether it is this very asker's, for us, and from a Teams client. @returns why not, for the log */
  refusalOf(token: string, asker: User): Promise<string | undefined>;
  /** On behalf of the asker. Only for a token that was not refused. */
  exchange(token: string, asker: User): Promise<Exchanged>;
  /** Nothing of what was exchanged for them is to be used again. */
  evict(asker: User): void;
}

export type Exchanged =
  | { credential: Credential }
  /** They have not allowed it yet. */
  | { wants: 'consent' }
  /** Only a sign-in helps: a policy asks for it, in `claims`, or the provider refused the token. */
  | { wants: 'sign_in'; claims?: string };
