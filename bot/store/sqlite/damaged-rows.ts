import { randomUUID } from 'node:crypto';
import type { DamagedRecord } from '../store.ts';
import type { SqliteConnection } from './connection.ts';
import { type Row, toBytes, toText } from './rows.ts';

/** How long a damaged record is kept for the people who run the service. Milliseconds. */
const DAMAGED_TTL_MS = 30 * 86_400_000;
/** How many damaged records are reported at a time. */
const DAMAGED_AT_ONCE = 100;

/** Keeps rows that cannot be read where no other statement reads them (T94). */
export interface DamagedRows {
  /** Decodes rows that a transaction has deleted from their table; those that cannot be read are set aside. */
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

/** Texts as they are, other bytes in base64. */
function contentOf(row: Row): string {
  const values = Object.entries(row).map(([column, value]) => [
    column,
    toText(value) ?? toBytes(value)?.toString('base64') ?? value,
  ]);
  return JSON.stringify(Object.fromEntries(values));
}

/** What may be a connection's id. Anything else in a damaged record could be content, which goes to no log. */
const CONNECTION_ID = /^[\w-]{1,64}$/;

function describe({ kind, tenant_id, object_id, connection_id }: DamagedRow): DamagedRecord {
  if (tenant_id === null || object_id === null || connection_id === null) return { kind };
  if (!CONNECTION_ID.test(connection_id)) return { kind };
  return { kind, owner: { asker: { tenantId: tenant_id, objectId: object_id }, connectionId: connection_id } };
}
