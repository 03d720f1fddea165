import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { type Asker, shardOf, shardOfKey } from '../sign-in/asker.ts';
import { guarded } from './guarded.ts';
import { limits } from './limits.ts';
import { RedisClient } from './redis-client.ts';
import { directoryIn } from './redis-directory.ts';
import { checkDurability } from './redis-durability.ts';
import { ALL_SHARDS, keysOf } from './redis-keys.ts';
import { flat, unflat } from './redis-records.ts';
import {
  CLOCK_TOLERANCE,
  type Discarded,
  isLive,
  type Owner,
  type Parked,
  type Store,
  type StoredLink,
  type Transaction,
} from './store.ts';

/** The store in Redis 7 or a Redis Cluster: for any number of machines. Each step is one command or script on one slot.
 * @throws {Error} when it can't be reached, or would lose what it is given (T65). */
export async function redisStore(url: string, options: { warn: (message: string) => void }): Promise<Store> {
  const address = new URL(url);
  const mayLose = address.searchParams.get('durability') === 'ignore';
  address.search = '';
  const client = await RedisClient.connect(address.href).catch((cause: unknown) => {
    throw new Error(`The Redis store at ${address.host} cannot be reached: ${(cause as Error).message}`, { cause });
  });
  await checkDurability(client, mayLose ? options.warn : undefined).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  return guarded('Redis', {
    transactions: transactionsIn(client),
    links: linksIn(client),
    parking: parkingIn(client),
    attempts: attemptsIn(client),
    revocations: revocationsIn(client),
    leases: leasesIn(client),
    preferences: preferencesIn(client),
    limits: limitsIn(client),
    directory: directoryIn(client),
    sweep: async (now) => sweep(client, now),
    takeDamaged: async () => [],
    // One of a cluster's servers is enough: where another is gone, most people can still be served.
    async ping() {
      await Promise.any(client.nodes().map((node) => node.ping()));
    },
    close: async () => client.close(),
  });
}

/** Where the server that keeps a count is gone, each process counts by itself: that must keep nobody else out. */
function limitsIn({ redis: storeClient }: RedisClient): Store['limits'] {
  return limits((options) => {
    const insuranceLimiter = new RateLimiterMemory(options);
    return new RateLimiterRedis({ ...options, storeClient, insuranceLimiter });
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
      return json === null ? undefined : unflat<StoredLink>(json);
    },
    async put(link, now) {
      const { links, due, queue } = keysOf(shardOf(link.asker));
      await client.run('putLink', links(link.asker), due, queue, JSON.stringify(flat(link)), now);
    },
    async replace(version, link, now) {
      const { links } = keysOf(shardOf(link.asker));
      const args = [links(link.asker), link.connectionId, version, JSON.stringify(flat({ ...link, usedAt: now }))];
      return (await client.run('replaceLink', ...args)) === 1;
    },
    async touch(link, change) {
      const { links } = keysOf(shardOf(link.asker));
      const { connectionId, version, sealed } = link;
      const changed = JSON.stringify(flat({ ...link, ...change }));
      return (await client.run('touchLink', links(link.asker), connectionId, version, sealed, changed)) === 1;
    },
    async drop({ asker, connectionId }, version) {
      return (await client.run('dropLink', keysOf(shardOf(asker)).links(asker), connectionId, version)) === 1;
    },
    async discard({ asker, connectionId }, now, usedBefore = Number.MAX_SAFE_INTEGER) {
      const { links, due, queue } = keysOf(shardOf(asker));
      return (await client.run('discardLink', links(asker), due, queue, connectionId, now, usedBefore)) === 1;
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
    async owner(codeHash) {
      const json = await client.redis.get(keysOf(shardOfKey(codeHash)).parked(codeHash));
      if (json === null) return undefined;
      const { asker, connectionId } = unflat<Parked>(json);
      return { asker, connectionId };
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

function preferencesIn(client: RedisClient): Store['preferences'] {
  const key = (asker: Asker) => keysOf(shardOf(asker)).preferred(asker);
  return {
    defaultConnection: async (asker) => (await client.redis.get(key(asker))) ?? undefined,
    async setDefaultConnection(asker, connectionId) {
      await (connectionId === undefined ? client.redis.del(key(asker)) : client.redis.set(key(asker), connectionId));
    },
  };
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
