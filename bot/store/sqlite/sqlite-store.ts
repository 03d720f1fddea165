import { CLOCK_SKEW_MS, isLive, latestEnd, limits, readQueryState, type Store, wrapStoreErrors } from '../store.ts';
import { SqliteConnection } from './connection.ts';
import {
  credentialsIn,
  type DamagedRows,
  damagedIn,
  LINK_VALUES,
  linkOf,
  numberColumn,
  ownerKey,
  PREFERENCE_COLUMN,
  TRANSACTION_COLUMNS,
  toNumber,
  toText,
  toTransaction,
} from './credentials.ts';
import { createDirectory } from './directory.ts';

const DAY_MS = 86_400_000;
/** A successful probe counts for this long, because each probe is a commit that the disk must flush. */
const READY_FOR_MS = 1000;

/** For any number of processes on one machine. */
export function sqliteStore(path: string): Store {
  const db = new SqliteConnection(path);
  const damaged = damagedIn(db);
  const credentials = credentialsIn(db, damaged);
  const { links, parking, revocations, burnExpired } = credentials;
  const [attempts, leases] = [attemptsIn(db), leasesIn(db)];
  return wrapStoreErrors('SQLite', {
    transactions: transactionsIn(db, damaged),
    links,
    parking,
    revocations,
    attempts,
    leases,
    queryState: queryStateIn(db, { links, attempts, leases }),
    limits: limits(),
    preferences: preferencesIn(db),
    directory: createDirectory(db, credentials),
    sweep: sweepIn(db, [burnExpired, damaged.sweep]),
    takeDamaged: damaged.take,
    ping: pingIn(db),
    close: async () => db.close(),
  });
}

function sweepIn(db: SqliteConnection, rest: readonly Store['sweep'][]): Store['sweep'] {
  const expired = (table: string, key: string, condition: string) => ({
    any: db.prepare(`SELECT 1 FROM ${table} WHERE ${condition} LIMIT 1`),
    remove: db.prepare(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key.replace(/[()]/g, '')} FROM ${table}
      WHERE ${condition} LIMIT @limit)`),
  });
  const tables = [
    // In SQLite a text sorts after every number, so a row with a damaged time would never expire.
    expired('transactions', 'state_hash', "(expires_at <= @now OR expires_at >= '')"),
    expired('attempts', '(tenant_id, object_id)', 'paused_until <= @now AND since <= @dayAgo'),
    expired('leases', 'name', 'until <= @now'),
  ];
  return async (now) => {
    const times = { now, dayAgo: now - DAY_MS };
    for (const { any, remove } of tables) {
      if (any.all(times).length > 0) await db.writeInBatches((limit) => remove.run({ ...times, limit }));
    }
    for (const each of rest) await each(now);
  };
}

/** Writes, because a file that is locked or on a full disk can still be read (T89). Concurrent probes share one
 * answer. */
function pingIn(db: SqliteConnection): Store['ping'] {
  const write = db.prepare("INSERT OR REPLACE INTO readiness (name, probed_at) VALUES ('service', ?)");
  const read = db.prepare('SELECT 1 FROM links LIMIT 1');
  let readyUntil = 0;
  let running: Promise<unknown> | undefined;
  return async () => {
    read.all();
    if (performance.now() < readyUntil) return;
    running ??= db
      .write(() => write.run(Date.now()))
      .then(() => {
        readyUntil = performance.now() + READY_FOR_MS;
      })
      .finally(() => {
        running = undefined;
      });
    await running;
  };
}

function transactionsIn(db: SqliteConnection, damaged: DamagedRows): Store['transactions'] {
  const insert = db.prepare(`INSERT INTO transactions
    (state_hash, cookie_hash, tenant_id, object_id, connection_id, created_at, expires_at, sealed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const trim = db.prepare(`DELETE FROM transactions WHERE state_hash IN (
    SELECT state_hash FROM transactions WHERE tenant_id = ? AND object_id = ? ORDER BY created_at DESC LIMIT -1 OFFSET ?)`);
  const take = db.prepare(`DELETE FROM transactions WHERE state_hash = ? AND connection_id = ?
    AND cookie_hash IN (SELECT value FROM json_each(?)) RETURNING ${TRANSACTION_COLUMNS}`);
  const exists = db.prepare('SELECT 1 FROM transactions WHERE state_hash = ? AND connection_id = ? AND expires_at > ?');
  return {
    async open(transaction, limit) {
      const { stateHash, cookieHash, asker, createdAt, expiresAt, sealed } = transaction;
      await db.write(() => {
        insert.run(stateHash, cookieHash, ...ownerKey(transaction), createdAt, expiresAt, sealed);
        trim.run(asker.tenantId, asker.objectId, limit);
      });
    },
    take: ({ stateHash, connectionId, cookieHashes }, now) =>
      db.write(() => {
        const rows = take.all(stateHash, connectionId, JSON.stringify(cookieHashes));
        const [taken] = damaged.readable('transaction', rows, toTransaction);
        if (taken) return isLive(taken, now) ? taken : 'unknown';
        return exists.all(stateHash, connectionId, now).length > 0 ? 'other_browser' : 'unknown';
      }),
  };
}

function attemptsIn(db: SqliteConnection): Store['attempts'] {
  const fail = db.prepare(`INSERT INTO attempts (tenant_id, object_id, failures, since, paused_until)
    VALUES (@tenant, @object, 1, @now, 0) ON CONFLICT DO UPDATE SET
    failures = CASE WHEN since <= @now - @windowMs OR since > @now + @tolerance THEN 1 ELSE failures + 1 END,
    since = CASE WHEN since <= @now - @windowMs OR since > @now + @tolerance THEN @now ELSE since END RETURNING failures`);
  const pause = db.prepare('UPDATE attempts SET failures = 0, paused_until = ? WHERE tenant_id = ? AND object_id = ?');
  const paused = db.prepare(`SELECT ${numberColumn('paused_until')} FROM attempts
    WHERE tenant_id = ? AND object_id = ? AND paused_until > ? AND paused_until <= ?`);
  return {
    recordFailure: ({ tenantId: tenant, objectId: object }, { limit, windowMs }, now) =>
      db.write(() => {
        const [row] = fail.all({ tenant, object, now, windowMs, tolerance: CLOCK_SKEW_MS }) as { failures: number }[];
        if (!row || row.failures < limit) return undefined;
        pause.run(now + windowMs, tenant, object);
        return now + windowMs;
      }),
    async pausedUntil({ tenantId, objectId }, { windowMs }, now) {
      const [row] = paused.all(tenantId, objectId, now, latestEnd(windowMs, now)) as { paused_until: unknown }[];
      return toNumber(row?.paused_until);
    },
  };
}

/** One statement: each costs more than the lookups in it. */
function queryStateIn(db: SqliteConnection, tables: Pick<Store, 'links' | 'attempts' | 'leases'>): Store['queryState'] {
  const read = db.prepare(
    `SELECT ${LINK_VALUES}, links.rowid,
      CASE WHEN links.rowid IS NULL THEN (SELECT ${numberColumn('paused_until')} FROM attempts
        WHERE tenant_id = ?1 AND object_id = ?2 AND paused_until > ?4 AND paused_until <= ?5) END,
      CASE WHEN links.rowid IS NULL THEN EXISTS (SELECT 1 FROM leases WHERE name = ?6 AND until > ?4 AND until <= ?7) END
      FROM (SELECT 1) LEFT JOIN links ON links.tenant_id = ?1 AND links.object_id = ?2 AND links.connection_id = ?3`,
    { raw: true },
  );
  return async (owner, { rule, lease }, now) => {
    const until = { pause: latestEnd(rule.windowMs, now), lease: latestEnd(lease?.lengthMs ?? 0, now) };
    const values = [...ownerKey(owner), now, until.pause, lease?.name ?? null, until.lease];
    const row = read.get(...values) as unknown[];
    const link = linkOf(owner, row);
    const [rowid, pausedUntil, isHeld] = row.slice(3);
    if (!link && rowid !== null) return readQueryState(tables, owner, { rule, lease }, now);
    return { link, pausedUntil: toNumber(pausedUntil), isLeaseHeld: isHeld === 1 };
  };
}

function leasesIn(db: SqliteConnection): Store['leases'] {
  const acquire =
    db.prepare(`INSERT INTO leases (name, holder, until) VALUES (@name, @holder, @until) ON CONFLICT DO UPDATE
    SET holder = @holder, until = @until WHERE leases.until <= @now OR leases.holder = @holder OR leases.until > @latest
    RETURNING holder`);
  const release = db.prepare('DELETE FROM leases WHERE name = ? AND holder = ?');
  const held = db.prepare('SELECT 1 FROM leases WHERE name = ? AND until > ? AND until <= ?');
  return {
    acquire: (name, holder, until, now) =>
      db.write(() => acquire.all({ name, holder, until, now, latest: latestEnd(until - now, now) }).length > 0),
    release: async (name, holder) => void (await db.write(() => release.run(name, holder))),
    isHeld: async (name, lengthMs, now) => held.all(name, now, latestEnd(lengthMs, now)).length > 0,
  };
}

function preferencesIn(db: SqliteConnection): Store['preferences'] {
  const get = db.prepare(`SELECT ${PREFERENCE_COLUMN} FROM preferences WHERE tenant_id = ? AND object_id = ?`);
  const set = db.prepare(
    'INSERT OR REPLACE INTO preferences (tenant_id, object_id, default_connection) VALUES (?, ?, ?)',
  );
  const forget = db.prepare('DELETE FROM preferences WHERE tenant_id = ? AND object_id = ?');
  return {
    async defaultConnection({ tenantId, objectId }) {
      const [row] = get.all(tenantId, objectId) as { default_connection: unknown }[];
      return toText(row?.default_connection);
    },
    async setDefaultConnection({ tenantId, objectId }, connectionId) {
      await db.write(() =>
        connectionId === undefined ? forget.run(tenantId, objectId) : set.run(tenantId, objectId, connectionId),
      );
    },
  };
}
