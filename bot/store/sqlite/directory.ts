import { setTimeout as delay } from 'node:timers/promises';
import type { Page, Store } from '../store.ts';
import { LOCK_RETRY_MS, LOCK_WAIT_MS, type SqliteConnection } from './connection.ts';
import {
  type CredentialTables,
  LINK_COLUMNS,
  REVOCATION_COLUMNS,
  type Row,
  toDiscarded,
  toStoredLink,
  toText,
} from './credentials.ts';
import { personIn } from './person.ts';

type Tables = Pick<CredentialTables, 'setLinkAside' | 'setRevocationsAside'>;

export function createDirectory(db: SqliteConnection, tables: Tables): Store['directory'] {
  const links = db.prepare(`SELECT ${LINK_COLUMNS}, rowid AS place FROM links WHERE rowid > ? ORDER BY rowid LIMIT ?`);
  const discarded = db.prepare(
    `SELECT ${REVOCATION_COLUMNS}, hex(version) AS place FROM revocations WHERE version > ? ORDER BY version LIMIT ?`,
  );
  const reseal = db.prepare('UPDATE revocations SET sealed = ? WHERE version = ? AND sealed = ?');
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  return {
    async links(after, limit) {
      const rows = links.all(Number(after ?? 0), limit) as Row[];
      const entries = await readable(rows, toStoredLink, ({ place }) => tables.setLinkAside(Number(place)));
      return toPage(rows, limit, entries, (last) => String(last.place));
    },
    async discarded(after, limit) {
      const rows = discarded.all(after ?? '', limit) as Row[];
      const entries = await readable(rows, toDiscarded, ({ place }) => tables.setRevocationsAside(String(place)));
      // Damaged rows were moved. If the last row was one, the next page starts after the last readable row.
      return toPage(rows, limit, entries, (last) => toText(last.version) ?? entries.at(-1)?.version ?? after ?? '');
    },
    resealDiscarded: ({ version, sealed }, anew) => db.write(() => reseal.run(anew, version, sealed) === 1),
    purge: purgeIn(db),
    person: personIn(db),
    // `secure_delete` overwrites deleted rows in the file. The write-ahead log still contains them until a checkpoint.
    async compactLog() {
      const end = performance.now() + LOCK_WAIT_MS;
      for (;;) {
        const [row] = checkpoint.all() as { busy: number }[];
        if (row?.busy === 0 || performance.now() > end) return row?.busy === 0;
        await delay(LOCK_RETRY_MS);
      }
    },
  };
}

function toPage<T>(rows: Row[], limit: number, entries: T[], placeOf: (last: Row) => string): Page<T> {
  const last = rows.at(-1);
  return { entries, next: last && rows.length === limit ? placeOf(last) : undefined };
}

async function readable<T>(
  rows: Row[],
  decode: (row: Row) => T | undefined,
  setAside: (row: Row) => Promise<void>,
): Promise<T[]> {
  const entries: T[] = [];
  for (const row of rows) {
    const entry = decode(row);
    if (entry === undefined) await setAside(row);
    else entries.push(entry);
  }
  return entries;
}

/** Deletes in batches, so that the service can write during a purge of a large tenant. Does not decode rows, so damaged
 * ones are deleted too. */
function purgeIn(db: SqliteConnection): Store['directory']['purge'] {
  const ofTarget = 'tenant_id = @tenant AND (@object IS NULL OR object_id = @object)';
  /** Ordered, so that two statements of one transaction select the same rows. */
  const some = (table: string, key: string, condition = ofTarget) =>
    `(${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} ORDER BY ${key} LIMIT @limit)`;
  const deleteFrom = (table: string, key: string, condition = ofTarget) =>
    db.prepare(`DELETE FROM ${table} WHERE ${some(table, key, condition)}`);
  const discardFrom = (table: string, key: string) =>
    db.prepare(`INSERT OR IGNORE INTO revocations
      (version, tenant_id, object_id, connection_id, sealed, attempts, due_at)
      SELECT version, tenant_id, object_id, connection_id, sealed, 0, @now FROM ${table}
      WHERE sealed IS NOT NULL AND ${some(table, key)}`);
  const others = [
    deleteFrom('transactions', 'tenant_id, object_id, created_at, state_hash'),
    deleteFrom('attempts', 'tenant_id, object_id'),
    deleteFrom('preferences', 'tenant_id, object_id'),
    // Also rows that name the person only in their content.
    deleteFrom('damaged', 'id', 'instr(content, @tenant) AND (@object IS NULL OR instr(content, @object))'),
  ];
  const inLinks = 'tenant_id, object_id, connection_id';
  const inParked = 'tenant_id, object_id, key_hash';
  const parked = { discard: discardFrom('parked', inParked), remove: deleteFrom('parked', inParked) };
  const links = { discard: discardFrom('links', inLinks), remove: deleteFrom('links', inLinks) };
  return async ({ tenantId: tenant, objectId: object = null as string | null }, now) => {
    for (const statement of others) await db.writeInBatches((limit) => statement.run({ tenant, object, limit }));
    let unlinked = 0;
    for (const { discard, remove } of [parked, links]) {
      unlinked = await db.writeInBatches((limit) => {
        discard.run({ tenant, object, now, limit });
        return remove.run({ tenant, object, limit });
      });
    }
    return unlinked;
  };
}
