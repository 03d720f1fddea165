import { isAscii } from 'node:buffer';
import { isAnyArrayBuffer, isUint8Array } from 'node:util/types';
import type { Link, Owner, Parked, PendingRevocation, StoredLink, Transaction } from '../store.ts';

/** T94: SQLite stores any type in any column, and in a damaged file a text may be no UTF-8, with which libsql ends the whole
 * process. So a text is read as its bytes; what was no text begins with a byte that no text has. */
function textColumn(column: string): string {
  return `CAST(iif(typeof(${column}) = 'blob', x'ff' || ${column}, ${column}) AS BLOB) AS ${column}`;
}

/** A number; `NULL` where the column holds something else. */
export function numberColumn(column: string): string {
  return `iif(typeof(${column}) IN ('integer', 'real'), ${column}, NULL) AS ${column}`;
}

function columns(texts: readonly string[], numbers: readonly string[]): string {
  return [...texts.map(textColumn), ...numbers.map(numberColumn)].join(', ');
}

const OWNER = ['tenant_id', 'object_id', 'connection_id'];

/** What statements select and return of each table, for the functions below. */
export const LINK_VALUES = columns(['version', 'sealed'], ['used_at']);
export const LINK_COLUMNS = columns([...OWNER, 'version', 'sealed'], ['used_at']);
export const REVOCATION_COLUMNS = columns([...OWNER, 'version', 'sealed'], ['attempts']);
export const PARKED_COLUMNS = columns([...OWNER, 'key_hash', 'version', 'sealed'], ['created_at', 'expires_at']);
export const TRANSACTION_COLUMNS = columns(
  [...OWNER, 'state_hash', 'cookie_hash', 'sealed'],
  ['created_at', 'expires_at'],
);
export const PREFERENCE_COLUMN = textColumn('default_connection');

export type Row = Readonly<Record<string, unknown>>;

/** The columns by which an owner is found, in the tables' order. */
export function ownerKey({ asker, connectionId }: Owner): [string, string, string] {
  return [asker.tenantId, asker.objectId, connectionId];
}

// Each of these returns `undefined` for a damaged value or row.

/** All texts that are stored are ASCII. */
export function toText(value: unknown): string | undefined {
  const bytes = toBytes(value);
  return bytes && isAscii(bytes) ? bytes.toString('latin1') : undefined;
}

/** In a row libsql returns an ArrayBuffer, in an array of values a Buffer. */
export function toBytes(value: unknown): Buffer | undefined {
  if (isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.length);
  return isAnyArrayBuffer(value) ? Buffer.from(value) : undefined;
}

export function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function toOwner(row: Row): Owner | undefined {
  const [tenantId, objectId, connectionId] = [row.tenant_id, row.object_id, row.connection_id].map(toText);
  if (tenantId === undefined || objectId === undefined || connectionId === undefined) return undefined;
  return { asker: { tenantId, objectId }, connectionId };
}

export function toTransaction(row: Row): Transaction | undefined {
  const owner = toOwner(row);
  const [stateHash, cookieHash, sealed] = [row.state_hash, row.cookie_hash, row.sealed].map(toText);
  const [createdAt, expiresAt] = [row.created_at, row.expires_at].map(toNumber);
  if (!owner || stateHash === undefined || cookieHash === undefined || sealed === undefined) return undefined;
  if (createdAt === undefined || expiresAt === undefined) return undefined;
  return { ...owner, stateHash, cookieHash, createdAt, expiresAt, sealed };
}

export function toParked(row: Row): Parked | undefined {
  const owner = toOwner(row);
  const [keyHash, version, sealed] = [row.key_hash, row.version, row.sealed].map(toText);
  const [createdAt, expiresAt] = [row.created_at, row.expires_at].map(toNumber);
  if (!owner || keyHash === undefined || version === undefined) return undefined;
  if (sealed === undefined && row.sealed !== null) return undefined;
  if (createdAt === undefined || expiresAt === undefined) return undefined;
  return { ...owner, keyHash, version, sealed, createdAt, expiresAt };
}

export function toLink(row: Row): Link | undefined {
  const owner = toOwner(row);
  const [version, sealed] = [row.version, row.sealed].map(toText);
  return owner && version !== undefined && sealed !== undefined ? { ...owner, version, sealed } : undefined;
}

export function toStoredLink(row: Row): StoredLink | undefined {
  const link = toLink(row);
  return link && { ...link, usedAt: toNumber(row.used_at) ?? 0 };
}

export function toDiscarded(row: Row): PendingRevocation | undefined {
  const link = toLink(row);
  const attempts = toNumber(row.attempts);
  return link && attempts !== undefined ? { ...link, attempts } : undefined;
}
