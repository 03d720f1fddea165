import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { LatchkeyError, summaryOf } from '../../platform/latchkey-error.ts';
import { shardOf, shardOfKey, type User } from '../../sign-in/user.ts';
import {
  CLOCK_SKEW_MS,
  type DamagedRecord,
  isLive,
  latestEnd,
  limits,
  type Owner,
  type Parked,
  readQueryState,
  type Store,
  type Transaction,
  wrapStoreErrors,
} from '../store.ts';
import { RedisClient } from './client.ts';
import { createDirectory, setLinkAside } from './directory.ts';
import { ALL_SHARDS, keysOf, parseRedisAddress } from './keys.ts';
import {
  describeDamaged,
  fromRecord,
  readDiscarded,
  readLink,
  readOwner,
  readPendingOwner,
  toRecord,
} from './records.ts';

/** Redis 7 or Redis Cluster, for any number of machines. Each step is one command or script on one slot.
 * @throws {Error} if it cannot be reached or could lose data (T65) */
export async function redisStore(url: string, options: { warn: (message: string) => void }): Promise<Store> {
  const address = parseRedisAddress(url);
  if (!address) throw new TypeError('not the address of a Redis');
  const { hosts, mayLose } = address;
  const client = await RedisClient.connect(address).catch((cause: unknown) => {
    throw new LatchkeyError(`The Redis store at ${hosts} cannot be reached: ${summaryOf(cause)}`, { cause });
  });
  await checkDurability(client, mayLose ? options.warn : undefined).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  const tables = { links: createLinks(client), attempts: attemptsIn(client), leases: leasesIn(client) };
  return wrapStoreErrors('Redis', {
    ...tables,
    transactions: transactionsIn(client),
    parking: parkingIn(client),
    revocations: revocationsIn(client),
    queryState: (owner, absent, now) => readQueryState(tables, owner, absent, now),
    preferences: preferencesIn(client),
    limits: limitsIn(client),
    directory: createDirectory(client),
    sweep: async (now) => sweep(client, now),
    takeDamaged: async () => takeDamaged(client),
    ping: pingIn(client),
    close: async () => client.close(),
  });
}

/** If its server is gone, each process counts alone: a limit must not fail requests. */
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
      const life = expiresAt - createdAt + CLOCK_SKEW_MS;
      const record = JSON.stringify(toRecord(transaction));
      const of = [keys.transaction(stateHash), keys.transactionsOf(asker)];
      await client.run('openTransaction', of, [record, stateHash, createdAt, life, limit, keys.transaction('')]);
    },
    async take({ stateHash, connectionId, cookieHashes }, now) {
      const { transaction: at, damaged } = keysOf(shardOfKey(stateHash));
      const args = [stateHash, connectionId, now, ...cookieHashes];
      const response = String(await client.run('takeTransaction', [at(stateHash), damaged], args));
      if (response === 'unknown' || response === 'other_browser') return response;
      const transaction = fromRecord<Transaction>(response);
      return isLive(transaction, now) ? transaction : 'unknown';
    },
  };
}

function createLinks(client: RedisClient): Store['links'] {
  const get = async ({ asker, connectionId }: Owner) => {
    const json = await client.redis.hget(keysOf(shardOf(asker)).links(asker), connectionId);
    if (json === null) return undefined;
    const owner = { asker, connectionId };
    return readLink(json, owner) ?? (await setLinkAside(client, owner, json));
  };
  return {
    get,
    async isStored(link) {
      const stored = await get(link);
      return stored?.version === link.version && stored.sealed === link.sealed && stored.usedAt === link.usedAt;
    },
    async put(link, now) {
      const { links, due, queue, damaged } = keysOf(shardOf(link.asker));
      await client.run('putLink', [links(link.asker), due, queue, damaged], [JSON.stringify(toRecord(link)), now]);
    },
    async replace(version, link, now) {
      const { links } = keysOf(shardOf(link.asker));
      const args = [link.connectionId, version, JSON.stringify(toRecord({ ...link, usedAt: now })), link.version];
      return (await client.run('replaceLink', [links(link.asker)], args)) === 1;
    },
    async updateUsage(link, change) {
      const { links } = keysOf(shardOf(link.asker));
      const { connectionId, version, sealed } = link;
      const changed = JSON.stringify(toRecord({ ...link, ...change }));
      return (await client.run('touchLink', [links(link.asker)], [connectionId, version, sealed, changed])) === 1;
    },
    async deleteIfVersion({ asker, connectionId }, version) {
      return (await client.run('dropLink', [keysOf(shardOf(asker)).links(asker)], [connectionId, version])) === 1;
    },
    async unlink({ asker, connectionId }, now, usedBefore = Number.MAX_SAFE_INTEGER) {
      const { links, due, queue, damaged } = keysOf(shardOf(asker));
      const args = [connectionId, now, usedBefore, `${asker.tenantId}/${asker.objectId}`];
      return (await client.run('discardLink', [links(asker), due, queue, damaged], args)) === 1;
    },
  };
}

function parkingIn(client: RedisClient): Store['parking'] {
  return {
    async add(record: Parked) {
      const { keyHash, expiresAt, asker } = record;
      const { parked, expiry, parkedOf } = keysOf(shardOf(asker));
      const json = JSON.stringify(toRecord(record));
      await client.run('park', [parked(keyHash), expiry, parkedOf(asker)], [json, keyHash, expiresAt]);
    },
    async confirm(keyHash, codeHash, expiresAt, now) {
      const { parked, expiry, damaged, prefix } = keysOf(shardOfKey(keyHash));
      const keys = [parked(keyHash), parked(codeHash), expiry, damaged];
      const args = [keyHash, codeHash, expiresAt, now, CLOCK_SKEW_MS, `${prefix}parkedof:`];
      const json = await client.run('confirmParked', keys, args);
      return typeof json === 'string' ? readOwner(json) : undefined;
    },
    async owner(codeHash) {
      const json = await client.redis.get(keysOf(shardOfKey(codeHash)).parked(codeHash));
      return json === null ? undefined : readPendingOwner(json);
    },
    async redeem(codeHash, { asker, connectionId }, now) {
      const { parked, expiry, due, queue, damaged, prefix } = keysOf(shardOfKey(codeHash));
      const keys = [parked(codeHash), expiry, due, queue, damaged];
      const args = [codeHash, asker.tenantId, asker.objectId, connectionId, now, CLOCK_SKEW_MS, prefix];
      return (await client.run('redeem', keys, args)) as Awaited<ReturnType<Store['parking']['redeem']>>;
    },
    async discard(keyHash, now) {
      const json = await discardParked(client, keyHash, shardOfKey(keyHash), now);
      return typeof json === 'string' ? readOwner(json) : undefined;
    },
    async revokeAll(asker, now) {
      const shard = shardOf(asker);
      const keyHashes = await client.redis.smembers(keysOf(shard).parkedOf(asker));
      await Promise.all(keyHashes.map((keyHash) => discardParked(client, keyHash, shard, now)));
    },
  };
}

async function discardParked(client: RedisClient, keyHash: string, shard: string, now: number): Promise<unknown> {
  const { parked, expiry, due, queue, damaged, prefix } = keysOf(shard);
  return client.run('discardParked', [parked(keyHash), expiry, due, queue, damaged], [keyHash, now, prefix]);
}

function attemptsIn(client: RedisClient): Store['attempts'] {
  const key = (asker: User) => keysOf(shardOf(asker)).attempts(asker);
  return {
    async recordFailure(asker, { limit, windowMs }, now) {
      const until = Number(await client.run('failAttempt', [key(asker)], [limit, windowMs, now, CLOCK_SKEW_MS]));
      return until > 0 ? until : undefined;
    },
    async pausedUntil(asker, { windowMs }, now) {
      const until = Number((await client.redis.hget(key(asker), 'pausedUntil')) ?? 0);
      return until > now && until <= latestEnd(windowMs, now) ? until : undefined;
    },
  };
}

function revocationsIn(client: RedisClient): Store['revocations'] {
  const places = ({ asker }: Owner) => {
    const { due, queue } = keysOf(shardOf(asker));
    return [due, queue];
  };
  return {
    async add(link, now) {
      await client.run('addRevocation', places(link), [JSON.stringify(toRecord(link)), now]);
    },
    async take(limit, { leaseMs, longestWaitMs }, now) {
      const { found, failure } = await forEachShard(async (shard) => {
        const { due, queue, damaged } = keysOf(shard);
        const args = [limit, now + leaseMs, now, latestEnd(longestWaitMs, now)];
        return (await client.run('takeRevocations', [due, queue, damaged], args)) as string[];
      });
      const all = found.flat();
      if (all.length === 0 && failure) throw failure;
      return all.map(readDiscarded).filter((discarded) => discarded !== undefined);
    },
    async settle(settled) {
      await Promise.all(
        settled.map(({ discarded, retry }) => {
          const { version, attempts } = discarded;
          if (!retry) return client.run('doneRevocation', places(discarded), [version]);
          const args = [version, attempts + 1, retry.dueAt, retry.sealed ?? ''];
          return client.run('retryRevocation', places(discarded), args);
        }),
      );
    },
  };
}

function leasesIn(client: RedisClient): Store['leases'] {
  const key = (name: string) => `latchkey:{lease/${name}}`;
  return {
    acquire: async (name, holder, until, now) =>
      (await client.run('acquireLease', [key(name)], [holder, until, now, latestEnd(until - now, now)])) === 1,
    async release(name, holder) {
      // A lease ends by itself. A failure here must not fail the holder's finished work (T90).
      await client.run('releaseLease', [key(name)], [holder]).catch(() => undefined);
    },
    async isHeld(name, lengthMs, now) {
      const until = Number((await client.redis.hget(key(name), 'until')) ?? 0);
      return until > now && until <= latestEnd(lengthMs, now);
    },
  };
}

function preferencesIn(client: RedisClient): Store['preferences'] {
  const key = (asker: User) => keysOf(shardOf(asker)).preferred(asker);
  return {
    defaultConnection: async (asker) => (await client.redis.get(key(asker))) ?? undefined,
    async setDefaultConnection(asker, connectionId) {
      await (connectionId === undefined ? client.redis.del(key(asker)) : client.redis.set(key(asker), connectionId));
    },
  };
}

/** Limits one sweep of a shard (T95). The next sweep continues. */
const EXPIRED_AT_ONCE = 100;

async function sweep(client: RedisClient, now: number): Promise<void> {
  const { failure } = await forEachShard(async (shard) => {
    const expired = await client.redis.zrangebyscore(keysOf(shard).expiry, '-inf', now, 'LIMIT', 0, EXPIRED_AT_ONCE);
    await Promise.all(expired.map((keyHash) => discardParked(client, keyHash, shard, now)));
  });
  if (failure) throw failure;
}

const DAMAGED_AT_ONCE = 100;

async function takeDamaged(client: RedisClient): Promise<DamagedRecord[]> {
  const { found } = await forEachShard(async (shard) => {
    const { damaged, newDamaged } = keysOf(shard);
    const taken = (await client.run('takeDamaged', [damaged, newDamaged], [DAMAGED_AT_ONCE])) as string[];
    const names = taken.filter((_, at) => at % 2 === 0);
    return names.map((name, at) => describeDamaged(name, taken[2 * at + 1] ?? ''));
  });
  return found.flat();
}

const READY_TTL_MS = 10_000;

/** Writes, because a demoted or full server still answers reads (T79). In a cluster one writable server is enough to
 * serve most people. Concurrent probes share one answer. */
function pingIn(client: RedisClient): Store['ping'] {
  let running: Promise<unknown> | undefined;
  const write = async (shard: string) => client.redis.set(keysOf(shard).ready, '1', 'PX', READY_TTL_MS);
  const shards = client.isCluster ? ALL_SHARDS : ALL_SHARDS.slice(0, 1);
  const writeSomewhere = () =>
    Promise.any(shards.map(write)).catch(({ errors }: AggregateError) => Promise.reject(errors[0]));
  return async () => {
    running ??= writeSomewhere().finally(() => {
      running = undefined;
    });
    await running;
  };
}

/** T79: a lost server of a cluster must not stop the others. `found` has the results of the shards that succeeded,
 * `failure` is the first error. */
async function forEachShard<T>(work: (shard: string) => Promise<T>): Promise<{ found: T[]; failure?: Error }> {
  const outcomes = await Promise.allSettled(ALL_SHARDS.map(work));
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  return failed ? { found, failure: failed.reason as Error } : { found };
}

async function settingsOf(node: Redis): Promise<string> {
  return `${await node.info('persistence')}\n${await node.info('memory')}`;
}

/** T65: rejects a Redis that loses sign-ins at a restart or evicts keys when it is full.
 * @param warn if present, warns instead
 * @throws {Error} that names the settings to change */
async function checkDurability(client: RedisClient, warn: ((message: string) => void) | undefined): Promise<void> {
  const problems = new Set<string>();
  for (const node of client.nodes()) {
    const info = await settingsOf(node).catch((error: unknown) => {
      // A lost server of a cluster does not stop the start.
      if (client.isCluster) return undefined;
      throw error;
    });
    if (info === undefined) continue;
    if (!/^aof_enabled:1\r?$/m.test(info)) problems.add('appendonly is off: set "appendonly yes"');
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'unknown';
    if (policy !== 'noeviction') problems.add(`maxmemory-policy is ${policy}: set "maxmemory-policy noeviction"`);
  }
  if (problems.size === 0) return;
  const message = `The Redis store may lose sign-ins: ${[...problems].join('; ')}`;
  if (!warn) throw new LatchkeyError(`${message}. To go on all the same, add ?durability=ignore to STORE_URL`);
  warn(message);
}
