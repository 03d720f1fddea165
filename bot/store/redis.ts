import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type Asker, shardOf, shardOfKey } from '../sign-in/asker.ts';
import { guarded } from './guarded.ts';
import { limits } from './limits.ts';
import { RedisClient } from './redis-client.ts';
import { checkDurability } from './redis-durability.ts';
import { ALL_SHARDS, keysOf } from './redis-keys.ts';
import {
  CLOCK_TOLERANCE,
  type Discarded,
  isLive,
  type Link,
  type Owner,
  type Parked,
  type Store,
  type Transaction,
} from './store.ts';

/** How records lie in Redis: JSON, the asker's ids beside the rest so that a script can read them. */
type Flat<T extends Owner> = Omit<T, 'asker'> & Asker;

/** The store in Redis 7 or a Redis Cluster: for any number of machines. Each step is one command or script on one slot.
 * @throws {Error} when it can't be reached, or would lose what it is given (T65). */
export async function redisStore(url: string, options: { warn: (message: string) => void }): Promise<Store> {
  const address = new URL(url);
  const mayLose = address.searchParams.get('durability') === 'ignore';
  address.search = '';
  const client = await RedisClient.connect(address.href).catch((cause: unknown) => {
    throw new Error(`The Redis store at ${address.host} cannot be reached: ${(cause as Error).message}`, { cause });
  });
  await checkDurability(client, mayLose ? options.warn : undefined);
  return guarded('Redis', {
    transactions: transactionsIn(client),
    links: linksIn(client),
    parking: parkingIn(client),
    attempts: attemptsIn(client),
    revocations: revocationsIn(client),
    leases: leasesIn(client),
    limits: limits((options) => new RateLimiterRedis({ ...options, storeClient: client.redis })),
    directory: directoryIn(client),
    sweep: async (now) => sweep(client, now),
    // One of a cluster's servers is enough: where another is gone, most people can still be served.
    async ping() {
      await Promise.any(client.nodes().map((node) => node.ping()));
    },
    close: async () => client.close(),
  });
}

function transactionsIn(client: RedisClient): Store['transactions'] {
  return {
    async open(transaction, limit) {
      const { asker, stateHash, createdAt, expiresAt } = transaction;
      const keys = keysOf(shardOf(asker));
      const life = expiresAt - createdAt + CLOCK_TOLERANCE;
      const record = JSON.stringify(flat(transaction));
      const of = [keys.transaction(stateHash), keys.transactionsOf(asker)];
      await client.run('openTransaction', ...of, record, stateHash, createdAt, life, limit, keys.transaction(''));
    },
    async take({ stateHash, connectionId, cookieHashes }, now) {
      const key = keysOf(shardOfKey(stateHash)).transaction(stateHash);
      const answer = String(await client.run('takeTransaction', key, connectionId, now, ...cookieHashes));
      if (answer === 'unknown' || answer === 'other_browser') return answer;
      const transaction = unflat<Transaction>(answer);
      return isLive(transaction, now) ? transaction : 'unknown';
    },
  };
}

function linksIn(client: RedisClient): Store['links'] {
  return {
    async get({ asker, connectionId }) {
      const json = await client.redis.hget(keysOf(shardOf(asker)).links(asker), connectionId);
      return json === null ? undefined : unflat<Link>(json);
    },
    async put(link, now) {
      const { links, due, queue } = keysOf(shardOf(link.asker));
      await client.run('putLink', links(link.asker), due, queue, JSON.stringify(flat(link)), now);
    },
    async replace(version, link) {
      const { links } = keysOf(shardOf(link.asker));
      const args = [links(link.asker), link.connectionId, version, JSON.stringify(flat(link))];
      return (await client.run('replaceLink', ...args)) === 1;
    },
    async drop({ asker, connectionId }, version) {
      return (await client.run('dropLink', keysOf(shardOf(asker)).links(asker), connectionId, version)) === 1;
    },
    async discard({ asker, connectionId }, now) {
      const { links, due, queue } = keysOf(shardOf(asker));
      return (await client.run('discardLink', links(asker), due, queue, connectionId, now)) === 1;
    },
  };
}

function parkingIn(client: RedisClient): Store['parking'] {
  const burnOne = async (keyHash: string, shard: string, now: number) => {
    const { parked, expiry, due, queue, prefix } = keysOf(shard);
    return client.run('discardParked', parked(keyHash), expiry, due, queue, keyHash, now, prefix);
  };
  return {
    async park(record: Parked) {
      const { keyHash, expiresAt, asker } = record;
      const { parked, expiry, parkedOf } = keysOf(shardOf(asker));
      const json = JSON.stringify(flat(record));
      await client.run('park', parked(keyHash), expiry, parkedOf(asker), json, keyHash, expiresAt);
    },
    async confirm(keyHash, codeHash, expiresAt, now) {
      const { parked, expiry, prefix } = keysOf(shardOfKey(keyHash));
      const keys = [parked(keyHash), parked(codeHash), expiry];
      const args = [keyHash, codeHash, expiresAt, now, CLOCK_TOLERANCE, `${prefix}parkedof:`];
      const json = await client.run('confirmParked', ...keys, ...args);
      return typeof json === 'string' ? unflat<Owner>(json) : undefined;
    },
    async redeem(codeHash, { asker, connectionId }, now) {
      const { parked, expiry, due, queue, prefix } = keysOf(shardOfKey(codeHash));
      const owner = [asker.tenantId, asker.objectId, connectionId];
      const args = [parked(codeHash), expiry, due, queue, codeHash, ...owner, now, CLOCK_TOLERANCE, prefix];
      return (await client.run('redeem', ...args)) as Awaited<ReturnType<Store['parking']['redeem']>>;
    },
    async discard(keyHash, now) {
      const json = await burnOne(keyHash, shardOfKey(keyHash), now);
      return typeof json === 'string' ? unflat<Owner>(json) : undefined;
    },
    async burn(asker, now) {
      const shard = shardOf(asker);
      const keyHashes = await client.redis.smembers(keysOf(shard).parkedOf(asker));
      await Promise.all(keyHashes.map((keyHash) => burnOne(keyHash, shard, now)));
    },
  };
}

function attemptsIn(client: RedisClient): Store['attempts'] {
  const key = (asker: Asker) => keysOf(shardOf(asker)).attempts(asker);
  return {
    async fail(asker, { limit, window }, now) {
      const until = Number(await client.run('failAttempt', key(asker), limit, window, now));
      return until > 0 ? until : undefined;
    },
    async pausedUntil(asker, now) {
      const until = Number((await client.redis.hget(key(asker), 'pausedUntil')) ?? 0);
      return until > now ? until : undefined;
    },
  };
}

function revocationsIn(client: RedisClient): Store['revocations'] {
  const places = ({ asker }: Owner) => keysOf(shardOf(asker));
  return {
    async add(link, now) {
      const { due, queue } = places(link);
      await client.run('addRevocation', due, queue, JSON.stringify(flat(link)), now);
    },
    async take(limit, lease, now) {
      const { found, failure } = await inEveryShard(async (shard) => {
        const { due, queue } = keysOf(shard);
        return (await client.run('takeRevocations', due, queue, limit, now + lease, now)) as string[];
      });
      const all = found.flat();
      if (all.length === 0 && failure) throw failure;
      return all.map((json) => unflat<Discarded>(json));
    },
    async done(discarded) {
      const { due, queue } = places(discarded);
      await client.run('doneRevocation', due, queue, discarded.version);
    },
    async retry(discarded, dueAt) {
      const { due, queue } = places(discarded);
      const record = JSON.stringify(flat({ ...discarded, attempts: discarded.attempts + 1 }));
      await client.run('retryRevocation', due, queue, discarded.version, record, dueAt);
    },
  };
}

function leasesIn(client: RedisClient): Store['leases'] {
  const key = (name: string) => `latchkey:{lease/${name}}`;
  return {
    acquire: async (name, holder, until, now) =>
      (await client.run('acquireLease', key(name), holder, until, now)) === 1,
    async release(name, holder) {
      await client.run('releaseLease', key(name), holder);
    },
  };
}

function directoryIn(client: RedisClient): Store['directory'] {
  return {
    async list(after, limit) {
      // Pages over the names that a scan finds: for the hand of whoever runs the service, not for a request.
      const names = (await linkKeys(client, '*')).filter((name) => after === undefined || name > after).slice(0, limit);
      const values = await Promise.all(names.map((name) => client.redis.hvals(name)));
      const links = values.flat().map((json) => unflat<Link>(json));
      return { links, next: names.length === limit ? names.at(-1) : undefined };
    },
    async purge({ tenantId, objectId }, now) {
      const askers = objectId === undefined ? await askersOf(client, tenantId) : [{ tenantId, objectId }];
      const counts = await Promise.all(askers.map((asker) => purgeAsker(client, asker, now)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

async function purgeAsker(client: RedisClient, asker: Asker, now: number): Promise<number> {
  const keys = keysOf(shardOf(asker));
  const own = [keys.links(asker), keys.due, keys.queue, keys.attempts(asker), keys.transactionsOf(asker)];
  const args = [...own, keys.parkedOf(asker), keys.expiry, now, keys.prefix];
  return Number(await client.run('purgeAsker', ...args));
}

/** All of a tenant that have anything here: a link, something parked, a transaction or a wrong code. */
async function askersOf(client: RedisClient, tenantId: string): Promise<Asker[]> {
  const kinds = ['links', 'parkedof', 'txs', 'attempts'];
  const names = await Promise.all(kinds.map((kind) => scan(client, `latchkey:{*}:${kind}:${tenantId}/*`)));
  const ids = new Set(names.flat().map((name) => name.slice(name.lastIndexOf('/') + 1)));
  return [...ids].map((objectId) => ({ tenantId, objectId }));
}

async function linkKeys(client: RedisClient, whose: string): Promise<string[]> {
  return (await scan(client, `latchkey:{*}:links:${whose}`)).sort();
}

async function scan(client: RedisClient, pattern: string): Promise<string[]> {
  const found = new Set<string>();
  for (const node of client.nodes()) {
    let cursor = '0';
    do {
      const [next, names] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
      for (const name of names) found.add(name);
      cursor = next;
    } while (cursor !== '0');
  }
  return [...found];
}

async function sweep(client: RedisClient, now: number): Promise<void> {
  const { failure } = await inEveryShard(async (shard) => {
    const { parked, expiry, due, queue, prefix } = keysOf(shard);
    const expired = await client.redis.zrangebyscore(expiry, '-inf', now, 'LIMIT', 0, 500);
    const burn = (keyHash: string) =>
      client.run('discardParked', parked(keyHash), expiry, due, queue, keyHash, now, prefix);
    await Promise.all(expired.map(burn));
  });
  if (failure) throw failure;
}

/** Does the work in each shard, whatever becomes of it in another: a server of a cluster that is gone must not keep the
 * others from theirs (T79). `found` is empty for those that failed; `failure` is the first of theirs. */
async function inEveryShard<T>(work: (shard: string) => Promise<T>): Promise<{ found: T[]; failure?: Error }> {
  const outcomes = await Promise.allSettled(ALL_SHARDS.map(work));
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  return failed ? { found, failure: failed.reason as Error } : { found };
}

function flat<T extends Owner>({ asker, ...rest }: T): Flat<T> {
  return { ...rest, ...asker };
}

function unflat<T extends Owner>(json: string): T {
  const { tenantId, objectId, ...rest } = JSON.parse(json) as Asker & Record<string, unknown>;
  return { ...rest, asker: { tenantId, objectId } } as unknown as T;
}
