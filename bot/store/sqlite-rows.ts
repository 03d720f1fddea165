import type { Asker } from '../sign-in/asker.ts';
import type { Discarded, Link, Owner, Parked, StoredLink, Transaction } from './store.ts';

export interface OwnerRow {
  tenant_id: string;
  object_id: string;
  connection_id: string;
}

export interface TransactionRow extends OwnerRow {
  state_hash: string;
  cookie_hash: string;
  created_at: number;
  expires_at: number;
  sealed: string;
}

export interface ParkedRow extends OwnerRow {
  key_hash: string;
  version: string;
  sealed: string | null;
  created_at: number;
  expires_at: number;
}

export interface LinkRow extends OwnerRow {
  version: string;
  sealed: string;
}

export interface StoredLinkRow extends LinkRow {
  used_at: number;
}

export interface DiscardedRow extends LinkRow {
  attempts: number;
}

/** The columns by which an owner is found, in the tables' order. */
export function ownerKey({ asker, connectionId }: Owner): [string, string, string] {
  return [asker.tenantId, asker.objectId, connectionId];
}

export function toOwner(row: OwnerRow): { asker: Asker; connectionId: string } {
  return { asker: { tenantId: row.tenant_id, objectId: row.object_id }, connectionId: row.connection_id };
}

export function toTransaction(row: TransactionRow): Transaction {
  const { state_hash: stateHash, cookie_hash: cookieHash, created_at: createdAt, expires_at: expiresAt, sealed } = row;
  return { ...toOwner(row), stateHash, cookieHash, createdAt, expiresAt, sealed };
}

export function toParked(row: ParkedRow): Parked {
  const { key_hash: keyHash, version, created_at: createdAt, expires_at: expiresAt } = row;
  return { ...toOwner(row), keyHash, version, sealed: row.sealed ?? undefined, createdAt, expiresAt };
}

export function toLink(row: LinkRow): Link {
  return { ...toOwner(row), version: row.version, sealed: row.sealed };
}

export function toStoredLink(row: StoredLinkRow): StoredLink {
  return { ...toLink(row), usedAt: row.used_at };
}

export function toDiscarded(row: DiscardedRow): Discarded {
  return { ...toLink(row), attempts: row.attempts };
}
