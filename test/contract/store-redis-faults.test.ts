import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { shardOf } from '../../bot/sign-in/user.ts';
import { keysOf } from '../../bot/store/redis/keys.ts';
import { redisStore } from '../../bot/store/redis/redis-store.ts';
import type { Parked, Store, Transaction } from '../../bot/store/store.ts';
import { ADA, GRACE, type Person } from '../../local/people.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { eventually } from '../support/world.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const WAITS = { lease: MINUTE, longestWait: 60 * MINUTE };
const idsOf = ({ tenantId, objectId }: Person) => ({ tenantId, objectId });
const keys = (person: Person) => keysOf(shardOf(idsOf(person)));

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
  const owner = { asker: idsOf(ADA), connectionId: 'wiki' };
  const link = (version: string) => ({ ...owner, version, sealed: `sealed ${version}` });
  const hash = (name: string) => shardOf(owner.asker) + name.padEnd(42, '_');
  const parked = (name: string): Parked => ({
    ...link(`v-${name}`),
    keyHash: hash(name),
    createdAt: NOW,
    expiresAt: NOW + 3 * MINUTE,
  });
  const transaction = (name: string): Transaction => ({
    ...owner,
    stateHash: hash(name),
    cookieHash: 'cookie',
    createdAt: NOW,
    expiresAt: NOW + 3 * MINUTE,
    sealed: 'sealed',
  });

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

  describe.each(DAMAGED)('that holds %j', (json) => {
    const { links, queue, due, damaged, parked: parkedAt, transaction: transactionAt, parkedOf } = keys(ADA);
    const setAside = () => command('hvals', damaged);

    test('T94: as a link is no link, and a new one takes its place', async () => {
      await command('hset', links(owner.asker), 'wiki', json);
      expect(await store.links.get(owner)).toBeUndefined();
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner }]);
      expect(await store.takeDamaged()).toEqual([]);
      expect(await setAside()).toEqual([json]);
      await store.links.put(link('v1'), NOW);
      expect(await store.links.get(owner)).toMatchObject(link('v1'));
    });

    test('T94: as a link stops no step that meets it first', async () => {
      const damage = () => command('hset', links(owner.asker), 'wiki', json);
      await damage();
      await store.links.put(link('v1'), NOW);
      await damage();
      expect(await store.links.replace('v1', link('v2'), NOW)).toBe(false);
      expect(await store.links.deleteIfVersion(owner, 'v1')).toBe(false);
      expect(await store.links.updateUsage({ ...link('v1'), usedAt: NOW }, { sealed: 's', usedAt: NOW })).toBe(false);
      expect(await store.links.unlink(owner, NOW)).toBe(false);
      await damage();
      await store.parking.add(parked('c1'));
      expect(await store.parking.redeem(hash('c1'), owner, NOW)).toBe('linked');
      expect(await store.links.get(owner)).toMatchObject(link('v-c1'));
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner }]);
    });

    test('T94: as a link stops neither the walk through all links nor a purge', async () => {
      await command('hset', links(owner.asker), 'wiki', json);
      await store.links.put({ ...link('v1'), connectionId: 'handbook' }, NOW);
      await command('hset', links(owner.asker), 'wiki', json);
      const found = [];
      let after: string | undefined;
      do {
        const { entries, next } = await store.directory.links(after, 10);
        found.push(...entries);
        after = next;
      } while (after !== undefined);
      expect(found.map(({ connectionId }) => connectionId)).toEqual(['handbook']);
      await command('hset', links(owner.asker), 'wiki', json);
      expect(await store.directory.purge(owner.asker, NOW)).toBe(2);
      expect(await store.takeDamaged()).toEqual([{ kind: 'link', owner }]);
      expect(await setAside()).toEqual([]);
    });

    test('T94: as a revocation stops no other revocation', async () => {
      await command('hset', queue, 'bad', json);
      await command('zadd', due, String(NOW - 1), 'bad');
      await store.revocations.add(link('v1'), NOW);
      expect(await store.revocations.take(10, WAITS, NOW)).toEqual([{ ...link('v1'), attempts: 0 }]);
      expect(await store.takeDamaged()).toEqual([{ kind: 'revocation' }]);
      await command('hset', queue, 'bad', json);
      const found = [];
      let after: string | undefined;
      do {
        const { entries, next } = await store.directory.discarded(after, 10);
        found.push(...entries);
        after = next;
      } while (after !== undefined);
      expect(found.map(({ version }) => version)).toEqual(['v1']);
      expect(await store.takeDamaged()).toEqual([{ kind: 'revocation' }]);
      expect(await setAside()).toEqual([json]);
    });

    test('T94: as a pending credential is gone, and stops neither the sweep nor a purge', async () => {
      const damage = async () => {
        await command('set', parkedAt(hash('bad')), json);
        await command('zadd', keys(ADA).expiry, String(NOW), hash('bad'));
        await command('sadd', parkedOf(owner.asker), hash('bad'));
      };
      await store.parking.add(parked('c1'));
      await damage();
      expect(await store.parking.owner(hash('bad'))).toBeUndefined();
      expect(await store.parking.confirm(hash('bad'), hash('code'), NOW + MINUTE, NOW)).toBeUndefined();
      await damage();
      expect(await store.parking.redeem(hash('bad'), owner, NOW)).toBe('unknown');
      await damage();
      await store.sweep(NOW + 3 * MINUTE);
      expect(await store.revocations.take(10, WAITS, NOW + 3 * MINUTE)).toHaveLength(1);
      expect(await store.takeDamaged()).toEqual([{ kind: 'pending credential' }]);
      await damage();
      expect(await store.directory.purge(owner.asker, NOW)).toBe(0);
      expect(await command('exists', parkedAt(hash('bad')))).toBe(0);
    });

    test('T94: as a transaction is unknown', async () => {
      await store.transactions.open(transaction('t1'), 8);
      await command('set', transactionAt(hash('t1')), json);
      const match = { stateHash: hash('t1'), connectionId: 'wiki', cookieHashes: ['cookie'] };
      expect(await store.transactions.take(match, NOW)).toBe('unknown');
      expect(await store.takeDamaged()).toEqual([{ kind: 'transaction' }]);
    });
  });

  test('T94: a link that lacks the time of its use was used long ago', async () => {
    const { usedAt: _, ...flat } = { ...link('v1'), ...owner.asker, asker: undefined, usedAt: NOW };
    await command('hset', keys(ADA).links(owner.asker), 'wiki', JSON.stringify(flat));
    expect(await store.links.get(owner)).toEqual({ ...link('v1'), usedAt: 0 });
  });

  test('T59: a link that was moved to another person keeps no owner of its own', async () => {
    await store.links.put(link('v1'), NOW);
    const json = await raw.hget(keys(ADA).links(owner.asker), 'wiki');
    await command('hset', keys(GRACE).links(idsOf(GRACE)), 'wiki', String(json));
    const found = await store.links.get({ asker: idsOf(GRACE), connectionId: 'wiki' });
    expect(found?.asker).toEqual(idsOf(GRACE));
  });
});

describeWithRedis('a Redis Cluster whose connection ends', () => {
  let store: Store;
  let end: () => Promise<void>;

  beforeAll(async () => {
    const cluster = await startRedisCluster();
    store = await redisStore(cluster.url, { warn: () => undefined });
    end = async () => {
      await store.close();
      await cluster.stop();
    };
    kill = () => {
      for (const server of cluster.servers) server.command('client', 'kill', 'type', 'normal');
    };
    hold = (milliseconds) => {
      for (const server of cluster.servers) server.command('client', 'pause', String(milliseconds), 'write');
    };
    release = () => {
      for (const server of cluster.servers) server.command('client', 'unpause');
    };
  });
  let kill: () => void;
  let hold: (milliseconds: number) => void;
  let release: () => void;
  afterEach(() => release());
  afterAll(() => end());

  test('T90: a step that was under way fails, and is not sent again', async () => {
    const owner = { asker: ADA, connectionId: 'wiki' };
    const link = { asker: { tenantId: ADA.tenantId, objectId: ADA.objectId }, connectionId: 'wiki' };
    await store.links.put({ ...link, version: 'v1', sealed: 'sealed' }, Date.now());
    hold(60_000);
    const putting = store.links.put({ ...link, version: 'v2', sealed: 'sealed' }, Date.now());
    const failed = expect(putting).rejects.toThrow('Redis: Connection is closed');
    kill();
    await failed;
    release();
    const found = await eventually(
      () => store.links.get(owner).catch(() => undefined),
      (link) => link !== undefined,
    );
    expect(found?.version).toBe('v1');
  });
});
