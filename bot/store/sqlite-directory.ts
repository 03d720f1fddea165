import type Database from 'libsql';
import { atomically } from './sqlite-database.ts';
import { type DiscardedRow, type StoredLinkRow, toDiscarded, toStoredLink } from './sqlite-rows.ts';
import type { Page, Store, Whose } from './store.ts';

/** For those who run the service: all that is there, page by page, and the end of a person or a tenant. */
export function directoryIn(db: Database.Database): Store['directory'] {
  const links = db.prepare(`SELECT *, tenant_id || '/' || object_id || '/' || connection_id AS place FROM links
    WHERE (tenant_id, object_id, connection_id) > (?, ?, ?) ORDER BY tenant_id, object_id, connection_id LIMIT ?`);
  const discarded = db.prepare(
    'SELECT *, version AS place FROM revocations WHERE version > ? ORDER BY version LIMIT ?',
  );
  const reseal = db.prepare('UPDATE revocations SET sealed = ? WHERE version = ? AND sealed = ?');
  const purge = purgeIn(db);
  return {
    async links(after, limit) {
      const [tenant = '', object = '', connection = ''] = after?.split('/') ?? [];
      return toPage(links.all(tenant, object, connection, limit) as (StoredLinkRow & Placed)[], limit, toStoredLink);
    },
    discarded: async (after, limit) =>
      toPage(discarded.all(after ?? '', limit) as (DiscardedRow & Placed)[], limit, toDiscarded),
    resealDiscarded: async ({ version, sealed }, anew) => reseal.run(anew, version, sealed).changes === 1,
    purge: async (who, now) => atomically(db, () => purge(who, now)),
    // Deleted rows are overwritten in the file (`secure_delete`); the write-ahead log still has them until this.
    async scrub() {
      const [row] = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[];
      return row?.busy === 0;
    },
  };
}

interface Placed {
  place: string;
}

function toPage<Row extends Placed, T>(rows: Row[], limit: number, toEntry: (row: Row) => T): Page<T> {
  return { entries: rows.map(toEntry), next: rows.length === limit ? rows.at(-1)?.place : undefined };
}

function purgeIn(db: Database.Database): (who: Whose, now: number) => number {
  const whose = '(tenant_id = @tenant AND (@object IS NULL OR object_id = @object))';
  const discard = db.prepare(`INSERT OR IGNORE INTO revocations
    SELECT version, tenant_id, object_id, connection_id, sealed, 0, @now FROM links WHERE ${whose}
    UNION ALL SELECT version, tenant_id, object_id, connection_id, sealed, 0, @now FROM parked
    WHERE sealed IS NOT NULL AND ${whose}`);
  const forget = ['transactions', 'parked', 'attempts', 'preferences', 'links'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE ${whose}`),
  );
  return ({ tenantId: tenant, objectId: object = null as string | null }, now) => {
    discard.run({ tenant, object, now });
    return forget.map((statement) => statement.run({ tenant, object }).changes).at(-1) ?? 0;
  };
}
