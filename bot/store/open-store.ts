import { sqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

/** @param url STORE_URL: `sqlite:` and a path, `redis://…` or `rediss://…`
 * @throws {Error} if the store cannot be used; the message says how to fix that */
export async function openStore(url: string, warn: (message: string) => void): Promise<Store> {
  if (url.startsWith('sqlite:')) return sqliteStore(url.slice('sqlite:'.length));
  // Loaded on demand: a SQLite store does not need the Redis client.
  const { redisStore } = await import('./redis/redis-store.ts');
  return redisStore(url, { warn });
}
