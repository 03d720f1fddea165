import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { isAnyArrayBuffer, isUint8Array } from 'node:util/types';
import type { DamagedRecord, Link, Owner, Parked, PendingRevocation, StoredLink, Transaction } from '../store.ts';
import type { SqliteConnection } from './connection.ts';

/** Operators can inspect a damaged record for this long. */
const DAMAGED_TTL_MS = 30 * 86_400_000;
const DAMAGED_AT_ONCE = 100;

/** Moves unreadable rows to a table that no other statement reads (T94). */
export interface DamagedRows {
  /** Decodes rows that the transaction has already deleted from their table. Sets unreadable ones aside. */
  readable<T>(kind: DamagedRecord['kind'], rows: unknown[], decode: (row: Row) => T | undefined): T[];
  take(): Promise<DamagedRecord[]>;
  sweep(now: number): Promise<void>;
}

interface DamagedRow {
  kind: DamagedRecord['kind'];
  tenant_id: string | null;
  object_id: string | null;
  connection_id: string | null;
}

export function damagedIn(db: SqliteConnection): DamagedRows {
  const insert = db.prepare('INSERT INTO damaged VALUES (?, ?, ?, ?, ?, ?, ?, 0)');
  const anyNew = db.prepare('SELECT 1 FROM damaged WHERE reported = 0 LIMIT 1');
  const takeNew = db.prepare(`UPDATE damaged SET reported = 1
    WHERE id IN (SELECT id FROM damaged WHERE reported = 0 LIMIT ${DAMAGED_AT_ONCE})
    RETURNING kind, tenant_id, object_id, connection_id`);
  const anyOld = db.prepare('SELECT 1 FROM damaged WHERE found_at <= ? LIMIT 1');
  const deleteOld = db.prepare('DELETE FROM damaged WHERE found_at <= ?');
  const setAside = (kind: DamagedRecord['kind'], row: Row) => {
    const owner = [row.tenant_id, row.object_id, row.connection_id].map((value) => toText(value) ?? null);
    insert.run(randomUUID(), kind, ...owner, contentOf(row), Date.now());
  };
  return {
    readable: (kind, rows, decode) =>
      (rows as Row[]).flatMap((row) => {
        const record = decode(row);
        if (record === undefined) setAside(kind, row);
        return record ?? [];
      }),
    async take() {
      if (anyNew.all().length === 0) return [];
      return (await db.write(() => takeNew.all() as DamagedRow[])).map(describe);
    },
    async sweep(now) {
      if (anyOld.all(now - DAMAGED_TTL_MS).length > 0) await db.write(() => deleteOld.run(now - DAMAGED_TTL_MS));
    },
  };
}

function contentOf(row: Row): string {
  const values = Object.entries(row).map(([column, value]) => [
    column,
    toText(value) ?? toBytes(value)?.toString('base64') ?? value,
  ]);
  return JSON.stringify(Object.fromEntries(values));
}

/** Only ids of this form reach the log: other text in a damaged record could be content. */
const CONNECTION_ID = /^[\w-]{1,64}$/;

function describe({ kind, tenant_id, object_id, connection_id }: DamagedRow): DamagedRecord {
  if (tenant_id === null || object_id === null || connection_id === null) return { kind };
  if (!CONNECTION_ID.test(connection_id)) return { kind };
  return { kind, owner: { asker: { tenantId: tenant_id, objectId: object_id }, connectionId: connection_id } };
}

/** T94: SQLite stores any type in any column. If a text is not valid UTF-8, libsql ends the whole process. So texts are
 * read as bytes. A value that was a blob gets a prefix byte that does not occur in UTF-8. */
function textColumn(column: string): string {
  return `CAST(iif(typeof(${column}) = 'blob', x'ff' || ${column}, ${column}) AS BLOB) AS ${column}`;
}

/** Selects NULL if the column does not contain a number. */
export function numberColumn(column: string): string {
  return `iif(typeof(${column}) IN ('integer', 'real'), ${column}, NULL) AS ${column}`;
}

function columns(strings: readonly string[], numbers: readonly string[]): string {
  return [...strings.map(textColumn), ...numbers.map(numberColumn)].join(', ');
}

const OWNER = ['tenant_id', 'object_id', 'connection_id'];

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

export function ownerKey({ asker, connectionId }: Owner): [string, string, string] {
  return [asker.tenantId, asker.objectId, connectionId];
}

// Each of these functions returns `undefined` for a damaged value or row.

/** Every stored text is ASCII. */
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
