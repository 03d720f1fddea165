import Database from 'libsql';
import { v7 as newVersion } from 'uuid';
import { sealCredential, Vault } from '../../bot/sign-in/credentials/vault.ts';
import { shardOf } from '../../bot/sign-in/user.ts';
import { openStore } from '../../bot/store/open-store.ts';
import { keysOf } from '../../bot/store/redis/keys.ts';
import { toRecord } from '../../bot/store/redis/records.ts';
import { ownerKey } from '../../bot/store/sqlite/credentials.ts';
import type { StoredLink } from '../../bot/store/store.ts';
import type { Environment } from '../harness/environment.ts';
import { withRedis } from '../harness/redis.ts';
import { ACCOUNT } from '../workload/answer.ts';
import { accessTokenOf, CONNECTION, objectIdOf, TENANT } from '../workload/people.ts';

/** Writes linked credentials in Latchkey's format, each sealed for its owner. Skips existing ones. */

const BATCH = 2_000;

/** Adds credentials of the people `from` … `to` - 1. Creates a new store if needed. */
export async function seed(environment: Environment, storeUrl: string, from: number, to: number): Promise<void> {
  // The store's own code creates the tables, and rejects a Redis that could lose data.
  const store = await openStore(storeUrl, () => undefined);
  await store.close();
  const vault = new Vault([{ id: 'bench', key: environment.encryptionKey }]);
  if (storeUrl.startsWith('sqlite:')) seedSqlite(storeUrl.slice('sqlite:'.length), vault, from, to);
  else await seedRedis(storeUrl, vault, from, to);
}

function linkOf(vault: Vault, person: number): StoredLink {
  const owner = { asker: { tenantId: TENANT, objectId: objectIdOf(person) }, connectionId: CONNECTION };
  const version = newVersion();
  const credential = {
    accessToken: accessTokenOf(person),
    refreshToken: `refresh-${person}-`.padEnd(500, '0123456789'),
    expiresAt: Date.now() + 86_400_000,
    scope: 'openid',
    issuer: 'http://localhost:9/',
    account: { name: ACCOUNT, subject: String(person) },
  };
  return { ...owner, version, sealed: sealCredential(vault, owner, version, credential), usedAt: Date.now() };
}

function seedSqlite(path: string, vault: Vault, from: number, to: number): void {
  const db = new Database(path);
  db.exec('PRAGMA synchronous = OFF');
  const columns = 'tenant_id, object_id, connection_id, version, sealed, used_at';
  const insert = db.prepare(`INSERT INTO links (${columns}) VALUES (?, ?, ?, ?, ?, ?)`);
  for (let begin = from; begin < to; begin += BATCH) {
    db.exec('BEGIN IMMEDIATE');
    for (let person = begin; person < Math.min(to, begin + BATCH); person++) {
      const link = linkOf(vault, person);
      insert.run(...ownerKey(link), link.version, link.sealed, link.usedAt);
    }
    db.exec('COMMIT');
  }
  // Empties the log, as in a bot that has run for a while.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** One command for many links: a pipeline takes twice the time. */
const PUT_ALL = `
for i = 2, #ARGV, 2 do redis.call('HSET', ARGV[i], ARGV[1], ARGV[i + 1]) end
return #ARGV`;

function seedRedis(url: string, vault: Vault, from: number, to: number): Promise<void> {
  return withRedis(url, async (redis) => {
    for (let begin = from; begin < to; begin += BATCH) {
      const rows: string[] = [];
      for (let person = begin; person < Math.min(to, begin + BATCH); person++) {
        const link = linkOf(vault, person);
        rows.push(keysOf(shardOf(link.asker)).links(link.asker), JSON.stringify(toRecord(link)));
      }
      await redis.eval(PUT_ALL, 0, CONNECTION, ...rows);
    }
  });
}
