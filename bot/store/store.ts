import { hash } from 'node:crypto';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { LatchkeyError, summaryOf } from '../platform/latchkey-error.ts';
import type { User } from '../sign-in/user.ts';

/** State that survives a restart and that instances share. Each method is atomic for its record. Values named `sealed`
 * are encrypted. Keys named `…Hash` are the SHA-256 of a secret, in base64url. Times are milliseconds since the epoch;
 * the caller passes `now`, so that one clock decides for a request. A credential that is replaced, burnt, expired or
 * signed out moves to `revocations` in one step, so that a crash cannot lose tokens that still work. */
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
  /** What the answer to a query depends on, in as few reads as possible. */
  queryState(owner: Owner, absent: WithoutLink, now: number): Promise<QueryState>;
  sweep(now: number): Promise<void>;
  /** Returns the damaged records of all processes, each once. */
  takeDamaged(): Promise<DamagedRecord[]>;
  /** @throws {StoreError} if the store cannot be used */
  ping(): Promise<void>;
  close(): Promise<void>;
}

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
  /** Deletes the user's oldest transactions above `limit`. */
  open(transaction: Transaction, limit: number): Promise<void>;
  /** Consumes the transaction that matches state, connection and one of the cookies. Only one caller gets it.
   * `other_browser`: none of the cookies belongs to the state, and the transaction stays. */
  take(match: TransactionMatch, now: number): Promise<Transaction | 'other_browser' | 'unknown'>;
}

interface TransactionMatch {
  stateHash: string;
  cookieHashes: readonly string[];
  connectionId: string;
}

/** `version` changes with the credential; `sealed` is bound to it. */
export interface Link extends Owner {
  version: string;
  sealed: string;
}

export interface StoredLink extends Link {
  /** Last use (accurate to about a day), link or refresh. */
  usedAt: number;
}

/** What to read if no link is stored. */
interface WithoutLink {
  rule: AttemptRule;
  lease?: { name: string; lengthMs: number } | undefined;
}

interface QueryState {
  link: StoredLink | undefined;
  /** Only without a link. See {@link Attempts.pausedUntil}. */
  pausedUntil: number | undefined;
  /** Only without a link. See {@link Leases.isHeld}. */
  isLeaseHeld: boolean;
}

/** Waits for a security code or for the confirm page. */
export interface Parked extends Owner {
  keyHash: string;
  /** `sealed` is absent if a proven sign-in has linked the credential already. */
  version: string;
  sealed: string | undefined;
  createdAt: number;
  expiresAt: number;
}

export type Redemption =
  | 'linked'
  /** A proven sign-in has already linked the credential. */
  | 'spent'
  /** Belongs to another user or connection, and is burnt. */
  | 'foreign'
  /** Expired, or from a clock that ran ahead, and is burnt. */
  | 'expired'
  | 'unknown';

export interface ParkedCredentials {
  /** Idempotent (T92). */
  add(parked: Parked): Promise<void>;
  /** Moves the record to `codeHash`, until `expiresAt`.
   * @returns its owner; `undefined` if the record is gone, expired or from the future */
  confirm(keyHash: string, codeHash: string, expiresAt: number, now: number): Promise<Owner | undefined>;
  /** Changes nothing. */
  owner(codeHash: string): Promise<Owner | undefined>;
  /** Consumes the record and links its credential if `owner` matches, in one step for one caller. */
  redeem(codeHash: string, owner: Owner, now: number): Promise<Redemption>;
  /** @returns the owner of the burnt record */
  discard(keyHash: string, now: number): Promise<Owner | undefined>;
  revokeAll(asker: User, now: number): Promise<void>;
}

interface Links {
  get(owner: Owner): Promise<StoredLink | undefined>;
  /** True if exactly this link is stored. Cheaper than `get`. */
  isStored(link: StoredLink): Promise<boolean>;
  /** The last write wins. Idempotent (T92). */
  put(link: Link, now: number): Promise<void>;
  /** Compare-and-set by `version`. Also true if `link` is stored already (T92). Does not revoke the old credential,
   * which no longer works. */
  replace(version: string, link: Link, now: number): Promise<boolean>;
  /** Changes the stored link only if it equals `link`. */
  updateUsage(link: StoredLink, change: { sealed: string; usedAt: number }): Promise<boolean>;
  /** Deletes tokens that the provider has ended. */
  deleteIfVersion(owner: Owner, version: string): Promise<boolean>;
  /** @param usedBefore deletes the link only if its last use is before this time
   * @returns false if it deleted no link */
  unlink(owner: Owner, now: number, usedBefore?: number): Promise<boolean>;
}

interface Attempts {
  /** @returns the end of the pause that this failure causes, if any */
  recordFailure(asker: User, rule: AttemptRule, now: number): Promise<number | undefined>;
  /** T98: ignores a pause that is longer than the rule's window. */
  pausedUntil(asker: User, rule: AttemptRule, now: number): Promise<number | undefined>;
}

/** `limit` wrong codes within `windowMs` cause a pause of `windowMs`. */
interface AttemptRule {
  limit: number;
  windowMs: number;
}

export interface PendingRevocation extends Link {
  attempts: number;
}

export interface RevocationQueue {
  /** For tokens that were never linked or pending. */
  add(link: Link, now: number): Promise<void>;
  /** Hides the returned entries from other callers until `now + leaseMs`. An entry that is due after `now + longestWaitMs`
   * is due now (T98). */
  take(limit: number, waits: { leaseMs: number; longestWaitMs: number }, now: number): Promise<PendingRevocation[]>;
  /** Uses one step, if the store supports it. */
  settle(settled: readonly Settled[]): Promise<void>;
}

export interface Settled {
  discarded: PendingRevocation;
  /** If absent, the entry is done: revoked or given up. `sealed` replaces its content. */
  retry?: { dueAt: number; sealed?: string };
}

/** A lease ends at `until`, even if its holder dies. A lease that ends after `latestEnd` does not count (T98), so all
 * leases of a name must have one length. */
export interface Leases {
  acquire(name: string, holder: string, until: number, now: number): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  /** Changes nothing. @param lengthMs of the leases of this name */
  isHeld(name: string, lengthMs: number, now: number): Promise<boolean>;
}

export interface Limit {
  name: string;
  points: number;
  windowMs: number;
}

/** SQLite counts in memory, Redis for all instances. `consume` returns the seconds to wait if the limit is reached. */
export interface Limits {
  consume(limit: Limit, key: string): Promise<number | undefined>;
}

interface Preferences {
  /** `undefined`: all connections of the command. */
  defaultConnection(asker: User): Promise<string | undefined>;
  setDefaultConnection(asker: User, connectionId: string | undefined): Promise<void>;
}

interface Administration {
  /** Pass the last `next` as `after`. A page may be empty, and a link may appear twice. */
  links(after: string | undefined, limit: number): Promise<Page<StoredLink>>;
  discarded(after: string | undefined, limit: number): Promise<Page<PendingRevocation>>;
  /** Changes the stored entry only if it equals `discarded`. */
  resealDiscarded(discarded: PendingRevocation, sealed: string): Promise<boolean>;
  /** Unlinks the target's credentials and deletes other records that name it. Credentials that wait for revocation
   * stay.
   * @returns the number of links */
  purge(target: PurgeTarget, now: number): Promise<number>;
  /** What the store contains of a person. Changes nothing. */
  person(asker: User): Promise<PersonRecords>;
  /** Removes deleted records from the store's own log (write-ahead, append-only).
   * @returns false if the store refuses */
  compactLog(): Promise<boolean>;
}

/** Unreadable records are only counted, in `damaged`, after they were set aside. */
export interface PersonRecords {
  links: StoredLink[];
  transactions: PendingRecord[];
  parked: PendingRecord[];
  revocations: { connectionId: string; attempts: number; dueAt: number }[];
  attempts: { failures: number; since: number; pausedUntil: number } | undefined;
  defaultConnection: string | undefined;
  damaged: number;
}

interface PendingRecord {
  connectionId: string;
  createdAt: number;
  expiresAt: number;
}

export interface Page<T> {
  entries: T[];
  next: string | undefined;
}

const PAGE_SIZE = 500;

/** All entries of a list in {@link Administration}. */
export async function* paginate<T>(
  page: (after: string | undefined, limit: number) => Promise<Page<T>>,
): AsyncIterable<T> {
  let after: string | undefined;
  do {
    const { entries, next } = await page(after, PAGE_SIZE);
    yield* entries;
    after = next;
  } while (after !== undefined);
}

/** Without `objectId`: every user of the tenant. */
export interface PurgeTarget {
  tenantId: string;
  objectId?: string;
}

/** Reads the link first: most people who search are signed in. */
export async function readQueryState(
  { links, attempts, leases }: Pick<Store, 'links' | 'attempts' | 'leases'>,
  owner: Owner,
  { rule, lease }: WithoutLink,
  now: number,
): Promise<QueryState> {
  const link = await links.get(owner);
  if (link) return { link, pausedUntil: undefined, isLeaseHeld: false };
  const [pausedUntil, isLeaseHeld] = await Promise.all([
    attempts.pausedUntil(owner.asker, rule, now),
    lease !== undefined && leases.isHeld(lease.name, lease.lengthMs, now),
  ]);
  return { link, pausedUntil, isLeaseHeld };
}

/** How far a clock may run behind the clock that wrote a record. Beyond that, a clock was set back. */
export const CLOCK_SKEW_MS = 60_000;

export function latestEnd(lengthMs: number, now: number): number {
  return now + lengthMs + CLOCK_SKEW_MS;
}

export function isLive(record: { createdAt: number; expiresAt: number }, now: number): boolean {
  return now < record.expiresAt && now >= record.createdAt - CLOCK_SKEW_MS;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  const same = a.asker.tenantId === b.asker.tenantId && a.asker.objectId === b.asker.objectId;
  return same && a.connectionId === b.connectionId;
}

/** T94: the store sets an unreadable record aside and treats it as absent. No log contains its content. */
export interface DamagedRecord {
  kind: 'link' | 'pending credential' | 'transaction' | 'revocation';
  /** Absent if the record no longer names its owner. */
  owner?: Owner;
}

/** Full, locked, unreachable or damaged. See the cause. */
export class StoreError extends LatchkeyError {
  override readonly name = 'StoreError';
}

/** Wraps methods at any depth: every failure becomes a StoreError. @param kind for the message */
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

/** Counts in this process, unless `make` creates limiters that count for all instances. */
export function limits(make: Make = (options) => new RateLimiterMemory(options)): Limits {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterOf = ({ name, points, windowMs }: Limit) => {
    const known = limiters.get(name);
    const limiter = known ?? make({ keyPrefix: `latchkey:limit:${name}`, points, duration: windowMs / 1000 });
    if (!known) limiters.set(name, limiter);
    return limiter;
  };
  return {
    async consume(limit, key) {
      try {
        // Hashed, so that no store contains addresses or names of people.
        await limiterOf(limit).consume(hash('sha256', key, 'base64url'));
        return undefined;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw refused;
      }
    },
  };
}
