import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import { laterVersion, SCHEMA } from './database.ts';

/** The copy, after its own check. */
export interface SqliteBackup {
  path: string;
  bytes: number;
  schema: number;
  /** Sealed credentials of signed-in users. */
  sealed: string[];
}

/** Only the service's user may read a copy, like the store itself. */
const FILE_MODE = 0o600;
/** Another process that opens or closes the store has it for a moment. */
const BUSY_TIMEOUT_MS = 10_000;

/** Copies the store as it is at one moment, while other processes read and write it. Changes nothing in the store: an
 * older schema stays as it is. The copy appears under its name only when it is complete and on the disk.
 * @see https://www.sqlite.org/lang_vacuum.html#vacuuminto
 * @throws {LatchkeyError} if the store does not exist or a later version wrote it, and if the copy exists already, is
 * not whole or cannot be written */
export function backupSqlite(store: string, copy: string): SqliteBackup {
  const [from, to] = [resolve(store), resolve(copy)];
  // SQLite would create an empty store.
  if (!existsSync(from)) throw new LatchkeyError(`The SQLite store ${from} does not exist`);
  if (existsSync(to)) throw new LatchkeyError(`${to} exists already: a backup replaces no file`);
  if (!existsSync(dirname(to))) throw new LatchkeyError(`The folder ${dirname(to)} does not exist`);
  const partial = `${to}.${process.pid}.partial`;
  try {
    createPrivately(partial);
    copyInto(from, partial);
    const backup = inspectCopy(partial);
    flush(partial);
    // Unlike a rename, this fails if another backup created the name meanwhile.
    linkSync(partial, to);
    return { path: to, ...backup };
  } catch (cause) {
    throw new LatchkeyError(`The SQLite store ${from} was not copied: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(partial, { force: true });
  }
}

/** VACUUM INTO accepts an empty file, and keeps its mode. */
function createPrivately(path: string): void {
  closeSync(openSync(path, 'wx', FILE_MODE));
  chmodSync(path, FILE_MODE);
}

function copyInto(from: string, to: string): void {
  const db = new Database(from);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const schema = schemaOf(db);
    if (schema > SCHEMA) throw new LatchkeyError(laterVersion(schema));
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}

function inspectCopy(path: string): Omit<SqliteBackup, 'path'> {
  const db = new Database(path);
  try {
    const [check] = db.prepare('PRAGMA quick_check').all() as { quick_check: string }[];
    if (check?.quick_check !== 'ok') throw new LatchkeyError('the copy is damaged, so the store is damaged too');
    const schema = schemaOf(db);
    // A store that no service has opened yet has no tables.
    const rows = schema === 0 ? [] : (db.prepare('SELECT sealed FROM links').all() as { sealed: unknown }[]);
    return { bytes: statSync(path).size, schema, sealed: rows.map(({ sealed }) => String(sealed)) };
  } finally {
    db.close();
  }
}

function schemaOf(db: Database.Database): number {
  const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
  return Number(row?.user_version);
}

/** The name must not outlive its content after a power cut. */
function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
