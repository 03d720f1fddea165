import { sqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

/** Opens the store that STORE_URL names: `sqlite:` and a path, `redis://…` or `rediss://…`.
 * @param warn takes what its operator should know. @throws {Error} when it can't be used, naming what to mend. */
export async function openStore(url: string, warn: (message: string) => void): Promise<Store> {
  if (url.startsWith('sqlite:')) return sqliteStore(url.slice('sqlite:'.length));
  // Only who keeps things there loads the client.
  const { redisStore } = await import('./redis/redis-store.ts');
  return redisStore(url, { warn });
}
