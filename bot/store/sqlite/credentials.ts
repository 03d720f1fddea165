import {
  CLOCK_SKEW_MS,
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
} from '../store.ts';
import type { SqliteConnection } from './connection.ts';
import {
  type DamagedRows,
  LINK_COLUMNS,
  LINK_VALUES,
  ownerKey,
  PARKED_COLUMNS,
  REVOCATION_COLUMNS,
  type Row,
  toDiscarded,
  toLink,
  toNumber,
  toOwner,
  toParked,
  toStoredLink,
  toText,
} from './rows.ts';

export interface CredentialTables extends Pick<Store, 'links' | 'parking' | 'revocations'> {
  burnExpired(now: number): Promise<void>;
  /** Each sets unreadable records aside: one link, or entries of the queue. */
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
  const insert = db.prepare('INSERT OR IGNORE INTO revocations VALUES (?, ?, ?, ?, ?, 0, ?)');
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
    async take(limit, { lease, longestWait }, now) {
      const due = { now, latest: latestEnd(longestWait, now) };
      // A batch with only damaged rows does not mean that the queue is empty.
      while (anyDue.all(due).length > 0) {
        const taken = await db.write(() => readable(take.all({ ...due, limit, until: now + lease }) as Row[]));
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
    // If a write is repeated after a failure, the link must not revoke itself (T90, T92).
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
      const { asker, connectionId } = owner;
      const [version, sealed] = [toText(row[0]), toText(row[1])];
      if (version !== undefined && sealed !== undefined) {
        return { asker, connectionId, version, sealed, usedAt: toNumber(row[2]) ?? 0 };
      }
      const [damagedRow] = placeOf.all(...ownerKey(owner)) as { place: number }[];
      // If the file cannot be written now, the row stays in place and still counts as absent.
      if (damagedRow) await setAside(damagedRow.place).catch(() => undefined);
      return undefined;
    },
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
  const insert = db.prepare('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
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
