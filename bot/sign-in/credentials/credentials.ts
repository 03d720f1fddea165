import { type Link, type Owner, type Store, type StoredLink, StoreError } from '../../store/store.ts';
import { type Account, type Credential, type IdentityProvider, ProviderError } from '../providers/identity-provider.ts';
import type { ReportSecurityEvent } from '../security-events.ts';
import { isWebChatUser } from '../user.ts';
import { LEASE_MS, withLease } from './lease.ts';
import type { IssuedTokens, Revocations } from './revocation.ts';
import { openCredential, SealError, sealCredential, sealLink, type Vault } from './vault.ts';

const DAY_MS = 86_400_000;
/** The cookie of a browser ends after 12 hours without a visit (browser-sessions.ts). After that no request can use the link. The
 * rest is room for a longer cookie, and for use that is recorded once a day. */
const IDLE_MS = 30 * DAY_MS;
const PASS_INTERVAL_MS = 3_600_000;
/** For one sweep, so that other work gets its turn. */
const LINKS_PER_SWEEP = 200;

interface IdleBrowserLinksDependencies {
  store: Pick<Store, 'directory' | 'links'>;
  events: ReportSecurityEvent;
}

/** T63: a browser in Web Chat that was closed for good leaves a link that no person can sign out of. This ends it, and its
 * tokens go to the revocation queue. It reads the links page by page, one page a sweep. */
export class IdleBrowserLinks {
  readonly #deps: IdleBrowserLinksDependencies;
  #after: string | undefined;
  #nextPassAt = 0;

  constructor(deps: IdleBrowserLinksDependencies) {
    this.#deps = deps;
  }

  async sweep(now: number): Promise<void> {
    // Also where the clock was set back.
    const due = now >= this.#nextPassAt || now < this.#nextPassAt - PASS_INTERVAL_MS;
    if (this.#after === undefined && !due) return;
    const { directory } = this.#deps.store;
    const { entries, next } = await directory.links(this.#after, LINKS_PER_SWEEP);
    for (const link of entries) {
      if (isWebChatUser(link.asker)) await this.#endIfIdle(link, now);
    }
    this.#after = next;
    if (next === undefined) this.#nextPassAt = now + PASS_INTERVAL_MS;
  }

  async #endIfIdle(link: StoredLink, now: number): Promise<void> {
    const usedBefore = now - IDLE_MS;
    if (link.usedAt >= usedBefore) return;
    const ended = await this.#deps.store.links.unlink(link, now, usedBefore);
    if (ended) this.#deps.events('credential.idle', link);
  }
}

/** A credential that can be used now, and the version it has in the store. */
export interface ActiveCredential {
  credential: Credential;
  version: string;
}

interface CredentialDependencies {
  store: Store;
  vault: Vault;
  provider(connectionId: string): IdentityProvider | undefined;
  revocations: Revocations;
  issued: IssuedTokens;
  events: ReportSecurityEvent;
}

/** An access token this close to its end is refreshed first. Milliseconds. */
const REFRESH_MARGIN = 60_000;
/** How exactly it is known when a credential was last used. Milliseconds. */
const DAY = 86_400_000;
/** Linked credentials: opened, kept fresh, unlinked when the provider says that the grant is gone. */
export class Credentials {
  readonly #deps: CredentialDependencies;
  readonly #refreshing = new Map<string, Promise<ActiveCredential | undefined>>();

  constructor(deps: CredentialDependencies) {
    this.#deps = deps;
  }

  /** The credential in a link, refreshed when it is near its end; `undefined` when only a new sign-in helps.
   * @throws {ProviderError} when it needs a refresh and the provider is out of reach. The link stays (T58). */
  async active(link: StoredLink, now: number): Promise<ActiveCredential | undefined> {
    const credential = this.#open(link);
    if (!credential) return undefined;
    // Also where a clock that was ahead wrote the time (T98).
    if (Math.abs(now - link.usedAt) > DAY) await this.#recordUse(link, credential, now);
    const left = (credential.expiresAt ?? Number.POSITIVE_INFINITY) - now;
    const renewable = credential.refreshToken !== undefined;
    if (left > REFRESH_MARGIN || (left > 0 && !renewable)) return { credential, version: link.version };
    try {
      return await this.refresh(link, credential);
    } catch (error) {
      if (left > 0 && error instanceof ProviderError) return { credential, version: link.version };
      throw error;
    }
  }

  /** The account of a link; `undefined` where the link can't be opened. */
  accountOf(link: Link): Account | undefined {
    return this.#open(link)?.account;
  }

  /** Refreshes once for all who ask for this version at the same time: in this process by sharing the promise, across
   * processes by a lease (T57). A provider with rotation ends the whole grant when a refresh token comes twice. */
  refresh(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const running = this.#refreshing.get(link.version);
    if (running) return running;
    const refresh = this.#refreshWithLease(link, credential).finally(() => this.#refreshing.delete(link.version));
    this.#refreshing.set(link.version, refresh);
    return refresh;
  }

  /** Once a day of use, with the key that encrypts by then: so a new key comes to all who search, by and by (T60). */
  async #recordUse(link: StoredLink, credential: Credential, now: number): Promise<void> {
    const { store, vault } = this.#deps;
    const sealed = sealCredential(vault, link, link.version, credential);
    try {
      await store.links.updateUsage(link, { sealed, usedAt: now });
    } catch (error) {
      // A store that can't be written to can still be read from (T82); the next query tries again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  async #refreshWithLease(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const { leases, links } = this.#deps.store;
    const isReplaced = async () => (await links.get(link))?.version !== link.version;
    // The lease may have been free because its holder was done.
    const work = async () => ((await isReplaced()) ? this.#current(link) : this.#refreshOnce(link, credential));
    return withLease(leases, `refresh/${link.version}`, work, { maxWaitMs: LEASE_MS, isDone: isReplaced });
  }

  async #refreshOnce(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const { store, events } = this.#deps;
    const renewed = credential.refreshToken === undefined ? undefined : await this.#refreshAtProvider(link, credential);
    if (renewed) return this.#replace(link, renewed, renewed.refreshToken !== credential.refreshToken);
    if (await store.links.deleteIfVersion(link, link.version))
      events('credential.unlinked', link, { reason: 'invalid_grant' });
    // Somebody else had used the refresh token by then: an instance that lost its lease, or whoever has a copy.
    else if (credential.refreshToken !== undefined) events('refresh.reused', link);
    return this.#current(link);
  }

  async #refreshAtProvider(link: Link, credential: Credential): Promise<Credential | undefined> {
    try {
      return await this.#deps.provider(link.connectionId)?.refresh(credential, link.asker);
    } catch (error) {
      if (error instanceof ProviderError && error.failure === 'invalid_grant') return undefined;
      throw error;
    }
  }

  /** @param isRotated whether the refresh token of the link is used up: without rotation the link goes on as it is */
  async #replace(link: Link, credential: Credential, isRotated: boolean): Promise<ActiveCredential | undefined> {
    const { store, vault, revocations, issued, events } = this.#deps;
    const renewed = sealLink(vault, link, credential);
    const replace = () => store.links.replace(link.version, renewed, Date.now());
    if (await issued.keep(renewed, replace, isRotated)) {
      events('credential.refreshed', link);
      return { credential, version: renewed.version };
    }
    // T64: signed out, or signed in anew, meanwhile. What is there now counts, and these tokens are nobody's.
    await issued.keep(renewed, () => store.revocations.add(renewed, Date.now()));
    revocations.runSoon();
    return this.#current(link);
  }

  async #current(owner: Owner): Promise<ActiveCredential | undefined> {
    const link = await this.#deps.store.links.get(owner);
    const credential = link && this.#open(link);
    return link && credential ? { credential, version: link.version } : undefined;
  }

  #open(link: Link): Credential | undefined {
    try {
      return openCredential(this.#deps.vault, link);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      // The row stays as it is, for whoever looks into it; signing in again replaces it.
      const event = error.reason === 'unknown_key' ? 'credential.key_missing' : 'credential.tampered';
      this.#deps.events(event, link, { reason: error.reason });
      return undefined;
    }
  }
}
