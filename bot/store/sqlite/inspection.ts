import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { SCHEMA } from './database.ts';

/** The inspection creates no file and does not upgrade the schema. */
export interface Inspection {
  path: string;
  exists: boolean;
  /** The reason why it cannot be opened. */
  unusable?: string;
  /** The reason why it cannot be written. */
  unwritable?: string;
  /** `undefined` before the first start. */
  schema?: { found: number; known: number };
  /** Permission bits for other users of the machine. 0 if they cannot enter the folder. */
  openTo: number;
  /** The name of a file system that loses files or cannot lock them. */
  filesystem?: string;
}

/** By the magic number of statfs(2).
 * @see https://www.sqlite.org/wal.html "does not work over a network filesystem" */
const FILESYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs (memory)'],
  [0x858458f6, 'ramfs (memory)'],
  [0x6969, 'NFS (a network)'],
  [0xff534d42, 'CIFS (a network)'],
  [0xfe534d42, 'SMB (a network)'],
]);
const OTHERS = 0o077;

export function inspectSqlite(file: string): Inspection {
  const path = resolve(file);
  const exists = existsSync(path);
  const place = nearestExisting(path);
  const filesystem = filesystemOf(place);
  const known = { path, exists, ...(filesystem && { filesystem }) };
  try {
    accessSync(exists ? dirname(path) : place, constants.W_OK | constants.X_OK);
    if (!exists && !statSync(place).isDirectory()) throw new Error(`${place} is not a folder`);
    if (exists) accessSync(path, constants.W_OK);
  } catch (error) {
    return { ...known, openTo: 0, unwritable: (error as Error).message };
  }
  return exists ? { ...known, openTo: otherUsersBits(path), ...inspectSchema(path) } : { ...known, openTo: 0 };
}

function inspectSchema(path: string): Pick<Inspection, 'unusable' | 'unwritable' | 'schema'> {
  let db: Database.Database | undefined;
  try {
    db = new Database(path);
    db.exec('PRAGMA busy_timeout = 1000');
    const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
    const schema = { found: Number(row?.user_version), known: SCHEMA };
    return { schema, ...tryLock(db) };
  } catch (error) {
    return { unusable: (error as Error).message };
  } finally {
    db?.close();
  }
}

function tryLock(db: Database.Database): { unwritable?: string } {
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec('ROLLBACK');
    return {};
  } catch (error) {
    return { unwritable: (error as Error).message };
  }
}

function otherUsersBits(path: string): number {
  if (process.platform === 'win32') return 0;
  const folder = statSync(dirname(path)).mode & OTHERS;
  return (folder & 0o011) === 0 ? 0 : statSync(path).mode & OTHERS;
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function filesystemOf(path: string): string | undefined {
  return FILESYSTEMS.get(statfsSync(path).type >>> 0);
}
