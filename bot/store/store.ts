import { createHash } from 'node:crypto';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { LatchkeyError, summaryOf } from '../platform/latchkey-error.ts';
import type { User } from '../sign-in/user.ts';

/**
 * What must survive a restart and be shared by instances. Every method is atomic for the record that it names: two
 * callers at once see one order. Values named `sealed` are encrypted before they come here; keys named `…Hash` are
 * SHA-256 of the secret, in base64url. Times are milliseconds since the epoch; `now` is passed in so that one clock
 * rules a request. A credential that loses its place (replaced, burnt, expired, signed out) goes to `revocations` in
 * the same step, so that no crash leaves tokens that nobody knows of.
 */
export interface Store {
  readonly transactions: Transactions;
  readonly parking: ParkedCredentials;
  readonly links: Links;
  readonly attempts: Attempts;
  readonly revocations: RevocationQueue;
  readonly leases: Leases;
  readonly limits: Limits;
  readonly preferences: Preferences;
  readonly directory: Administration;
  /** Drops what has expired. */
  sweep(now: number): Promise<void>;
  /** The damaged records that were set aside since the last call, of any process: each is returned once. */
  takeDamaged(): Promise<DamagedRecord[]>;
  /** Throws when the store can't be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Whose tokens, and for what. */
export interface Owner {
  asker: User;
  connectionId: string;
}

/** One run of the OAuth flow in one browser. */
export interface Transaction extends Owner {
  stateHash: string;
  cookieHash: string;
  createdAt: number;
  expiresAt: number;
  sealed: string;
}

interface Transactions {
  /** Remembers a transaction; an asker has at most `limit`, the oldest go first. */
  open(transaction: Transaction, limit: number): Promise<void>;
  /** Consumes the transaction that this state, one of these cookies and this connection name together: one caller gets
   * it. `other_browser` leaves it alone: the state is live, and none of the cookies is its own. */
  take(match: TransactionMatch, now: number): Promise<Transaction | 'other_browser' | 'unknown'>;
}

interface TransactionMatch {
  stateHash: string;
  cookieHashes: readonly string[];
  connectionId: string;
}

/** Tokens that belong to somebody. `version` is new with every change, and part of what `sealed` is bound to. */
export interface Link extends Owner {
  version: string;
  sealed: string;
}

/** A link as it lies in the store. */
export interface StoredLink extends Link {
  /** When it was last used, to about a day; or linked, or refreshed. */
  usedAt: number;
}

/** What waits under a security code, or (before it is confirmed) for the person's decision. */
export interface Parked extends Owner {
  keyHash: string;
  /** The credential's version, and itself; absent where a proven sign-in has linked it already. */
  version: string;
  sealed: string | undefined;
  createdAt: number;
  expiresAt: number;
}

export type Redemption =
  /** The parked credential is linked now. */
  | 'linked'
  /** The code of a proven sign-in, which was linked when it ended. */
  | 'spent'
  /** Parked for somebody or something else: burnt. */
  | 'foreign'
  /** Too late, or from a clock that ran ahead: burnt. */
  | 'expired'
  | 'unknown';

export interface ParkedCredentials {
  /** Parked again, a record is itself (T92). */
  add(parked: Parked): Promise<void>;
  /** Moves what waits under one hash to another, until `expiresAt`; returns whose it is, or `undefined` when it is gone,
   * expired or from the future. */
  confirm(keyHash: string, codeHash: string, expiresAt: number, now: number): Promise<Owner | undefined>;
  /** Whose it is that waits under the hash; takes nothing. */
  owner(codeHash: string): Promise<Owner | undefined>;
  /** Takes what waits under the hash and, where it is the owner's, links it: one step, for one caller. */
  redeem(codeHash: string, owner: Owner, now: number): Promise<Redemption>;
  /** Burns what waits under a hash; returns whose it was. */
  discard(keyHash: string, now: number): Promise<Owner | undefined>;
  /** Burns all that waits for an asker. */
  revokeAll(asker: User, now: number): Promise<void>;
}

interface Links {
  get(owner: Owner): Promise<StoredLink | undefined>;
  /** Links; the last one wins. Put again, a link is itself (T92). */
  put(link: Link, now: number): Promise<void>;
  /** Puts the new one only where `version` is still there (compare-and-set), or where the new one is there already (T92). The
   * old one is worth nothing any more. */
  replace(version: string, link: Link, now: number): Promise<boolean>;
  /** The same credential, sealed anew or used at another time; only where it is still as it was given. */
  updateUsage(link: StoredLink, change: { sealed: string; usedAt: number }): Promise<boolean>;
  /** Forgets tokens that the provider has ended, only where `version` is still there. */
  deleteIfVersion(owner: Owner, version: string): Promise<boolean>;
  /** Unlinks, whatever is there; false when nothing was. @param usedBefore only what was not used since */
  unlink(owner: Owner, now: number, usedBefore?: number): Promise<boolean>;
}

interface Attempts {
  /** Counts a wrong code; returns when the pause that it causes ends, if it does. */
  recordFailure(asker: User, rule: AttemptRule, now: number): Promise<number | undefined>;
  /** When the asker's pause ends, if there is one. A pause that is longer than the rule's window does not count (T98). */
  pausedUntil(asker: User, rule: AttemptRule, now: number): Promise<number | undefined>;
}

/** `limit` wrong codes within `window` milliseconds pause for as long. */
interface AttemptRule {
  limit: number;
  window: number;
}

/** A credential without an owner, until the provider has revoked it. */
export interface PendingRevocation extends Link {
  /** How often it was tried. */
  attempts: number;
}

export interface RevocationQueue {
  /** For tokens that never had a place. */
  add(link: Link, now: number): Promise<void>;
  /** Up to `limit` that are due; no other caller gets them until `now + lease`. An entry that is due later than
   * `now + longestWait` is due now (T98). */
  take(limit: number, waits: { lease: number; longestWait: number }, now: number): Promise<PendingRevocation[]>;
  /** Records what came of entries that were taken, all of them in one step where the store has such a step. */
  settle(settled: readonly Settled[]): Promise<void>;
}

export interface Settled {
  discarded: PendingRevocation;
  /** Absent: revoked, or given up. `sealed` replaces the content of the entry. */
  retry?: { dueAt: number; sealed?: string };
}

/** One holder at a time, for as long as it said; a holder that dies is forgotten then. A lease that ends later than the one
 * that is asked for, by more than the clocks' tolerance, does not count (T98): all leases of a name have one length. */
export interface Leases {
  acquire(name: string, holder: string, until: number, now: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
}

/** At most `points` requests within `window` milliseconds. */
export interface Limit {
  name: string;
  points: number;
  window: number;
}

/** Counted in memory where the store is one machine's, else for all instances together. */
export interface Limits {
  /** Counts a request against a limit's key. @returns seconds until there is room again, where there is none. */
  consume(limit: Limit, key: string): Promise<number | undefined>;
}

/** What people chose for themselves. */
interface Preferences {
  /** Which connection an asker's searches are for, where a command has several; `undefined` for all of them. */
  defaultConnection(asker: User): Promise<string | undefined>;
  setDefaultConnection(asker: User, connectionId: string | undefined): Promise<void>;
}

/** For those who run the service. */
interface Administration {
  /** Every link, in pages: pass the last answer's `next` to go on. A page may be empty, and a link come twice. */
  links(after: string | undefined, limit: number): Promise<Page<StoredLink>>;
  /** Every credential that waits for its revocation, likewise. */
  discarded(after: string | undefined, limit: number): Promise<Page<PendingRevocation>>;
  /** Seals one of these anew, only where it is still as it was given. */
  resealDiscarded(discarded: PendingRevocation, sealed: string): Promise<boolean>;
  /** Unlinks a person's or a whole tenant's credentials and forgets everything else that names them, but for the
   * credentials that are still to be revoked. @returns how many links there were. */
  purge(target: PurgeTarget, now: number): Promise<number>;
  /** Rids the store's own log (write-ahead, append-only) of what was deleted. @returns false where it did not let us. */
  compactLog(): Promise<boolean>;
}

export interface Page<T> {
  entries: T[];
  next: string | undefined;
}

/** A person, or everybody of a tenant. */
export interface PurgeTarget {
  tenantId: string;
  objectId?: string;
}

/** A clock may run this far behind the one that wrote a record; beyond it, somebody set a clock back. Milliseconds. */
export const CLOCK_SKEW_MS = 60_000;

/** T98: the latest end that a clock can have written which is right, for a pause or lease of this length. */
export function latestEnd(length: number, now: number): number {
  return now + length + CLOCK_SKEW_MS;
}

/** Not expired, and not from the future. */
export function isLive(record: { createdAt: number; expiresAt: number }, now: number): boolean {
  return now < record.expiresAt && now >= record.createdAt - CLOCK_SKEW_MS;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  const same = a.asker.tenantId === b.asker.tenantId && a.asker.objectId === b.asker.objectId;
  return same && a.connectionId === b.connectionId;
}

/** A record that cannot be read (T94). The store moves it out of the way and treats it as absent; its content is in no log. */
export interface DamagedRecord {
  kind: 'link' | 'pending credential' | 'transaction' | 'revocation';
  /** Absent where the record does not name its owner any more. */
  owner?: Owner;
}

/** The store can't be used just now: full, locked, out of reach, damaged. The cause says which. */
export class StoreError extends LatchkeyError {
  override readonly name = 'StoreError';
}

/** The same methods, at any depth, whose every failure is a StoreError. @param kind of store, for the message */
export function wrapStoreErrors<T extends object>(kind: string, methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => [
    name,
    typeof method === 'function'
      ? async (...args: unknown[]) => {
          try {
            return await method(...args);
          } catch (cause) {
            throw new StoreError(`${kind}: ${summaryOf(cause)}`, { cause });
          }
        }
      : wrapStoreErrors(kind, method),
  ]);
  return Object.fromEntries(entries);
}

type Make = (options: IRateLimiterOptions) => RateLimiterAbstract;

/** Limits that are counted in this process: what a store for one machine has.
 * @param make another place to count, shared by every instance */
export function limits(make: Make = (options) => new RateLimiterMemory(options)): Limits {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = ({ name, points, window }: Limit) => {
    const known = limiters.get(name);
    const limiter = known ?? make({ keyPrefix: `latchkey:limit:${name}`, points, duration: window / 1000 });
    if (!known) limiters.set(name, limiter);
    return limiter;
  };
  return {
    async consume(limit, key) {
      try {
        // Hashed: addresses and people are named nowhere.
        await limiterOf(limit).consume(createHash('sha256').update(key).digest('base64url'));
        return undefined;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw refused;
      }
    },
  };
}
