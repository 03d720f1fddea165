import type { Asker } from '../sign-in/asker.ts';

/**
 * What must survive a restart and be shared by instances. Every method is atomic: two callers at once see one
 * order. Values named `sealed` are encrypted before they come here; keys named `…Hash` are SHA-256 of the secret.
 * Times are milliseconds since the epoch; `now` is passed in so that one clock rules a request.
 */
export interface Store {
  readonly transactions: Transactions;
  readonly parking: Parking;
  readonly links: Links;
  readonly attempts: Attempts;
  /** Drops what has expired. Returns the parked credentials among it, for revocation. */
  sweep(now: number): Promise<Parked[]>;
  /** Throws when the store can't be used. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Whose tokens, and for what. */
export interface Owner {
  asker: Asker;
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

export interface Transactions {
  /** Remembers a transaction; an asker has at most `limit`, the oldest go first. */
  open(transaction: Transaction, limit: number): Promise<void>;
  /** Consumes the transaction that this state, one of these cookies and this connection name together: one caller gets
   * it. `other_browser` leaves it alone: the state is live, and none of the cookies is its own. */
  take(match: TransactionMatch, now: number): Promise<Transaction | 'other_browser' | 'unknown'>;
}

export interface TransactionMatch {
  stateHash: string;
  cookieHashes: readonly string[];
  connectionId: string;
}

/** Tokens that belong to somebody. `version` is new with every change, and part of what `sealed` is bound to. */
export interface Link extends Owner {
  version: string;
  sealed: string;
}

/** What waits under a security code, or (before it is confirmed) under the hash of its transaction's cookie. */
export interface Parked extends Owner {
  keyHash: string;
  /** The credential's version, and itself; absent where a proven sign-in has linked it already. */
  version: string;
  sealed: string | undefined;
  createdAt: number;
  expiresAt: number;
}

export type Redemption =
  /** The parked credential is linked now; `replaced` held the place before. */
  | { outcome: 'linked'; replaced: Link | undefined }
  /** The code of a proven sign-in, which was linked when it ended. */
  | { outcome: 'spent' }
  /** Parked for somebody or something else: burnt. */
  | { outcome: 'foreign'; parked: Parked }
  /** Too late, or from a clock that ran ahead: burnt. */
  | { outcome: 'expired'; parked: Parked }
  | { outcome: 'unknown' };

export interface Parking {
  park(parked: Parked): Promise<void>;
  /** Moves what waits under one hash to another, until `expiresAt`; returns whose it is, or `undefined` when it is gone,
   * expired or from the future. */
  confirm(keyHash: string, codeHash: string, expiresAt: number, now: number): Promise<Owner | undefined>;
  /** Takes what waits under the hash and, where it is the owner's, links it: one step, for one caller. */
  redeem(codeHash: string, owner: Owner, now: number): Promise<Redemption>;
  /** Takes what waits under a hash without linking it. */
  take(keyHash: string): Promise<Parked | undefined>;
  /** Takes all that waits for an asker. */
  burn(asker: Asker): Promise<Parked[]>;
}

export interface Links {
  get(owner: Owner): Promise<Link | undefined>;
  /** Links; the last one wins and what it replaced is returned. */
  put(link: Link): Promise<Link | undefined>;
  /** Puts the new one only where `version` is still there (compare-and-set). */
  replace(version: string, link: Link): Promise<boolean>;
  /** Unlinks, only where `version` is still there. */
  remove(owner: Owner, version: string): Promise<boolean>;
}

export interface Attempts {
  /** Counts a wrong code; returns when the pause that it causes ends, if it does. */
  fail(asker: Asker, rule: AttemptRule, now: number): Promise<number | undefined>;
  /** When the asker's pause ends, if there is one. */
  pausedUntil(asker: Asker, now: number): Promise<number | undefined>;
}

/** `limit` wrong codes within `window` milliseconds pause for as long. */
export interface AttemptRule {
  limit: number;
  window: number;
}

/** A clock may run this far behind the one that wrote a record; beyond it, somebody set a clock back. Milliseconds. */
export const CLOCK_TOLERANCE = 60_000;

/** Not expired, and not from the future. */
export function isLive(record: { createdAt: number; expiresAt: number }, now: number): boolean {
  return now < record.expiresAt && now >= record.createdAt - CLOCK_TOLERANCE;
}

/** The store can't be used just now: full, locked, out of reach, damaged. The cause says which. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
