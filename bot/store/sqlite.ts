import type Database from 'libsql';
import type { Asker } from '../sign-in/asker.ts';
import { atomically, openDatabase } from './sqlite-database.ts';
import {
  CLOCK_TOLERANCE,
  isLive,
  type Link,
  type Owner,
  type Parked,
  type Redemption,
  type Store,
  StoreError,
  type Transaction,
} from './store.ts';

interface OwnerRow {
  tenant_id: string;
  object_id: string;
  connection_id: string;
}
interface TransactionRow extends OwnerRow {
  state_hash: string;
  cookie_hash: string;
  created_at: number;
  expires_at: number;
  sealed: string;
}
interface ParkedRow extends OwnerRow {
  key_hash: string;
  version: string;
  sealed: string | null;
  created_at: number;
  expires_at: number;
}
interface LinkRow extends OwnerRow {
  version: string;
  sealed: string;
}

/** The store in one SQLite file: for one machine, with as many processes as it likes. Statements are prepared once. */
export function sqliteStore(path: string): Store {
  const db = openDatabase(path);
  const transactions = transactionsIn(db);
  const links = linksIn(db);
  const parking = parkingIn(db, links);
  return {
    transactions: guarded(transactions),
    links: guarded(links),
    parking: guarded(parking),
    attempts: guarded(attemptsIn(db)),
    ...guarded(houseKeepingIn(db)),
  };
}

function houseKeepingIn(db: Database.Database): Pick<Store, 'sweep' | 'ping' | 'close'> {
  return {
    async sweep(now) {
      db.prepare('DELETE FROM transactions WHERE expires_at <= ?').run(now);
      db.prepare('DELETE FROM attempts WHERE paused_until <= ? AND since <= ?').run(now, now - DAY);
      return (db.prepare('DELETE FROM parked WHERE expires_at <= ? RETURNING *').all(now) as ParkedRow[]).map(toParked);
    },
    async ping() {
      db.prepare('SELECT 1 FROM links LIMIT 1').all();
    },
    async close() {
      db.close();
    },
  };
}

const DAY = 86_400_000;

function transactionsIn(db: Database.Database): Store['transactions'] {
  const insert = db.prepare('INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const trim = db.prepare(`DELETE FROM transactions WHERE state_hash IN (
    SELECT state_hash FROM transactions WHERE tenant_id = ? AND object_id = ? ORDER BY created_at DESC LIMIT -1 OFFSET ?)`);
  const take = db.prepare(`DELETE FROM transactions WHERE state_hash = ? AND connection_id = ?
    AND cookie_hash IN (SELECT value FROM json_each(?)) RETURNING *`);
  const exists = db.prepare('SELECT 1 FROM transactions WHERE state_hash = ? AND connection_id = ? AND expires_at > ?');
  return {
    async open({ stateHash, cookieHash, asker, connectionId, createdAt, expiresAt, sealed }, limit) {
      atomically(db, () => {
        insert.run(stateHash, cookieHash, asker.tenantId, asker.objectId, connectionId, createdAt, expiresAt, sealed);
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

/** Every failure of a method becomes a StoreError. */
function guarded<T extends object>(methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (cause) {
        throw new StoreError(`SQLite: ${(cause as Error).message}`, { cause });
      }
    },
  ]);
  return Object.fromEntries(entries);
}

type SyncLinks = Store['links'] & { putNow(link: Link): Link | undefined };

function linksIn(db: Database.Database): SyncLinks {
  const where = 'WHERE tenant_id = ? AND object_id = ? AND connection_id = ?';
  const get = db.prepare(`SELECT * FROM links ${where}`);
  const put = db.prepare('INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?)');
  const replace = db.prepare(`UPDATE links SET version = ?, sealed = ? ${where} AND version = ?`);
  const remove = db.prepare(`DELETE FROM links ${where} AND version = ?`);
  const find = (owner: Owner) => {
    const [row] = get.all(...ownerKey(owner)) as LinkRow[];
    return row && toLink(row);
  };
  const putNow = (link: Link) => {
    const replaced = find(link);
    put.run(...ownerKey(link), link.version, link.sealed);
    return replaced;
  };
  return {
    putNow,
    get: async (owner) => find(owner),
    put: async (link) => atomically(db, () => putNow(link)),
    replace: async (version, link) => replace.run(link.version, link.sealed, ...ownerKey(link), version).changes === 1,
    remove: async (owner, version) => remove.run(...ownerKey(owner), version).changes === 1,
  };
}

function parkingIn(db: Database.Database, links: SyncLinks): Store['parking'] {
  const insert = db.prepare('INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const move = db.prepare(`UPDATE parked SET key_hash = ?, created_at = ?, expires_at = ?
    WHERE key_hash = ? AND expires_at > ? AND created_at <= ? RETURNING *`);
  const take = db.prepare('DELETE FROM parked WHERE key_hash = ? RETURNING *');
  const burn = db.prepare('DELETE FROM parked WHERE tenant_id = ? AND object_id = ? RETURNING *');
  const takeNow = (keyHash: string) => (take.all(keyHash) as ParkedRow[]).map(toParked)[0];
  const redeemNow = (codeHash: string, owner: Owner, now: number): Redemption => {
    const parked = takeNow(codeHash);
    if (!parked) return { outcome: 'unknown' };
    if (!isSameOwner(parked, owner)) return { outcome: 'foreign', parked };
    if (!isLive(parked, now)) return { outcome: 'expired', parked };
    if (parked.sealed === undefined) return { outcome: 'spent' };
    return { outcome: 'linked', replaced: links.putNow({ ...owner, version: parked.version, sealed: parked.sealed }) };
  };
  return {
    async park(parked) {
      const { keyHash, version, sealed, createdAt, expiresAt } = parked;
      insert.run(keyHash, ...ownerKey(parked), version, sealed ?? null, createdAt, expiresAt);
    },
    confirm: async (keyHash, codeHash, expiresAt, now) =>
      (move.all(codeHash, now, expiresAt, keyHash, now, now + CLOCK_TOLERANCE) as ParkedRow[]).map(toParked)[0],
    redeem: async (codeHash, owner, now) => atomically(db, () => redeemNow(codeHash, owner, now)),
    take: async (keyHash) => takeNow(keyHash),
    burn: async (asker) => (burn.all(asker.tenantId, asker.objectId) as ParkedRow[]).map(toParked),
  };
}

function attemptsIn(db: Database.Database): Store['attempts'] {
  const fail = db.prepare(`INSERT INTO attempts VALUES (@tenant, @object, 1, @now, 0) ON CONFLICT DO UPDATE SET
    failures = CASE WHEN since <= @now - @window THEN 1 ELSE failures + 1 END,
    since = CASE WHEN since <= @now - @window THEN @now ELSE since END RETURNING failures`);
  const pause = db.prepare('UPDATE attempts SET failures = 0, paused_until = ? WHERE tenant_id = ? AND object_id = ?');
  const paused = db.prepare(
    'SELECT paused_until FROM attempts WHERE tenant_id = ? AND object_id = ? AND paused_until > ?',
  );
  return {
    async fail({ tenantId: tenant, objectId: object }, { limit, window }, now) {
      return atomically(db, () => {
        const [row] = fail.all({ tenant, object, now, window }) as { failures: number }[];
        if (!row || row.failures < limit) return undefined;
        pause.run(now + window, tenant, object);
        return now + window;
      });
    },
    async pausedUntil({ tenantId, objectId }, now) {
      return (paused.all(tenantId, objectId, now) as { paused_until: number }[])[0]?.paused_until;
    },
  };
}

function ownerKey({ asker, connectionId }: Owner): [string, string, string] {
  return [asker.tenantId, asker.objectId, connectionId];
}

function toOwner(row: OwnerRow): { asker: Asker; connectionId: string } {
  return { asker: { tenantId: row.tenant_id, objectId: row.object_id }, connectionId: row.connection_id };
}

function isSameOwner(a: Owner, b: Owner): boolean {
  return ownerKey(a).join() === ownerKey(b).join();
}

function toTransaction(row: TransactionRow): Transaction {
  const { state_hash: stateHash, cookie_hash: cookieHash, created_at: createdAt, expires_at: expiresAt, sealed } = row;
  return { ...toOwner(row), stateHash, cookieHash, createdAt, expiresAt, sealed };
}

function toParked(row: ParkedRow): Parked {
  const { key_hash: keyHash, version, created_at: createdAt, expires_at: expiresAt } = row;
  return { ...toOwner(row), keyHash, version, sealed: row.sealed ?? undefined, createdAt, expiresAt };
}

function toLink(row: LinkRow): Link {
  return { ...toOwner(row), version: row.version, sealed: row.sealed };
}
