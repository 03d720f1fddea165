import { createHook } from 'node:async_hooks';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import Database from 'libsql';
import { sqliteStore } from '../../../bot/store/sqlite/sqlite-store.ts';
import { type Store, StoreError } from '../../../bot/store/store.ts';
import { ADA, k, link, MINUTE, match, NOW, owner, parked, stored, transaction, WAITS } from './records.ts';

const OWNER = owner();
const at = (connectionId: string) => owner(ADA, connectionId);

/**
 * Every method of the store, and whether it needs the lock. Each writes something into a store that `seed` has filled.
 */
const WRITES: Record<string, (store: Store) => Promise<unknown>> = {
  'transactions.open': (store) => store.transactions.open(transaction('s2'), 8),
  'transactions.take': (store) => store.transactions.take(match('s1'), NOW),
  'links.put': (store) => store.links.put(link('v2'), NOW),
  'links.replace': (store) => store.links.replace('v1', link('v2'), NOW),
  'links.updateUsage': (store) => store.links.updateUsage(stored('v1'), { sealed: 'anew', usedAt: NOW + 1 }),
  'links.deleteIfVersion': (store) => store.links.deleteIfVersion(OWNER, 'v1'),
  'links.unlink': (store) => store.links.unlink(OWNER, NOW),
  'parking.add': (store) => store.parking.add(parked('p2')),
  'parking.confirm': (store) => store.parking.confirm(k('p1'), k('c1'), NOW + MINUTE, NOW),
  'parking.redeem': (store) => store.parking.redeem(k('p1'), OWNER, NOW),
  'parking.discard': (store) => store.parking.discard(k('p1'), NOW),
  'parking.revokeAll': (store) => store.parking.revokeAll(ADA, NOW),
  'revocations.add': (store) => store.revocations.add(link('r2'), NOW),
  'revocations.take': (store) => store.revocations.take(10, WAITS, NOW),
  'revocations.settle': (store) => store.revocations.settle([{ discarded: { ...link('r1'), attempts: 0 } }]),
  'leases.acquire': (store) => store.leases.acquire('l2', 'holder', NOW + MINUTE, NOW),
  'leases.release': (store) => store.leases.release('l1', 'holder'),
  'attempts.recordFailure': (store) => store.attempts.recordFailure(ADA, { limit: 5, windowMs: MINUTE }, NOW),
  'preferences.setDefaultConnection': (store) => store.preferences.setDefaultConnection(ADA, 'handbook'),
  'directory.resealDiscarded': (store) =>
    store.directory.resealDiscarded({ ...link('r1'), attempts: 0 }, 'sealed anew'),
  'directory.purge': (store) => store.directory.purge(ADA, NOW),
  sweep: (store) => store.sweep(NOW + 4 * MINUTE),
  takeDamaged: (store) => store.takeDamaged(),
  ping: (store) => store.ping(),
};
const READS: Record<string, (store: Store) => Promise<unknown>> = {
  'links.get': (store) => store.links.get(OWNER),
  'links.isStored': (store) => store.links.isStored(stored('v1')),
  queryState: (store) => store.queryState(OWNER, { rule: { limit: 5, windowMs: MINUTE } }, NOW),
  'leases.isHeld': (store) => store.leases.isHeld('l1', MINUTE, NOW),
  'parking.owner': (store) => store.parking.owner(k('p1')),
  'attempts.pausedUntil': (store) => store.attempts.pausedUntil(ADA, { limit: 5, windowMs: MINUTE }, NOW),
  'preferences.defaultConnection': (store) => store.preferences.defaultConnection(ADA),
  'limits.consume': (store) => store.limits.consume({ name: 'l', points: 1, windowMs: MINUTE }, 'key'),
  'directory.links': (store) => store.directory.links(undefined, 10),
  'directory.person': (store) => store.directory.person(ADA),
  'directory.discarded': (store) => store.directory.discarded(undefined, 10),
};
/** Neither: this one ends the store, or cleans a log that a reader may use. */
const OTHERS = ['close', 'directory.compactLog'];

/** A store of its own, and a second connection to its file. */
interface Place {
  folder: string;
  path: string;
  store: Store;
  other: Database.Database;
}

async function openPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-locked-'));
  const path = join(folder, 'store.db');
  const store = sqliteStore(path);
  await seed(store);
  const other = new Database(path);
  other.exec('PRAGMA busy_timeout = 0');
  other.exec("INSERT INTO damaged VALUES ('d1', 'link', NULL, NULL, NULL, '{}', 0, 0)");
  return { folder, path, store, other };
}

async function closePlace({ folder, store, other }: Place): Promise<void> {
  other.close();
  await store.close();
  rmSync(folder, { recursive: true });
}

let place: Place;
let path: string;
let store: Store;
let other: Database.Database;
beforeEach(async () => {
  place = await openPlace();
  ({ path, store, other } = place);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await closePlace(place);
});

async function seed({ transactions, links, parking, revocations, leases, preferences }: Store): Promise<void> {
  await transactions.open(transaction('s1'), 8);
  await links.put(link('v1'), NOW);
  await parking.add(parked('p1'));
  await revocations.add(link('r1'), NOW);
  await leases.acquire('l1', 'holder', NOW + MINUTE, NOW);
  await preferences.setDefaultConnection(ADA, 'wiki');
}

/** Whether a second connection sees the acknowledged writes. */
async function expectCommits(version: string, { store, other }: Place = place): Promise<void> {
  await store.links.put(link(version, at('after')), NOW);
  expect(versionsSeen('after', other)).toEqual([version]);
}

function versionsSeen(connectionId: string, other = place.other): unknown[] {
  const rows = other.prepare('SELECT version FROM links WHERE connection_id = ?').all(connectionId);
  return (rows as { version: unknown }[]).map(({ version }) => version);
}

function namesOf(methods: object, prefix = ''): string[] {
  return Object.entries(methods).flatMap(([name, method]) =>
    typeof method === 'function' ? `${prefix}${name}` : namesOf(method, `${prefix}${name}.`),
  );
}

test('T89: the suite covers each method of the store', () => {
  const tried = [...Object.keys(WRITES), ...Object.keys(READS), ...OTHERS];
  expect(namesOf(store).sort()).toEqual(tried.sort());
});

describe('a file that stays locked', () => {
  /** All writes wait at once, each for a lock of its own. */
  const locked = new Map<string, Place & { attempt: Promise<unknown> }>();
  beforeAll(async () => {
    for (const [name, write] of Object.entries(WRITES)) {
      const own = await openPlace();
      own.other.exec('BEGIN IMMEDIATE');
      const attempt = write(own.store);
      attempt.catch(() => undefined);
      locked.set(name, { ...own, attempt });
    }
  });
  afterAll(() => Promise.all([...locked.values()].map(closePlace)));

  test.each(Object.keys(WRITES))('T89: %s fails on a locked file, and the next write is committed', async (name) => {
    const own = locked.get(name);
    if (!own) throw new Error(`No call waits for ${name}`);
    await expect(own.attempt).rejects.toThrow(StoreError);
    await expect(own.attempt).rejects.toThrow('SQLITE_BUSY');
    own.other.exec('ROLLBACK');
    await expectCommits('v-after', own);
    own.other.exec(`UPDATE links SET version = 'v-other' WHERE connection_id = 'after'`);
    expect(await own.store.links.get(at('after'))).toMatchObject({ version: 'v-other' });
  });
});

test.each(Object.keys(WRITES))('T89: %s is committed when the lock ends during its wait', async (name) => {
  other.exec('BEGIN IMMEDIATE');
  const attempt = WRITES[name]?.(store);
  const before = other.prepare('PRAGMA data_version').all();
  const unlocked = new Promise<void>((resolve) => {
    setImmediate(() => {
      other.exec('ROLLBACK');
      resolve();
    });
  });
  await Promise.all([attempt, unlocked]).finally(() => unlocked);
  expect(other.prepare('PRAGMA data_version').all()).not.toEqual(before);
});

test.each(Object.keys(READS))('T89: %s does not wait for the lock', async (name) => {
  other.exec('BEGIN IMMEDIATE');
  await READS[name]?.(store);
  other.exec('ROLLBACK');
});

test('T89: while fifty writes wait for the lock, reads are answered; then the writes are committed in their order', async () => {
  other.exec('BEGIN IMMEDIATE');
  const done: number[] = [];
  const writes = Array.from({ length: 50 }, async (_, number) => {
    await store.links.put(link(`v${number}`, at(`c${number}`)), NOW);
    done.push(number);
  });
  for (let read = 0; read < 10; read++) {
    await new Promise((resolve) => setImmediate(resolve));
    await store.links.get(OWNER);
  }
  expect(done).toEqual([]);
  other.exec('ROLLBACK');
  await Promise.all(writes);
  expect(done).toEqual(done.map((_, at) => at));
  expect(other.prepare("SELECT count(*) AS n FROM links WHERE connection_id LIKE 'c%'").all()).toEqual([{ n: 50 }]);
});

test('T89: a process that writes without a pause releases the lock again and again', async () => {
  // By the bot's clock, a write every 20 ms for 200 ms, then a pause of 25 ms.
  let clock = performance.now();
  const now = jest.spyOn(performance, 'now').mockImplementation(() => clock);
  let pauses = 0;
  const timers = createHook({
    init(_id, type, _trigger, { _idleTimeout }: { _idleTimeout?: number }) {
      if (type === 'Timeout' && _idleTimeout === 25) pauses += 1;
    },
  }).enable();
  try {
    for (let at = 0; at < 400; at++) {
      clock += 20;
      await store.links.put(link(`v${at}`), NOW);
    }
  } finally {
    timers.disable();
    now.mockRestore();
  }
  expect(pauses).toBeGreaterThan(35);
});

test('T89: a long purge or sweep lets other writes run in between', async () => {
  const many = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)';
  other.exec(`${many} INSERT INTO links SELECT 'many', 'o' || i, 'wiki', 'l' || i, 'sealed', 0 FROM n`);
  other.exec(`${many} INSERT INTO parked SELECT 'k' || i, 'many', 'o', 'wiki', 'p' || i, 'sealed', 0, 0 FROM n`);
  const rowsOf = (table: string) => other.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = 'many'`).all();
  /** How much work is left each time another write is committed. */
  const leftDuring = async (work: Promise<unknown>, table: string) => {
    let isOver = false;
    const ended = work.finally(() => {
      isOver = true;
    });
    const left: unknown[] = [];
    for (let at = 0; !isOver; at++) {
      await store.links.put(link(`v${at}`), NOW);
      left.push(...rowsOf(table));
    }
    await ended;
    return left;
  };
  const inTheMiddle = [{ n: 900 }, { n: 500 }, { n: 100 }];
  expect(await leftDuring(store.sweep(NOW), 'parked')).toEqual(expect.arrayContaining(inTheMiddle));
  const purge = store.directory.purge({ tenantId: 'many' }, NOW);
  expect(await leftDuring(purge, 'links')).toEqual(expect.arrayContaining(inTheMiddle));
  expect([rowsOf('parked'), rowsOf('links')]).toEqual([[{ n: 0 }], [{ n: 0 }]]);
  expect(rowsOf('revocations')).toEqual([{ n: 2000 }]);
});

describe('T82: a write that fails', () => {
  const { exec } = Database.prototype;
  const failing = new Map<string, string>();
  const first = { message: 'SQLite: SQLITE_FULL' };

  test('T82: if SQLite has rolled back by itself, the error names the first cause', async () => {
    const full = "BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END";
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON transactions ${full}`);
    const cause = { message: 'database or disk is full' };
    await expect(store.transactions.open(transaction('s2'), 8)).rejects.toMatchObject({ cause });
    other.exec('DROP TRIGGER full');
    await expectCommits('v-after');
  });

  test('T82: a failed commit leaves no change behind, and the next one succeeds', async () => {
    failOnce('COMMIT');
    await expect(store.links.put(link('v2'), NOW)).rejects.toMatchObject(first);
    expect(versionsSeen('wiki')).toEqual(['v1']);
    await expectCommits('v-after');
    expect(versionsSeen('wiki')).toEqual(['v1']);
  });

  test('T82: a rollback that fails as well hides no error, and the next write succeeds', async () => {
    failOnce('COMMIT');
    failOnce('ROLLBACK', 'SQLITE_ERROR');
    await expect(store.links.put(link('v2'), NOW)).rejects.toMatchObject(first);
    await expectCommits('v-after');
    expect(versionsSeen('wiki')).toEqual(['v1']);
    expect(await store.links.get(OWNER)).toMatchObject({ version: 'v1' });
  });

  /** The next statement with this text is not run, and fails. */
  function failOnce(statement: string, code = 'SQLITE_FULL'): void {
    failing.set(statement, code);
    jest.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql) {
      const code = failing.get(sql);
      if (code === undefined) return exec.call(this, sql);
      failing.delete(sql);
      throw Object.assign(new Error('not run'), { code });
    });
  }
});

test('only their owner can read and write the store’s files', () => {
  for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
});
