import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS } from '../../../local/people.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { DURABLE, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { searchAt, withAnotherBot } from '../../support/world/another-bot.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { eventually, inDatabase, startWorld, type World } from '../../support/world/world.ts';

interface Backup {
  path: string;
  bytes: number;
  schema: number;
  credentials: number;
  keys: string[];
}

const KEY = `k7:${randomBytes(32).toString('base64')}`;
const OTHER_KEY = `k8:${randomBytes(32).toString('base64')}`;

let world: World;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-backup-'));
  world = await startWorld({ botEnv: { ENCRYPTION_KEYS: KEY } });
  for (const person of [ADA, GRACE]) await world.signIn(person);
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const backupTo = (name: string) => latchkeyJson<Backup>(world, ['backup', join(folder, name)]);

/** Copies the backup to the place of another machine's store, as docs/DEPLOY.md says. */
function restore(backup: string): string {
  const path = join(mkdtempSync(join(folder, 'machine-')), 'latchkey.db');
  copyFileSync(backup, path);
  chmodSync(path, 0o600);
  return `sqlite:${path}`;
}

describe('a backup of the SQLite store', () => {
  test('made while people search and sign in: its users can search on another machine with the keys', async () => {
    const responses: string[] = [];
    let done = false;
    const searching = [ADA, GRACE].map(async (person) => {
      while (!done) responses.push((await world.search(person)).type);
    });
    await eventually(
      () => responses.length,
      (count) => count > 4,
    );
    const [backup] = await Promise.all([backupTo('while-serving.db'), world.signIn(LINUS)]);
    done = true;
    await Promise.all(searching);
    expect(new Set(responses)).toEqual(new Set(['result']));
    expect(backup).toMatchObject({ path: join(folder, 'while-serving.db'), keys: ['k7'] });
    await withAnotherBot(world, { STORE_URL: restore(backup.path) }, async ({ url }) => {
      for (const person of [ADA, GRACE]) expect(await searchAt(world, url, person)).toBe('result');
    });
  });

  test('without the keys it opens no credential: people sign in again', async () => {
    const { path } = await backupTo('without-keys.db');
    const change = { STORE_URL: restore(path), ENCRYPTION_KEYS: OTHER_KEY };
    await withAnotherBot(world, change, async ({ url }) => expect(await searchAt(world, url, ADA)).toBe('auth'));
  });

  test('contains the content of the write-ahead log, belongs to its user alone, and has no token in plain text', async () => {
    const { path, bytes, credentials } = await backupTo('contents.db');
    const links = inDatabase(path, (db) => db.prepare('SELECT object_id, sealed FROM links').all());
    expect(links).toEqual(world.rows('links').map(({ object_id, sealed }) => ({ object_id, sealed })));
    expect([credentials, bytes]).toEqual([links.length, statSync(path).size]);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    const { accessToken, refreshToken } = linkedCredential(world, ADA);
    const content = readFileSync(path);
    for (const token of [accessToken, refreshToken]) expect(content.includes(String(token))).toBe(false);
  });

  test('does not contain a user who was purged before', async () => {
    await latchkey(world, ['purge', '--tenant', GRACE.tenantId, '--user', GRACE.objectId]);
    const { path } = await backupTo('forgotten.db');
    expect(readFileSync(path).includes(GRACE.objectId)).toBe(false);
    expect(readFileSync(path).includes(ADA.objectId)).toBe(true);
  });

  test('reports its content and the keys that it needs', async () => {
    const { code, stdout } = await latchkey(world, ['backup', join(folder, 'report.db')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/report\.db: \d+ credentials?, schema \d+, \d+ KB\.\n.* must have k7\. Store the keys/);
    expect(stdout).not.toContain(KEY.slice(3));
  });
});

describe('a backup that cannot be made', () => {
  const refused = async (args: string[], change: Record<string, string> = {}) => {
    const before = readdirSync(folder).toSorted();
    const { code, stdout, stderr } = await latchkey(world, ['backup', ...args], change);
    expect([code === 0, stdout, readdirSync(folder).toSorted()]).toEqual([false, '', before]);
    return stderr;
  };

  test('replaces no file', async () => {
    const path = join(folder, 'older.db');
    writeFileSync(path, 'older');
    expect(await refused([path])).toContain('exists already: a backup replaces no file');
    expect(readFileSync(path, 'utf8')).toBe('older');
  });

  test('creates no folder, and no store', async () => {
    expect(await refused([join(folder, 'nowhere', 'x.db')])).toMatch(/The folder .*nowhere does not exist/);
    const gone = join(folder, 'gone.db');
    expect(await refused([join(folder, 'x.db')], { STORE_URL: `sqlite:${gone}` })).toContain('gone.db does not exist');
    expect(existsSync(gone)).toBe(false);
  });

  test('of a damaged store leaves no partial file', async () => {
    const path = join(mkdtempSync(join(folder, 'damaged-')), 'damaged.db');
    writeFileSync(path, 'no database, but long enough to be read as the header of one '.repeat(40));
    const message = await refused([join(folder, 'x.db')], { STORE_URL: `sqlite:${path}` });
    expect(message).toMatch(/damaged\.db was not copied: .*not a database/);
  });

  test('names Redis’ own way, and a missing word', async () => {
    const redis = { STORE_URL: 'redis://:sentinel@127.0.0.1:1' };
    const message = await refused([join(folder, 'x.db')], redis);
    expect(message).toContain('BGSAVE');
    expect(message).not.toContain('sentinel');
    expect(await refused([])).toContain('"backup" needs <file>');
  });
});

test('T84: a store of an older schema is copied unchanged, one of a later schema is refused', async () => {
  const { path } = await backupTo('schemas.db');
  const withSchema = (schema: number) => {
    const store = restore(path);
    inDatabase(store.replace('sqlite:', ''), (db) => db.exec(`PRAGMA user_version = ${schema}`));
    return store;
  };
  const older = withSchema(3);
  const backup = join(folder, 'older-schema.db');
  const { schema } = await latchkeyJson<Backup>(world, ['backup', backup], { STORE_URL: older });
  const versionOf = (file: string) => inDatabase(file, (db) => db.prepare('PRAGMA user_version').all());
  expect([schema, versionOf(older.replace('sqlite:', '')), versionOf(backup)]).toEqual([
    3,
    [{ user_version: 3 }],
    [{ user_version: 3 }],
  ]);
  const { code, stderr } = await latchkey(world, ['backup', join(folder, 'x.db')], { STORE_URL: withSchema(99) });
  expect([code, stderr]).toEqual([1, expect.stringMatching(/has schema 99, .*a later version wrote it/)]);
});

test('the copy is complete: SQLite finds no fault in it, and the bot’s own file still works', async () => {
  const { path } = await backupTo('whole.db');
  const check = (file: string) => inDatabase(file, (db) => db.prepare('PRAGMA integrity_check').all());
  expect([check(path), check(world.storePath)]).toEqual([[{ integrity_check: 'ok' }], [{ integrity_check: 'ok' }]]);
  expect((await world.search(ADA)).type).toBe('result');
});

describeWithRedis('a backup of Redis', () => {
  test('dump.rdb, restored into a Redis that uses an append-only file from then on: people search there', async () => {
    const redis = await startRedis();
    const restored = await startRedis(['--appendonly', 'no']);
    const onRedis = await startWorld({ botEnv: { STORE_URL: redis.url } });
    try {
      await onRedis.signIn(ADA);
      redis.command('bgsave');
      await eventually(
        () => redis.command('info', 'persistence'),
        (text) => text.includes('rdb_bgsave_in_progress:0') && text.includes('rdb_last_bgsave_status:ok'),
      );
      const folderOf = (server: typeof redis) => server.command('config', 'get', 'dir').split('\n')[1] ?? '';
      const [from, to] = [folderOf(redis), folderOf(restored)];
      await restored.kill();
      copyFileSync(join(from, 'dump.rdb'), join(to, 'dump.rdb'));
      await restored.restart();
      restored.command('config', 'set', 'appendonly', 'yes');
      for (const [at, setting] of DURABLE.entries()) {
        if (setting.startsWith('--')) restored.command('config', 'set', setting.slice(2), String(DURABLE[at + 1]));
      }
      await eventually(
        () => restored.command('info', 'persistence'),
        (text) => text.includes('aof_enabled:1') && text.includes('aof_rewrite_in_progress:0'),
      );
      await withAnotherBot(onRedis, { STORE_URL: restored.url }, async ({ url }) => {
        expect(await searchAt(onRedis, url, ADA)).toBe('result');
      });
    } finally {
      await onRedis.stop();
      await Promise.all([redis.stop(), restored.stop()]);
    }
  });
});
