import type Database from 'libsql';
import { guarded } from './guarded.ts';
import { limits } from './limits.ts';
import { credentialsIn } from './sqlite-credentials.ts';
import { atomically, openDatabase } from './sqlite-database.ts';
import { directoryIn } from './sqlite-directory.ts';
import { ownerKey, type TransactionRow, toTransaction } from './sqlite-rows.ts';
import { CLOCK_TOLERANCE, isLive, latestEnd, type Store } from './store.ts';

const DAY = 86_400_000;

/** The store in one SQLite file: for one machine, with as many processes as it likes. Statements are prepared once. */
export function sqliteStore(path: string): Store {
  const db = openDatabase(path);
  const { links, parking, revocations, burnExpired } = credentialsIn(db);
  return guarded('SQLite', {
    transactions: transactionsIn(db),
    links,
    parking,
    revocations,
    attempts: attemptsIn(db),
    leases: leasesIn(db),
    limits: limits(),
    preferences: preferencesIn(db),
    directory: directoryIn(db),
    ...houseKeepingIn(db, burnExpired),
  });
}

function houseKeepingIn(
  db: Database.Database,
  burnExpired: (now: number) => void,
): Pick<Store, 'sweep' | 'takeDamaged' | 'ping' | 'close'> {
  return {
    async sweep(now) {
      db.prepare('DELETE FROM transactions WHERE expires_at <= ?').run(now);
      db.prepare('DELETE FROM attempts WHERE paused_until <= ? AND since <= ?').run(now, now - DAY);
      db.prepare('DELETE FROM leases WHERE until <= ?').run(now);
      burnExpired(now);
    },
    async takeDamaged() {
      return [];
    },
    async ping() {
      db.prepare('SELECT 1 FROM links LIMIT 1').all();
    },
    async close() {
      db.close();
    },
  };
}

function transactionsIn(db: Database.Database): Store['transactions'] {
  const insert = db.prepare('INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const trim = db.prepare(`DELETE FROM transactions WHERE state_hash IN (
    SELECT state_hash FROM transactions WHERE tenant_id = ? AND object_id = ? ORDER BY created_at DESC LIMIT -1 OFFSET ?)`);
  const take = db.prepare(`DELETE FROM transactions WHERE state_hash = ? AND connection_id = ?
    AND cookie_hash IN (SELECT value FROM json_each(?)) RETURNING *`);
  const exists = db.prepare('SELECT 1 FROM transactions WHERE state_hash = ? AND connection_id = ? AND expires_at > ?');
  return {
    async open(transaction, limit) {
      const { stateHash, cookieHash, asker, createdAt, expiresAt, sealed } = transaction;
      atomically(db, () => {
        insert.run(stateHash, cookieHash, ...ownerKey(transaction), createdAt, expiresAt, sealed);
        trim.run(asker.tenantId, asker.objectId, limit);
      });
    },
    async take({ stateHash, connectionId, cookieHashes }, now) {
      const [row] = take.all(stateHash, connectionId, JSON.stringify(cookieHashes)) as TransactionRow[];
      if (row) return isLive(toTransaction(row), now) ? toTransaction(row) : 'unknown';
      return exists.all(stateHash, connectionId, now).length > 0 ? 'other_browser' : 'unknown';
    },
  };
}

function attemptsIn(db: Database.Database): Store['attempts'] {
  const fail = db.prepare(`INSERT INTO attempts VALUES (@tenant, @object, 1, @now, 0) ON CONFLICT DO UPDATE SET
    failures = CASE WHEN since <= @now - @window OR since > @now + @tolerance THEN 1 ELSE failures + 1 END,
    since = CASE WHEN since <= @now - @window OR since > @now + @tolerance THEN @now ELSE since END RETURNING failures`);
  const pause = db.prepare('UPDATE attempts SET failures = 0, paused_until = ? WHERE tenant_id = ? AND object_id = ?');
  const paused = db
    .prepare(`SELECT paused_until FROM attempts WHERE tenant_id = ? AND object_id = ?
      AND paused_until > ? AND paused_until <= ?`)
    .raw();
  return {
    async fail({ tenantId: tenant, objectId: object }, { limit, window }, now) {
      return atomically(db, () => {
        const [row] = fail.all({ tenant, object, now, window, tolerance: CLOCK_TOLERANCE }) as { failures: number }[];
        if (!row || row.failures < limit) return undefined;
        pause.run(now + window, tenant, object);
        return now + window;
      });
    },
    async pausedUntil({ tenantId, objectId }, { window }, now) {
      return (paused.get(tenantId, objectId, now, latestEnd(window, now)) as [number] | undefined)?.[0];
    },
  };
}

function leasesIn(db: Database.Database): Store['leases'] {
  const acquire = db.prepare(`INSERT INTO leases VALUES (@name, @holder, @until) ON CONFLICT DO UPDATE
    SET holder = @holder, until = @until WHERE leases.until <= @now OR leases.holder = @holder OR leases.until > @latest
    RETURNING holder`);
  const release = db.prepare('DELETE FROM leases WHERE name = ? AND holder = ?');
  return {
    acquire: async (name, holder, until, now) =>
      acquire.all({ name, holder, until, now, latest: latestEnd(until - now, now) }).length > 0,
    release: async (name, holder) => void release.run(name, holder),
  };
}

function preferencesIn(db: Database.Database): Store['preferences'] {
  const get = db.prepare('SELECT default_connection FROM preferences WHERE tenant_id = ? AND object_id = ?');
  const set = db.prepare(
    'INSERT OR REPLACE INTO preferences (tenant_id, object_id, default_connection) VALUES (?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM preferences WHERE tenant_id = ? AND object_id = ?');
  return {
    async defaultConnection({ tenantId, objectId }) {
      return (get.all(tenantId, objectId) as { default_connection: string }[])[0]?.default_connection;
    },
    async setDefaultConnection({ tenantId, objectId }, connectionId) {
      if (connectionId === undefined) forget.run(tenantId, objectId);
      else set.run(tenantId, objectId, connectionId);
    },
  };
}
