import { accessSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

/** T84: earlier versions ignore these tables. So the schema version does not change, and both versions can open the
 * file. */
const ADDITION = `
CREATE TABLE damaged (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, tenant_id TEXT, object_id TEXT, connection_id TEXT,
  content TEXT NOT NULL, found_at INTEGER NOT NULL, reported INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX damaged_new ON damaged (reported) WHERE reported = 0;
CREATE TABLE readiness (name TEXT PRIMARY KEY, probed_at INTEGER NOT NULL) WITHOUT ROWID;
`;

// One step per schema version. The bot refuses a newer store. A bot that already serves goes on while a later version
// adds its step (T84), so each INSERT names its columns, and a step may add a column with a default.
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
  // The last use of older links is unknown, so it is set to now.
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
  // With rowids: a tree by key with whole credentials is deep, so each lookup would read several pages.
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

export const SCHEMA = STEPS.length;

/** Why a store of this schema is refused, and what to do. */
export function laterVersion(schema: number): string {
  return `it has schema ${schema}, this Latchkey knows up to ${SCHEMA}: a later version wrote it. Run that version again, or restore the backup from before the upgrade`;
}

/** SQLite's page cache in KiB: about four thousand people's credentials. Without it each page is a system call. */
const CACHE = 16_384;
/** Short, because SQLite blocks the event loop while it waits. `SqliteConnection` waits instead. */
const BUSY_TIMEOUT_MS = 5;
/** A process that ends writes its log into the file, and the next one waits for that. */
const OPEN_TIMEOUT_MS = 10_000;
/** SQLite gives `-wal` and `-shm` the mode of the file. */
const FILE_MODE = 0o600;

/** With the write-ahead log, readers never wait for a writer. Every commit is flushed, so that it survives a power cut.
 * @throws {Error} that names the file if it cannot be opened, is damaged, or a later version wrote it */
export function openDatabase(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) closeSync(openSync(path, 'a', FILE_MODE));
    const db = new Database(path);
    db.exec(`PRAGMA busy_timeout = ${OPEN_TIMEOUT_MS}`);
    db.exec(SETTINGS);
    migrate(db);
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return db;
  } catch (cause) {
    throw new LatchkeyError(`The SQLite store ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/** The process serves requests by now, so this waits only `BUSY_TIMEOUT_MS`.
 * @throws {Error} if the file is gone: an empty one would sign every user out */
export function reopenDatabase(path: string): Database.Database {
  accessSync(path);
  const db = new Database(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.exec(SETTINGS);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const SETTINGS = `PRAGMA cache_size = -${CACHE}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;`;

function migrate(db: Database.Database): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
    const version = Number(row?.user_version);
    if (version > STEPS.length) throw new LatchkeyError(laterVersion(version));
    for (const step of STEPS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${STEPS.length}`);
    const isComplete = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'damaged'").all().length > 0;
    if (!isComplete) db.exec(ADDITION);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
