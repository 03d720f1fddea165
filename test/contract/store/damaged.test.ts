import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'libsql';
import { sqliteStore } from '../../../bot/store/sqlite/sqlite-store.ts';
import type { Link, Owner } from '../../../bot/store/store.ts';

const NOW = Date.now();
const MINUTE = 60_000;
const PEOPLE = 60;
/** Invalid UTF-8, as after one flipped bit. */
const NO_TEXT = "CAST(x'64c16d6f' AS TEXT)";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-damaged-'));
  path = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ownerAt = (at: number): Owner => ({
  asker: { tenantId: 'tenant', objectId: `person-${String(at).padStart(3, '0')}` },
  connectionId: 'wiki',
});
const linkAt = (at: number): Link => ({ ...ownerAt(at), version: `v${at}`, sealed: `sealed-${at}-${'x'.repeat(900)}` });

function inFile(sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

test('T85: a damaged page of the file fails only the calls that read it; other people’s links can be read and written', async () => {
  const before = sqliteStore(path);
  for (let at = 0; at < PEOPLE; at++) await before.links.put(linkAt(at), NOW);
  expect(await before.directory.compactLog()).toBe(true);
  await before.close();
  const bytes = readFileSync(path);
  const pageBytes = bytes.readUInt16BE(16);
  const broken = Math.floor(bytes.indexOf('sealed-30-') / pageBytes) * pageBytes;
  writeFileSync(
    path,
    Buffer.concat([bytes.subarray(0, broken), Buffer.alloc(pageBytes, 0xff), bytes.subarray(broken + pageBytes)]),
  );
  const store = sqliteStore(path);
  await expect(store.links.get(ownerAt(30))).rejects.toThrow('SQLITE_CORRUPT');
  expect(await store.links.get(ownerAt(0))).toMatchObject({ version: 'v0' });
  await store.links.put({ ...linkAt(0), version: 'v0-anew' }, NOW);
  expect(await store.links.get(ownerAt(0))).toMatchObject({ version: 'v0-anew' });
  await store.ping();
  await store.close();
});

test('T94: rows with an invalid time expire as well, and the readable tokens among them are revoked', async () => {
  const store = sqliteStore(path);
  const times = { createdAt: NOW, expiresAt: NOW + MINUTE };
  for (const at of [1, 2]) await store.parking.add({ ...linkAt(at), keyHash: `k${at}`, ...times });
  await store.transactions.open({ ...ownerAt(1), stateHash: 's1', cookieHash: 'c', sealed: 'sealed', ...times }, 8);
  inFile(
    `UPDATE parked SET expires_at = ${NO_TEXT} WHERE key_hash = 'k1'; UPDATE transactions SET expires_at = 'never'`,
  );
  await store.sweep(NOW + 2 * MINUTE);
  expect(await store.takeDamaged()).toEqual([{ kind: 'pending credential', owner: ownerAt(1) }]);
  const due = await store.revocations.take(10, { leaseMs: MINUTE, longestWaitMs: MINUTE }, NOW + 2 * MINUTE);
  expect(due.map(({ version }) => version)).toEqual(['v2']);
  const match = { stateHash: 's1', cookieHashes: ['c'], connectionId: 'wiki' };
  expect(await store.transactions.take(match, NOW)).toBe('unknown');
  await store.close();
});
