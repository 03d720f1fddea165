import { type Link, type Owner, type Store, type StoredLink, StoreError } from '../../store/store.ts';
import type { ReportSecurityEvent } from '../audit/security-events.ts';
import { type Account, type Credential, type IdentityProvider, ProviderError } from '../providers/identity-provider.ts';
import { LEASE_MS, withLease } from './lease.ts';
import { type ActiveCredential, OpenedCredentials } from './opened-credentials.ts';
import type { IssuedTokens, Revocations } from './revocation.ts';
import { openCredential, SealError, sealCredential, sealLink, type Vault } from './vault.ts';

interface CredentialDependencies {
  store: Store;
  vault: Vault;
  provider(connectionId: string): IdentityProvider | undefined;
  revocations: Revocations;
  issued: IssuedTokens;
  events: ReportSecurityEvent;
}

/** Before an access token expires. */
const REFRESH_MARGIN_MS = 60_000;
/** The accuracy of `usedAt`: a day. */
const USAGE_INTERVAL_MS = 86_400_000;

export class Credentials {
  readonly #deps: CredentialDependencies;
  readonly #opened = new OpenedCredentials();
  readonly #refreshing = new Map<string, Promise<ActiveCredential | undefined>>();

  constructor(deps: CredentialDependencies) {
    this.#deps = deps;
  }

  /** A credential that an earlier query opened, if exactly this one is still stored: a sign-out counts at once on every
   * instance (T62). `undefined`: read and open it. */
  async remembered(owner: Owner, now: number): Promise<ActiveCredential | undefined> {
    const opened = this.#opened.get(owner, now);
    if (!opened) return undefined;
    if (await this.#deps.store.links.isStored(opened.link)) return opened.active;
    this.#opened.delete(owner);
    return undefined;
  }

  /** Forgets a credential that its user or an administrator has ended. */
  forget(owner: Owner): void {
    this.#opened.delete(owner);
  }

  sweep(now: number): void {
    this.#opened.sweep(now);
  }

  /** Refreshes a credential that is about to expire. `undefined`: only a new sign-in helps.
   * @throws {ProviderError} if the refresh fails. The link stays (T58). */
  async active(link: StoredLink, now: number): Promise<ActiveCredential | undefined> {
    const credential = this.#open(link);
    if (!credential) return undefined;
    // `abs`: also if a clock that ran ahead wrote the time (T98).
    if (Math.abs(now - link.usedAt) > USAGE_INTERVAL_MS) await this.#recordUse(link, credential, now);
    const left = (credential.expiresAt ?? Number.POSITIVE_INFINITY) - now;
    const renewable = credential.refreshToken !== undefined;
    if (left > REFRESH_MARGIN_MS || (left > 0 && !renewable)) {
      const usableFor = renewable ? left - REFRESH_MARGIN_MS : left;
      this.#opened.add(
        link,
        credential,
        now + Math.min(usableFor, USAGE_INTERVAL_MS - Math.abs(now - link.usedAt)),
        now,
      );
      return { credential, version: link.version };
    }
    try {
      return await this.refresh(link, credential);
    } catch (error) {
      if (left > 0 && error instanceof ProviderError) return { credential, version: link.version };
      throw error;
    }
  }

  accountOf(link: Link): Account | undefined {
    return this.#open(link)?.account;
  }

  /** For a token that the source refused before it expired. */
  async renew(link: Link): Promise<ActiveCredential | undefined> {
    const credential = this.#open(link);
    return credential && this.refresh(link, credential);
  }

  /** T57: if a refresh token is sent twice, a provider with rotation ends the whole grant. So callers share a promise
   * in one process and a lease across processes. */
  refresh(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const running = this.#refreshing.get(link.version);
    if (running) return running;
    const refresh = this.#refreshWithLease(link, credential).finally(() => this.#refreshing.delete(link.version));
    this.#refreshing.set(link.version, refresh);
    return refresh;
  }

  /** Also seals with the current key, so that active users move to a new key (T60). */
  async #recordUse(link: StoredLink, credential: Credential, now: number): Promise<void> {
    const { store, vault } = this.#deps;
    const sealed = sealCredential(vault, link, link.version, credential);
    try {
      await store.links.updateUsage(link, { sealed, usedAt: now });
    } catch (error) {
      // A store that cannot write may still read (T82). The next query tries again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  async #refreshWithLease(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const { leases, links } = this.#deps.store;
    const isReplaced = async () => (await links.get(link))?.version !== link.version;
    const work = async () => ((await isReplaced()) ? this.#current(link) : this.#refreshOnce(link, credential));
    return withLease(leases, `refresh/${link.version}`, work, { maxWaitMs: LEASE_MS, isDone: isReplaced });
  }

  async #refreshOnce(link: Link, credential: Credential): Promise<ActiveCredential | undefined> {
    const { store, events } = this.#deps;
    const renewed = credential.refreshToken === undefined ? undefined : await this.#refreshAtProvider(link, credential);
    if (renewed) return this.#replace(link, renewed, renewed.refreshToken !== credential.refreshToken);
    if (await store.links.deleteIfVersion(link, link.version))
      events('credential.unlinked', link, { reason: 'invalid_grant' });
    // Another party used the refresh token: an instance that lost its lease, or a thief.
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

  /** @param isRotated true if the old refresh token is used up. Otherwise the old link still works. */
  async #replace(link: Link, credential: Credential, isRotated: boolean): Promise<ActiveCredential | undefined> {
    const { store, vault, revocations, issued, events } = this.#deps;
    const renewed = sealLink(vault, link, credential);
    const replace = () => store.links.replace(link.version, renewed, Date.now());
    if (await issued.keep(renewed, replace, isRotated)) {
      events('credential.refreshed', link);
      return { credential, version: renewed.version };
    }
    // T64: the user signed out or in again meanwhile, so these tokens are discarded.
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
      // The row stays for an investigation. A new sign-in replaces it.
      const event = error.reason === 'unknown_key' ? 'credential.key_missing' : 'credential.tampered';
      this.#deps.events(event, link, { reason: error.reason });
      return undefined;
    }
  }
}
