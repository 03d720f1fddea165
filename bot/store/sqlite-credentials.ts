import type Database from 'libsql';
import { atomically } from './sqlite-database.ts';
import {
  type DiscardedRow,
  type LinkRow,
  ownerKey,
  type ParkedRow,
  toDiscarded,
  toLink,
  toOwner,
  toParked,
} from './sqlite-rows.ts';
import {
  CLOCK_TOLERANCE,
  isLive,
  isSameOwner,
  type Link,
  latestEnd,
  type Owner,
  type Parked,
  type Redemption,
  type Settled,
  type Store,
  type StoredLink,
} from './store.ts';

type CredentialTables = Pick<Store, 'links' | 'parking' | 'revocations'> & {
  /** Burns parked credentials whose time is up. */
  burnExpired(now: number): void;
};

/** The tables that hold credentials. What loses its place in one of them is in `revocations` by the same commit. */
export function credentialsIn(db: Database.Database): CredentialTables {
  const queue = revocationsIn(db);
  const links = linksIn(db, queue.add);
  const parking = parkingIn(db, links.putNow, queue.add);
  return {
    links: links.links,
    parking: parking.parking,
    revocations: queue.revocations,
    burnExpired: parking.burnExpired,
  };
}

type Discard = (link: Link, now: number) => void;

function revocationsIn(db: Database.Database): { add: Discard; revocations: Store['revocations'] } {
  const insert = db.prepare('INSERT OR IGNORE INTO revocations VALUES (?, ?, ?, ?, ?, 0, ?)');
  const take = db.prepare(`UPDATE revocations SET due_at = ? WHERE version IN (
    SELECT version FROM revocations WHERE due_at <= ? OR due_at > ? ORDER BY due_at LIMIT ?) RETURNING *`);
  const done = db.prepare('DELETE FROM revocations WHERE version = ?');
  const retry = db.prepare(
    'UPDATE revocations SET attempts = ?, due_at = ?, sealed = COALESCE(?, sealed) WHERE version = ?',
  );
  const settleNow = ({ discarded: { version, attempts }, retry: again }: Settled) =>
    again ? retry.run(attempts + 1, again.dueAt, again.sealed ?? null, version) : done.run(version);
  const add: Discard = (link, now) => void insert.run(link.version, ...ownerKey(link), link.sealed, now);
  return {
    add,
    revocations: {
      add: async (link, now) => add(link, now),
      take: async (limit, { lease, longestWait }, now) => {
        const taken = take.all(now + lease, now, latestEnd(longestWait, now), limit) as DiscardedRow[];
        return taken.map(toDiscarded);
      },
      settle: async (settled) => atomically(db, () => void settled.map(settleNow)),
    },
  };
}

function linksIn(db: Database.Database, discard: Discard): { putNow: Discard; links: Store['links'] } {
  const where = 'WHERE tenant_id = ? AND object_id = ? AND connection_id = ?';
  const get = db.prepare(`SELECT version, sealed, used_at FROM links ${where}`).raw();
  const put = db.prepare(`INSERT OR REPLACE INTO links (tenant_id, object_id, connection_id, version, sealed, used_at)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const change = db.prepare(`UPDATE links SET version = ?, sealed = ?, used_at = ? ${where} AND version = ?`);
  const touch = db.prepare(`UPDATE links SET sealed = ?, used_at = ? ${where} AND version = ? AND sealed = ?`);
  const drop = db.prepare(`DELETE FROM links ${where} AND version = ?`);
  const remove = db.prepare(`DELETE FROM links ${where} AND used_at < ? RETURNING *`);
  const find = ({ asker, connectionId }: Owner): StoredLink | undefined => {
    const row = get.get(asker.tenantId, asker.objectId, connectionId) as [string, string, number] | undefined;
    return row && { asker, connectionId, version: row[0], sealed: row[1], usedAt: row[2] };
  };
  const putNow: Discard = (link, now) => {
    const replaced = find(link);
    put.run(...ownerKey(link), link.version, link.sealed, now);
    if (replaced) discard(replaced, now);
  };
  const removeNow = (owner: Owner, now: number, usedBefore: number) => {
    const removed = (remove.all(...ownerKey(owner), usedBefore) as LinkRow[]).map(toLink);
    for (const link of removed) discard(link, now);
    return removed.length > 0;
  };
  return {
    putNow,
    links: {
      get: async (owner) => find(owner),
      put: async (link, now) => atomically(db, () => putNow(link, now)),
      replace: async (version, link, now) =>
        change.run(link.version, link.sealed, now, ...ownerKey(link), version).changes === 1,
      touch: async (link, { sealed, usedAt }) =>
        touch.run(sealed, usedAt, ...ownerKey(link), link.version, link.sealed).changes === 1,
      drop: async (owner, version) => drop.run(...ownerKey(owner), version).changes === 1,
      discard: async (owner, now, usedBefore = Number.MAX_SAFE_INTEGER) =>
        atomically(db, () => removeNow(owner, now, usedBefore)),
    },
  };
}

function parkingIn(
  db: Database.Database,
  link: Discard,
  discard: Discard,
): { parking: Store['parking']; burnExpired(now: number): void } {
  const insert = db.prepare('INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const move = db.prepare(`UPDATE parked SET key_hash = ?, created_at = ?, expires_at = ?
    WHERE key_hash = ? AND expires_at > ? AND created_at <= ? RETURNING *`);
  const find = db.prepare('SELECT * FROM parked WHERE key_hash = ?');
  const take = db.prepare('DELETE FROM parked WHERE key_hash = ? RETURNING *');
  const takeOf = db.prepare('DELETE FROM parked WHERE tenant_id = ? AND object_id = ? RETURNING *');
  const takeExpired = db.prepare('DELETE FROM parked WHERE expires_at <= ? RETURNING *');
  const burn = (rows: unknown[], now: number): Parked | undefined => {
    const burnt = (rows as ParkedRow[]).map(toParked);
    // Without a credential of its own there is nothing to revoke: the sign-in was proven, and its link stays.
    for (const { sealed, ...rest } of burnt) if (sealed !== undefined) discard({ ...rest, sealed }, now);
    return burnt[0];
  };
  const redeemNow = (codeHash: string, owner: Owner, now: number): Redemption => {
    const rows = take.all(codeHash) as ParkedRow[];
    const parked = rows.map(toParked)[0];
    if (!parked) return 'unknown';
    const refusal = isSameOwner(parked, owner) ? !isLive(parked, now) && 'expired' : 'foreign';
    if (refusal) {
      burn(rows, now);
      return refusal;
    }
    if (parked.sealed === undefined) return 'spent';
    link({ ...owner, version: parked.version, sealed: parked.sealed }, now);
    return 'linked';
  };
  return {
    burnExpired: (now) => void atomically(db, () => burn(takeExpired.all(now), now)),
    parking: {
      async park(parked) {
        const { keyHash, version, sealed, createdAt, expiresAt } = parked;
        insert.run(keyHash, ...ownerKey(parked), version, sealed ?? null, createdAt, expiresAt);
      },
      async confirm(keyHash, codeHash, expiresAt, now) {
        const [row] = move.all(codeHash, now, expiresAt, keyHash, now, now + CLOCK_TOLERANCE) as ParkedRow[];
        return row && toOwner(row);
      },
      owner: async (codeHash) => (find.all(codeHash) as ParkedRow[]).map(toOwner)[0],
      redeem: async (codeHash, owner, now) => atomically(db, () => redeemNow(codeHash, owner, now)),
      async discard(keyHash, now) {
        const burnt = atomically(db, () => burn(take.all(keyHash), now));
        return burnt && { asker: burnt.asker, connectionId: burnt.connectionId };
      },
      async burn({ tenantId, objectId }, now) {
        atomically(db, () => burn(takeOf.all(tenantId, objectId), now));
      },
    },
  };
}
