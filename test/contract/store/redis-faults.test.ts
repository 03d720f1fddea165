import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { shardOf, type User } from '../../../bot/sign-in/user.ts';
import { keysOf } from '../../../bot/store/redis/keys.ts';
import { redisStore } from '../../../bot/store/redis/redis-store.ts';
import type { Store } from '../../../bot/store/store.ts';
import { type RedisCluster, startRedisCluster } from '../../support/redis/cluster.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { eventually } from '../../support/world/world.ts';
import {
  ADA,
  everyEntry,
  GRACE,
  k,
  link,
  MINUTE,
  match,
  NOW,
  owner,
  parked,
  stored,
  transaction,
  WAITS,
} from './records.ts';

const keys = (user: User) => keysOf(shardOf(user));

/** What a crash, a wrong tool or a full disk could leave. */
const DAMAGED = [
  '',
  '{"version":"v1","sea',
  'null',
  '[]',
  '"text"',
  '{"tenantId":1}',
  '{}',
  '{"tenantId":"t","objectId":"o","connectionId":"a secret"}',
];

describeWithRedis('a damaged record in Redis', () => {
  let redis: RedisServer;
  let store: Store;
  let raw: Redis;
  const command = (name: string, ...text: string[]) => raw.call(name, ...text);

  beforeAll(async () => {
    redis = await startRedis();
    raw = new Redis(redis.url);
  });
  beforeEach(async () => {
    await command('flushall');
    store = await redisStore(redis.url, { warn: () => undefined });
  });
  afterEach(() => store.close());
  afterAll(async () => {
    raw?.disconnect();
    await redis?.stop();
  });

  describe.each(DAMAGED)('with the content %j', (json) => {
    const { links, queue, due, damaged, parked: parkedAt, transaction: transactionAt, parkedOf } = keys(ADA);
    const setAside = () => command('hvals', damaged);

    test('T94: in place of a link counts as no link, and a new link replaces it', async () => {
      await command('hset', links(ADA), 'wiki', json);
      expect(await store.links.get(owner())).toBeUndefined();
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner: owner() }]);
      expect(await store.takeDamaged()).toEqual([]);
      expect(await setAside()).toEqual([json]);
      await store.links.put(link('v1'), NOW);
      expect(await store.links.get(owner())).toMatchObject(link('v1'));
    });

    test('T94: in place of a link stops no step that reads it first', async () => {
      const damage = () => command('hset', links(ADA), 'wiki', json);
      await damage();
      await store.links.put(link('v1'), NOW);
      await damage();
      expect(await store.links.replace('v1', link('v2'), NOW)).toBe(false);
      expect(await store.links.deleteIfVersion(owner(), 'v1')).toBe(false);
      expect(await store.links.updateUsage(stored('v1'), { sealed: 's', usedAt: NOW })).toBe(false);
      expect(await store.links.unlink(owner(), NOW)).toBe(false);
      await damage();
      await store.parking.add(parked('c1'));
      expect(await store.parking.redeem(k('c1'), owner(), NOW)).toBe('linked');
      expect(await store.links.get(owner())).toMatchObject(link('v-c1'));
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner: owner() }]);
    });

    test('T94: in place of a link stops neither the walk through all links nor a purge', async () => {
      await command('hset', links(ADA), 'wiki', json);
      await store.links.put(link('v1', owner(ADA, 'handbook')), NOW);
      await command('hset', links(ADA), 'wiki', json);
      const found = await everyEntry(store.directory.links, 10);
      expect(found.map(({ connectionId }) => connectionId)).toEqual(['handbook']);
      await command('hset', links(ADA), 'wiki', json);
      expect(await store.directory.purge(ADA, NOW)).toBe(2);
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner: owner() }]);
      expect(await setAside()).toEqual([]);
    });

    test('T94: in the queue of revocations stops no other revocation', async () => {
      await command('hset', queue, 'bad', json);
      await command('zadd', due, String(NOW - 1), 'bad');
      await store.revocations.add(link('v1'), NOW);
      expect(await store.revocations.take(10, WAITS, NOW)).toEqual([{ ...link('v1'), attempts: 0 }]);
      expect(await store.takeDamaged()).toEqual([{ kind: 'revocation' }]);
      await command('hset', queue, 'bad', json);
      const found = await everyEntry(store.directory.discarded, 10);
      expect(found.map(({ version }) => version)).toEqual(['v1']);
      expect(await store.takeDamaged()).toEqual([{ kind: 'revocation' }]);
      expect(await setAside()).toEqual([json]);
    });

    test('T94: in place of a pending credential counts as none, and stops neither the sweep nor a purge', async () => {
      const damage = async () => {
        await command('set', parkedAt(k('bad')), json);
        await command('zadd', keys(ADA).expiry, String(NOW), k('bad'));
        await command('sadd', parkedOf(ADA), k('bad'));
      };
      await store.parking.add(parked('c1'));
      await damage();
      expect(await store.parking.owner(k('bad'))).toBeUndefined();
      expect(await store.parking.confirm(k('bad'), k('code'), NOW + MINUTE, NOW)).toBeUndefined();
      await damage();
      expect(await store.parking.redeem(k('bad'), owner(), NOW)).toBe('unknown');
      await damage();
      await store.sweep(NOW + 3 * MINUTE);
      expect(await store.revocations.take(10, WAITS, NOW + 3 * MINUTE)).toHaveLength(1);
      expect(await store.takeDamaged()).toEqual([{ kind: 'pending credential' }]);
      await damage();
      expect(await store.directory.purge(ADA, NOW)).toBe(0);
      expect(await command('exists', parkedAt(k('bad')))).toBe(0);
    });

    test('T94: in place of a transaction counts as unknown', async () => {
      await store.transactions.open(transaction('t1'), 8);
      await command('set', transactionAt(k('t1')), json);
      expect(await store.transactions.take(match('t1'), NOW)).toBe('unknown');
      expect(await store.takeDamaged()).toEqual([{ kind: 'transaction' }]);
    });
  });

  test('T94: a link without the time of its last use counts as long unused', async () => {
    const flat = { ...link('v1'), ...ADA, asker: undefined };
    await command('hset', keys(ADA).links(ADA), 'wiki', JSON.stringify(flat));
    expect(await store.links.get(owner())).toEqual({ ...link('v1'), usedAt: 0 });
  });

  test('T59: a link that was moved to another person does not name its old owner', async () => {
    await store.links.put(link('v1'), NOW);
    const json = await raw.hget(keys(ADA).links(ADA), 'wiki');
    await command('hset', keys(GRACE).links(GRACE), 'wiki', String(json));
    const found = await store.links.get(owner(GRACE));
    expect(found?.asker).toEqual(GRACE);
  });
});

describeWithRedis('a Redis Cluster whose connection ends', () => {
  let cluster: RedisCluster;
  let store: Store;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    store = await redisStore(cluster.url, { warn: () => undefined });
  });
  afterAll(async () => {
    await store?.close();
    await cluster?.stop();
  });
  /** One command for the clients of each server. */
  const clients = (...command: string[]) => {
    for (const server of cluster.servers) server.command('client', ...command);
  };

  test('T90: a step that was running fails, and is not sent again', async () => {
    await store.links.put(link('v1'), Date.now());
    clients('pause', '60000', 'write');
    try {
      const failed = expect(store.links.put(link('v2'), Date.now())).rejects.toThrow('Redis: Connection is closed');
      clients('kill', 'type', 'normal');
      await failed;
    } finally {
      clients('unpause');
    }
    const found = await eventually(
      () => store.links.get(owner()).catch(() => undefined),
      (link) => link !== undefined,
    );
    expect(found?.version).toBe('v1');
  });
});
