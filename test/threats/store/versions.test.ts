import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'libsql';
import { ADA, GRACE, LINUS } from '../../../local/people.ts';
import { nextVersion } from '../../support/project/next-version.ts';
import { signOut } from '../../support/teams/actions.ts';
import { searchAt, startAnotherBot } from '../../support/world/another-bot.ts';
import { eventually, inDatabase, startWorld, type World } from '../../support/world/world.ts';

/** The file of the first version, and of a version before the present one. */
const FIRST = `
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
  PRAGMA user_version = 1;
`;
const FOURTH = `${FIRST}
  CREATE TABLE revocations (
    version TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, connection_id TEXT NOT NULL,
    sealed TEXT NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX revocations_due ON revocations (due_at);
  CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
  ALTER TABLE links ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE preferences (
    tenant_id TEXT NOT NULL, object_id TEXT NOT NULL, default_connection TEXT NOT NULL,
    PRIMARY KEY (tenant_id, object_id)
  ) WITHOUT ROWID;
  PRAGMA user_version = 4;
`;
const CURRENT = 5;
const COLUMNS = ['tenant_id', 'object_id', 'connection_id', 'version', 'sealed'];

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'latchkey-versions-'));
beforeAll(async () => {
  world = await startWorld();
  for (const person of [ADA, GRACE]) await world.signIn(person);
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A file of this schema, with the links of the world. */
function fileOf(schema: string, name: string): string {
  const path = join(folder, name);
  const db = new Database(path);
  db.exec(schema);
  const insert = db.prepare(`INSERT INTO links (${COLUMNS.join()}) VALUES (?, ?, ?, ?, ?)`);
  for (const row of world.rows('links')) insert.run(...COLUMNS.map((column) => row[column]));
  db.close();
  return path;
}

test.each([
  ['the first version', FIRST],
  ['a version between', FOURTH],
])('T84: written by %s: all people are still signed in, on two bots that start on it at once', async (name, schema) => {
  const path = fileOf(schema, `${name}.db`);
  const bots = await Promise.all([1, 2].map(() => startAnotherBot(world, { STORE_URL: `sqlite:${path}` })));
  try {
    for (const bot of bots) {
      for (const person of [ADA, GRACE]) expect(await searchAt(world, bot.url, person)).toBe('result');
    }
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
  }
});

test('T84: written by a later version: this version does not start, and changes nothing in the file', async () => {
  const path = fileOf(`${FOURTH} CREATE TABLE later (id TEXT); PRAGMA user_version = 99;`, 'later.db');
  await expect(startAnotherBot(world, { STORE_URL: `sqlite:${path}` })).rejects.toThrow(
    /it has schema 99, this Latchkey knows up to \d+: a later version wrote it\. Run that version again, or restore the backup from before the upgrade/,
  );
  const db = new Database(path);
  expect(db.prepare('PRAGMA user_version').all()).toEqual([{ user_version: 99 }]);
  expect(db.prepare('SELECT count(*) AS count FROM links').all()).toEqual([{ count: 2 }]);
  db.close();
});

test('T84: this version keeps running while the next one upgrades its store, and both serve', async () => {
  const next = nextVersion();
  const present = await startWorld();
  try {
    const schema = () => inDatabase(present.storePath, (db) => db.prepare('PRAGMA user_version').all());
    for (const person of [ADA, GRACE]) await present.signIn(person);
    const responses: string[] = [];
    let done = false;
    const searching = [ADA, GRACE].map(async (person) => {
      while (!done) responses.push((await present.search(person)).type);
    });
    const another = await startAnotherBot(present, {}, next.script);
    try {
      expect(schema()).toEqual([{ user_version: CURRENT + 1 }]);
      for (const person of [ADA, GRACE]) expect(await searchAt(present, another.url, person)).toBe('result');
      const served = responses.length;
      await eventually(
        () => responses.length,
        (count) => count > served + 4,
      );
      done = true;
      await Promise.all(searching);
      expect(new Set(responses)).toEqual(new Set(['result']));
      // Each reads what the other writes.
      await present.signIn(LINUS);
      expect(await searchAt(present, another.url, LINUS)).toBe('result');
      await signOut(present.connector, another.url, ADA);
      expect((await present.search(ADA)).type).toBe('auth');
      expect(present.bot.output()).not.toMatch(/"level":[56]0/);
    } finally {
      await another.stop();
    }
    // It cannot start again. To go back, restore the backup.
    await expect(startAnotherBot(present)).rejects.toThrow(/a later version wrote it/);
  } finally {
    await present.stop();
    next.remove();
  }
});
