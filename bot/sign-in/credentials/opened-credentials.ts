import { LRUCache } from 'lru-cache';
import type { Owner, StoredLink } from '../../store/store.ts';
import type { Credential } from '../providers/identity-provider.ts';
import { userKey } from '../user.ts';

/** What a call of a source needs. The refresh token stays sealed. */
export interface ActiveCredential {
  credential: Omit<Credential, 'refreshToken'>;
  version: string;
}

interface OpenedCredential {
  link: StoredLink;
  active: ActiveCredential;
  openedAt: number;
  /** When the credential needs more than to be opened, for example a refresh. */
  until: number;
}

/** With a sweep every 10 s, no access token stays in memory for longer than a minute. */
const TTL_MS = 50_000;
const MAX_OPENED = 2_000;

/** Credentials that queries opened a moment ago, because opening costs more than the read. Says nothing about whether a
 * user is still signed in: only the store knows (T62). */
export class OpenedCredentials {
  readonly #opened = new LRUCache<string, OpenedCredential>({ max: MAX_OPENED });

  get(owner: Owner, now: number): OpenedCredential | undefined {
    const opened = this.#opened.get(ownerKey(owner));
    return opened && isFresh(opened, now) ? opened : undefined;
  }

  /** @param until milliseconds since the epoch */
  add(link: StoredLink, { refreshToken: _, ...credential }: Credential, until: number, now: number): void {
    const active = { credential, version: link.version };
    this.#opened.set(ownerKey(link), { link, active, openedAt: now, until });
  }

  delete(owner: Owner): void {
    this.#opened.delete(ownerKey(owner));
  }

  sweep(now: number): void {
    for (const [key, opened] of this.#opened.entries()) if (!isFresh(opened, now)) this.#opened.delete(key);
  }
}

/** Also false if the clock was set back (T98). */
function isFresh({ openedAt, until }: OpenedCredential, now: number): boolean {
  return now >= openedAt && now < Math.min(openedAt + TTL_MS, until);
}

function ownerKey({ asker, connectionId }: Owner): string {
  return `${userKey(asker)}/${connectionId}`;
}
