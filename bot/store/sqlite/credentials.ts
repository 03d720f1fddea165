import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { isAnyArrayBuffer, isUint8Array } from 'node:util/types';
import {
  CLOCK_SKEW_MS,
  type DamagedRecord,
  isLive,
  isSameOwner,
  type Link,
  latestEnd,
  type Owner,
  type Parked,
  type PendingRevocation,
  type Redemption,
  type Settled,
  type Store,
  type StoredLink,
  type Transaction,
} from '../store.ts';
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
  const insert = db.prepare(`INSERT INTO damaged
    (id, kind, tenant_id, object_id, connection_id, content, found_at, reported) VALUES (?, ?, ?, ?, ?, ?, ?, 0)`);
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

/** T94: SQLite stores any type in any column, and libsql ends the whole process for invalid UTF-8. So texts are read as
 * bytes. A blob gets a prefix byte that does not occur in UTF-8. */
function textColumn(column: string): string {
  return `CAST(iif(typeof(${column}) = 'blob', x'ff' || ${column}, ${column}) AS BLOB) AS ${column}`;
}

/** NULL if the column does not contain a number. */
export function numberColumn(column: string): string {
  return `iif(typeof(${column}) IN ('integer', 'real'), ${column}, NULL) AS ${column}`;
}

export function columns(strings: readonly string[], numbers: readonly string[]): string {
  return [...strings.map(textColumn), ...numbers.map(numberColumn)].join(', ');
}

const OWNER = ['tenant_id', 'object_id', 'connection_id'];

/** For {@link linkOf}. */
export const LINK_VALUES = columns(['version', 'sealed'], ['used_at']);
export const LINK_COLUMNS = columns([...OWNER, 'version', 'sealed'], ['used_at']);
export const REVOCATION_COLUMNS = columns([...OWNER, 'version', 'sealed'], ['attempts']);
const PARKED_COLUMNS = columns([...OWNER, 'key_hash', 'version', 'sealed'], ['created_at', 'expires_at']);
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

/** libsql returns an ArrayBuffer in a row object, a Buffer in an array of values. */
function toBytes(value: unknown): Buffer | undefined {
  if (isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.length);
  return isAnyArrayBuffer(value) ? Buffer.from(value) : undefined;
}

export function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function toOwner(row: Row): Owner | undefined {
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

function toParked(row: Row): Parked | undefined {
  const owner = toOwner(row);
  const [keyHash, version, sealed] = [row.key_hash, row.version, row.sealed].map(toText);
  const [createdAt, expiresAt] = [row.created_at, row.expires_at].map(toNumber);
  if (!owner || keyHash === undefined || version === undefined) return undefined;
  if (sealed === undefined && row.sealed !== null) return undefined;
  if (createdAt === undefined || expiresAt === undefined) return undefined;
  return { ...owner, keyHash, version, sealed, createdAt, expiresAt };
}

function toLink(row: Row): Link | undefined {
  const owner = toOwner(row);
  const [version, sealed] = [row.version, row.sealed].map(toText);
  return owner && version !== undefined && sealed !== undefined ? { ...owner, version, sealed } : undefined;
}

export function toStoredLink(row: Row): StoredLink | undefined {
  const link = toLink(row);
  return link && { ...link, usedAt: toNumber(row.used_at) ?? 0 };
}

/** @param values of {@link LINK_VALUES} */
export function linkOf({ asker, connectionId }: Owner, values: readonly unknown[]): StoredLink | undefined {
  const [version, sealed] = [toText(values[0]), toText(values[1])];
  if (version === undefined || sealed === undefined) return undefined;
  return { asker, connectionId, version, sealed, usedAt: toNumber(values[2]) ?? 0 };
}

export function toDiscarded(row: Row): PendingRevocation | undefined {
  const link = toLink(row);
  const attempts = toNumber(row.attempts);
  return link && attempts !== undefined ? { ...link, attempts } : undefined;
}

export interface CredentialTables extends Pick<Store, 'links' | 'parking' | 'revocations'> {
  burnExpired(now: number): Promise<void>;
  /** Each sets unreadable records aside. */
  setLinkAside(rowid: number): Promise<void>;
  setRevocationsAside(hexVersion: string): Promise<void>;
}

/** A row that leaves `links` or `parked` enters `revocations` in the same commit. */
export function credentialsIn(db: SqliteConnection, damaged: DamagedRows): CredentialTables {
  const queue = revocationsIn(db, damaged);
  const links = createLinks(db, damaged, queue.add);
  const parking = parkingIn(db, damaged, { link: links.putNow, discard: queue.add });
  return {
    links: links.links,
    parking: parking.parking,
    revocations: queue.revocations,
    burnExpired: parking.burnExpired,
    setLinkAside: links.setAside,
    setRevocationsAside: queue.setAside,
  };
}

type Discard = (link: Link, now: number) => void;

function revocationsIn(db: SqliteConnection, damaged: DamagedRows) {
  const insert = db.prepare(`INSERT OR IGNORE INTO revocations
    (version, tenant_id, object_id, connection_id, sealed, attempts, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)`);
  // In SQLite a text sorts after every number, so a row with a damaged time is due as well.
  const isDue = '(due_at <= @now OR due_at > @latest)';
  const anyDue = db.prepare(`SELECT 1 FROM revocations WHERE ${isDue} LIMIT 1`);
  const take = db.prepare(`UPDATE revocations SET due_at = @until WHERE version IN (
    SELECT version FROM revocations WHERE ${isDue} ORDER BY due_at LIMIT @limit)
    RETURNING ${REVOCATION_COLUMNS}, hex(version) AS place`);
  const find = db.prepare(`SELECT ${REVOCATION_COLUMNS} FROM revocations WHERE hex(version) = ?`);
  const removeDamaged = db.prepare('DELETE FROM revocations WHERE hex(version) = ?');
  const remove = db.prepare('DELETE FROM revocations WHERE version = ?');
  const retry = db.prepare(
    'UPDATE revocations SET attempts = ?, due_at = ?, sealed = COALESCE(?, sealed) WHERE version = ?',
  );
  const settleNow = ({ discarded: { version, attempts }, retry: again }: Settled) =>
    again ? retry.run(attempts + 1, again.dueAt, again.sealed ?? null, version) : remove.run(version);
  const add: Discard = (link, now) => void insert.run(link.version, ...ownerKey(link), link.sealed, now);
  const readable = (rows: Row[]) => {
    for (const row of rows) if (!toDiscarded(row)) removeDamaged.run(row.place);
    return damaged.readable('revocation', rows, toDiscarded);
  };
  const revocations: Store['revocations'] = {
    add: (link, now) => db.write(() => add(link, now)),
    async take(limit, { leaseMs, longestWaitMs }, now) {
      const due = { now, latest: latestEnd(longestWaitMs, now) };
      // A batch with only damaged rows does not mean that the queue is empty.
      while (anyDue.all(due).length > 0) {
        const taken = await db.write(() => readable(take.all({ ...due, limit, until: now + leaseMs }) as Row[]));
        if (taken.length > 0) return taken;
      }
      return [];
    },
    settle: async (settled) => void (await db.write(() => settled.map(settleNow))),
  };
  const setAside = async (place: string) =>
    void (await db.write(() => readable((find.all(place) as Row[]).map((row) => ({ ...row, place })))));
  return { add, setAside, revocations };
}

function createLinks(db: SqliteConnection, damaged: DamagedRows, discard: Discard) {
  const condition = 'WHERE tenant_id = ? AND object_id = ? AND connection_id = ?';
  const get = db.prepare(`SELECT ${LINK_VALUES} FROM links ${condition}`, { raw: true });
  const same = db.prepare(`SELECT 1 FROM links ${condition} AND version = ? AND sealed = ? AND used_at = ?`, {
    raw: true,
  });
  const placeOf = db.prepare(`SELECT rowid AS place FROM links ${condition}`);
  const find = db.prepare(`SELECT ${LINK_COLUMNS} FROM links WHERE rowid = ?`);
  const removeDamaged = db.prepare('DELETE FROM links WHERE rowid = ?');
  const put = db.prepare(`INSERT OR REPLACE INTO links (tenant_id, object_id, connection_id, version, sealed, used_at)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const change = db.prepare(`UPDATE links SET version = ?, sealed = ?, used_at = ? ${condition} AND version = ?`);
  const touch = db.prepare(`UPDATE links SET sealed = ?, used_at = ? ${condition} AND version = ? AND sealed = ?`);
  const drop = db.prepare(`DELETE FROM links ${condition} AND version = ?`);
  const remove = db.prepare(
    `DELETE FROM links ${condition} AND iif(typeof(used_at) IN ('integer', 'real'), used_at, 0) < ? RETURNING ${LINK_COLUMNS}`,
  );
  const take = (owner: Owner, usedBefore = Number.MAX_SAFE_INTEGER) =>
    damaged.readable('link', remove.all(...ownerKey(owner), usedBefore), toLink);
  const exists = (link: Link) => toText((get.get(...ownerKey(link)) as unknown[] | undefined)?.[0]) === link.version;
  const putNow: Discard = (link, now) => {
    const replaced = take(link);
    put.run(...ownerKey(link), link.version, link.sealed, now);
    // A repeated write must not revoke its own link (T90, T92).
    for (const each of replaced) if (each.version !== link.version) discard(each, now);
  };
  const removeNow = (owner: Owner, now: number, usedBefore?: number) => {
    const removed = take(owner, usedBefore);
    for (const link of removed) discard(link, now);
    return removed.length > 0;
  };
  const setAside = (rowid: number) =>
    db.write(() => {
      const rows = (find.all(rowid) as Row[]).filter((row) => !toStoredLink(row));
      if (rows.length > 0) removeDamaged.run(rowid);
      damaged.readable('link', rows, toStoredLink);
    });
  const links: Store['links'] = {
    async get(owner): Promise<StoredLink | undefined> {
      const row = get.get(...ownerKey(owner)) as unknown[] | undefined;
      if (!row) return undefined;
      const link = linkOf(owner, row);
      if (link) return link;
      const [damagedRow] = placeOf.all(...ownerKey(owner)) as { place: number }[];
      // If the file cannot be written now, the row stays and counts as absent.
      if (damagedRow) await setAside(damagedRow.place).catch(() => undefined);
      return undefined;
    },
    isStored: async (link) => same.get(...ownerKey(link), link.version, link.sealed, link.usedAt) !== undefined,
    put: (link, now) => db.write(() => putNow(link, now)),
    replace: (version, link, now) =>
      db.write(() => change.run(link.version, link.sealed, now, ...ownerKey(link), version) === 1 || exists(link)),
    updateUsage: (link, { sealed, usedAt }) =>
      db.write(() => touch.run(sealed, usedAt, ...ownerKey(link), link.version, link.sealed) === 1),
    deleteIfVersion: (owner, version) => db.write(() => drop.run(...ownerKey(owner), version) === 1),
    unlink: (owner, now, usedBefore) => db.write(() => removeNow(owner, now, usedBefore)),
  };
  return { putNow, setAside, links };
}

function parkingIn(
  db: SqliteConnection,
  damaged: DamagedRows,
  { link, discard }: { link: Discard; discard: Discard },
): { parking: Store['parking']; burnExpired(now: number): Promise<void> } {
  const insert = db.prepare(`INSERT OR REPLACE INTO parked
    (key_hash, tenant_id, object_id, connection_id, version, sealed, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const move = db.prepare(`UPDATE parked SET key_hash = ?, created_at = ?, expires_at = ?
    WHERE key_hash = ? AND expires_at > ? AND created_at <= ? RETURNING ${PARKED_COLUMNS}`);
  const find = db.prepare(`SELECT ${PARKED_COLUMNS} FROM parked WHERE key_hash = ?`);
  const take = db.prepare(`DELETE FROM parked WHERE key_hash = ? RETURNING ${PARKED_COLUMNS}`);
  const takeOf = db.prepare(`DELETE FROM parked WHERE tenant_id = ? AND object_id = ? RETURNING ${PARKED_COLUMNS}`);
  // In SQLite a text sorts after every number, so a row with a damaged time would never expire.
  const isOver = "(expires_at <= @now OR expires_at >= '')";
  const anyExpired = db.prepare(`SELECT 1 FROM parked WHERE ${isOver} LIMIT 1`);
  const takeExpired = db.prepare(
    `DELETE FROM parked WHERE key_hash IN (SELECT key_hash FROM parked WHERE ${isOver} LIMIT @limit)
    RETURNING ${PARKED_COLUMNS}`,
  );
  const readable = (rows: unknown[]) => damaged.readable('pending credential', rows, toParked);
  const burn = (burnt: Parked[], now: number): Owner | undefined => {
    // A proven sign-in parks no credential. Its link stays.
    for (const { sealed, ...rest } of burnt) if (sealed !== undefined) discard({ ...rest, sealed }, now);
    return burnt[0] && { asker: burnt[0].asker, connectionId: burnt[0].connectionId };
  };
  const confirmNow = (keyHash: string, codeHash: string, expiresAt: number, now: number): Owner | undefined => {
    const [row] = find.all(keyHash) as Row[];
    if (row && !toParked(row)) readable(take.all(keyHash));
    const [moved] = move.all(codeHash, now, expiresAt, keyHash, now, now + CLOCK_SKEW_MS) as Row[];
    return moved && toOwner(moved);
  };
  const redeemNow = (codeHash: string, owner: Owner, now: number): Redemption => {
    const taken = readable(take.all(codeHash));
    const [parked] = taken;
    if (!parked) return 'unknown';
    const refusal = isSameOwner(parked, owner) ? !isLive(parked, now) && 'expired' : 'foreign';
    if (refusal) {
      burn(taken, now);
      return refusal;
    }
    if (parked.sealed === undefined) return 'spent';
    link({ ...owner, version: parked.version, sealed: parked.sealed }, now);
    return 'linked';
  };
  const burnBatch = (now: number, limit: number) => {
    const rows = takeExpired.all({ now, limit });
    burn(readable(rows), now);
    return rows.length;
  };
  return {
    async burnExpired(now) {
      if (anyExpired.all({ now }).length > 0) await db.writeInBatches((limit) => burnBatch(now, limit));
    },
    parking: {
      async add(parked) {
        const { keyHash, version, sealed, createdAt, expiresAt } = parked;
        const row = [keyHash, ...ownerKey(parked), version, sealed ?? null, createdAt, expiresAt];
        await db.write(() => insert.run(...row));
      },
      confirm: (keyHash, codeHash, expiresAt, now) => db.write(() => confirmNow(keyHash, codeHash, expiresAt, now)),
      owner: async (codeHash) => (find.all(codeHash) as Row[]).map((row) => toParked(row) && toOwner(row))[0],
      redeem: (codeHash, owner, now) => db.write(() => redeemNow(codeHash, owner, now)),
      discard: (keyHash, now) => db.write(() => burn(readable(take.all(keyHash)), now)),
      revokeAll: async ({ tenantId, objectId }, now) =>
        void (await db.write(() => burn(readable(takeOf.all(tenantId, objectId)), now))),
    },
  };
}
