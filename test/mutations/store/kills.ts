import type { Mutation } from '../mutation.ts';

const TEST = 'test/soak/kills.test.ts';
const ON_SQLITE = '^two bots on one SQLite file';
const ON_REDIS = '^two bots on one Redis';

/** Defences against kills under load. The small size of the soak must notice their loss. */
export const KILLS: readonly Mutation[] = [
  {
    threat: 'T77',
    defence: 'an acknowledged write is in the file, not only in a process',
    file: 'bot/store/sqlite/database.ts',
    find: '    const db = new Database(path);',
    replace: "    const db = new Database(':memory:');",
    test: TEST,
    name: ON_SQLITE,
  },
  {
    threat: 'T77',
    defence: 'a code ends with its redemption',
    file: 'bot/store/sqlite/credentials.ts',
    find: 'const take = db.prepare(`DELETE FROM parked WHERE key_hash = ? RETURNING ${PARKED_COLUMNS}`);',
    replace: 'const take = db.prepare(`SELECT ${PARKED_COLUMNS} FROM parked WHERE key_hash = ?`);',
    test: TEST,
    name: ON_SQLITE,
  },
  {
    threat: 'T77',
    defence: 'a link that ends is queued for its revocation in the same commit',
    file: 'bot/store/sqlite/credentials.ts',
    function: 'createLinks.removeNow',
    without: 'discard',
    test: TEST,
    name: ON_SQLITE,
  },
  {
    threat: 'T77',
    defence: 'Redis: a code ends with its redemption',
    file: 'bot/store/redis/scripts.ts',
    find: "unpark(KEYS[1], KEYS[2], ARGV[7] .. 'parkedof:' .. asker, ARGV[1])\n",
    replace: '',
    test: TEST,
    name: ON_REDIS,
  },
  {
    threat: 'T77',
    defence: 'Redis: a link that ends is queued for its revocation in the same step',
    file: 'bot/store/redis/scripts.ts',
    find: 'discard(KEYS[2], KEYS[3], link, ARGV[2])',
    replace: '',
    test: TEST,
    name: ON_REDIS,
  },
];
