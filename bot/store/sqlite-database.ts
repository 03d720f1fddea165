import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { LatchkeyError } from '../latchkey-error.ts';

// One step for each version; a store of an earlier one is brought up to date, of a later one refused, not guessed at.
const STEPS = [
  `
CREATE TABLE transactions (
  state_hash TEXT PRIMARY KEY, cookie_hash TEXT NOT NULL,
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, sealed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX transactions_asker ON transactions (tenant_id, object_id, created_at);
CREATE INDEX transactions_expiry ON transactions (expires_at);
CREATE TABLE parked (
  key_hash TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
  version TEXT NOT NULL, sealed TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX parked_asker ON parked (tenant_id, object_id);
CREATE INDEX parked_expiry ON parked (expires_at);
CREATE TABLE links (
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
  version TEXT NOT NULL, sealed TEXT NOT NULL,
  PRIMARY KEY (tenant_id, object_id, connection_id)
) WITHOUT ROWID;
CREATE TABLE attempts (
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL,
  failures INTEGER NOT NULL, since INTEGER NOT NULL, paused_until INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, object_id)
) WITHOUT ROWID;
`,
  `
CREATE TABLE revocations (
  version TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
  sealed TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX revocations_due ON revocations (due_at);
CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
`,
  // Of what was linked before, all that is known is that it was there.
  `
ALTER TABLE links ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE links SET used_at = unixepoch() * 1000;
`,
  `
CREATE TABLE preferences (
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, default_connection TEXT NOT NULL,
  PRIMARY KEY (tenant_id, object_id)
) WITHOUT ROWID;
`,
  // With rowids: a tree by key that holds whole credentials is deep, and each look into it reads several pages.
  `
CREATE TABLE links_by_rowid (
  tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
  version TEXT NOT NULL, sealed TEXT NOT NULL, used_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, object_id, connection_id)
);
INSERT INTO links_by_rowid SELECT tenant_id, object_id, connection_id, version, sealed, used_at FROM links;
DROP TABLE links;
ALTER TABLE links_by_rowid RENAME TO links;
`,
];

/** The schema that this version writes. */
export const SCHEMA = STEPS.length;

/** Pages that may be kept, in KiB: some four thousand people's credentials. Read anew, each page is a call to the system. */
const CACHE = 16_384;
/** How long one statement may wait for another process's write, in milliseconds. */
const BUSY_TIMEOUT = 1000;
/** A process that ends writes what is in its log into the file: the next one waits for it. Milliseconds. */
const OPEN_TIMEOUT = 10_000;

/**
 * Opens (and where it is new, makes) the database file. Write-ahead log, so that readers never wait for a writer;
 * every commit is flushed, so that what was acknowledged outlives a power cut.
 * @throws {Error} naming the file, where it can't be opened, is damaged, or was written by a later version.
 */
export function openDatabase(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const db = new Database(path);
    db.exec(`PRAGMA busy_timeout = ${OPEN_TIMEOUT}`);
    db.exec(`PRAGMA cache_size = -${CACHE}`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    migrate(db);
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    return db;
  } catch (cause) {
    throw new LatchkeyError(`The SQLite store ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/** Runs `work` as one transaction that takes the write lock at once, so that what it reads stays true. */
export function atomically<T>(db: Database.Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function migrate(db: Database.Database): void {
  atomically(db, () => {
    const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
    const version = Number(row?.user_version);
    if (version > STEPS.length)
      throw new LatchkeyError(`it has schema ${version}, this Latchkey knows up to ${STEPS.length}`);
    for (const step of STEPS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${STEPS.length}`);
  });
}
