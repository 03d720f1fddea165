import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RedisClient } from '../../../bot/store/redis/client.ts';
import { redisStore } from '../../../bot/store/redis/redis-store.ts';
import { sqliteStore } from '../../../bot/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../bot/store/store.ts';
import { type RedisCluster, startRedisCluster } from '../../support/redis/cluster.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
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

/** Every store runs the same suite. Opening the same place twice stands for two processes. */
interface Place {
  open(): Promise<Store>;
  /** Empties it, and frees its resources. */
  end(): Promise<void>;
}

const sqlite = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-store-'));
  return {
    open: async () => sqliteStore(join(folder, 'store.db')),
    end: async () => rmSync(folder, { recursive: true }),
  };
};

let server: RedisServer | undefined;
const redis = async (): Promise<Place> => {
  server ??= await startRedis();
  const { url, command } = server;
  return {
    open: () => redisStore(url, { warn: () => undefined }),
    end: async () => void command('flushall'),
  };
};

/** T90: a connection can end between a step and its answer. So each script runs twice, and the second answer counts. */
const redisTwice = async (): Promise<Place> => {
  const { send } = RedisClient.prototype;
  const sent = jest.spyOn(RedisClient.prototype, 'send').mockImplementation(async function (
    this: RedisClient,
    ...args
  ) {
    await send.apply(this, args);
    return send.apply(this, args);
  });
  const place = await redis();
  return {
    ...place,
    end: async () => {
      sent.mockRestore();
      await place.end();
    },
  };
};

let cluster: RedisCluster | undefined;
const redisCluster = async (): Promise<Place> => {
  cluster ??= await startRedisCluster();
  const { url, flush } = cluster;
  return { open: () => redisStore(url, { warn: () => undefined }), end: async () => flush() };
};
afterAll(() => Promise.all([server?.stop(), cluster?.stop()]));

const ADA_ELSEWHERE = { tenantId: '22222222-bbbb-4bbb-8bbb-222222222222', objectId: ADA.objectId };
const RULE = { limit: 5, windowMs: 10 * MINUTE };
/** How far a clock was ahead. */
const AHEAD = 30 * 24 * 60 * MINUTE;

describe('sqlite store', () => keepsTheContract(sqlite));
describeWithRedis('redis store', () => keepsTheContract(redis));
describeWithRedis('T90: redis store, each script twice', () => keepsTheContract(redisTwice));
describeWithRedis('redis cluster store', () => keepsTheContract(redisCluster));

function keepsTheContract(makePlace: () => Promise<Place>): void {
  let place: Place;
  let store: Store;
  let other: Store;

  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
    other = await place.open();
  });
  /** Versions in the queue of revocations. Takes them, so that a second look finds none. */
  const discarded = async (now = NOW) => (await store.revocations.take(100, WAITS, now)).map(({ version }) => version);

  afterEach(async () => {
    await store.close();
    await other.close();
    await place.end();
  });

  describe('transactions', () => {
    test('a transaction can be taken once, by any process', async () => {
      await store.transactions.open(transaction('s1'), 8);
      const responses = await Promise.all([
        store.transactions.take(match('s1'), NOW),
        other.transactions.take(match('s1'), NOW),
      ]);
      expect(responses.filter((response) => response === 'unknown')).toHaveLength(1);
      expect(responses).toContainEqual(transaction('s1'));
    });

    test('any of several cookies is enough', async () => {
      await store.transactions.open(transaction('s1'), 8);
      const cookieHashes = ['another', 'cookie of s1'];
      expect(await store.transactions.take(match('s1', { cookieHashes }), NOW)).toEqual(transaction('s1'));
    });

    test('T19: without its cookie a transaction is refused, and stays for its own browser', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1', { cookieHashes: ['another'] }), NOW)).toBe('other_browser');
      expect(await store.transactions.take(match('s1', { cookieHashes: [] }), NOW)).toBe('other_browser');
      expect(await store.transactions.take(match('s1'), NOW)).toEqual(transaction('s1'));
    });

    test('T27: another connection cannot take it', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1', { connectionId: 'handbook' }), NOW)).toBe('unknown');
    });

    test('T17: an expired one, or one from the future, is refused', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1'), NOW + 10 * MINUTE)).toBe('unknown');
      await store.transactions.open(transaction('s2'), 8);
      expect(await store.transactions.take(match('s2'), NOW - 2 * MINUTE)).toBe('unknown');
    });

    test('T40: an asker has a limited number; the oldest of that asker are deleted first', async () => {
      await store.transactions.open(transaction('g', owner(GRACE)), 3);
      for (let i = 0; i < 5; i++) await store.transactions.open(transaction(`s${i}`, { createdAt: NOW + i }), 3);
      expect(await store.transactions.take(match('s1'), NOW + 9)).toBe('unknown');
      expect(await store.transactions.take(match('s2'), NOW + 9)).toMatchObject({ stateHash: k('s2') });
      expect(await store.transactions.take(match('g', { asker: GRACE }), NOW + 9)).toMatchObject({ asker: GRACE });
    });
  });

  describe('links', () => {
    test('every process finds a link, for its owner only', async () => {
      await store.links.put(link('v1'), NOW);
      expect(await other.links.get(owner())).toEqual(stored('v1'));
      expect(await store.links.get(owner(GRACE))).toBeUndefined();
      expect(await store.links.get(owner(ADA_ELSEWHERE))).toBeUndefined();
      expect(await store.links.get(owner(ADA, 'handbook'))).toBeUndefined();
    });

    test('T22: the last link wins, and the replaced one is queued for its revocation', async () => {
      await store.links.put(link('v1'), NOW);
      await store.links.put(link('v2'), NOW);
      expect(await store.links.get(owner())).toEqual(stored('v2'));
      expect(await discarded()).toEqual(['v1']);
    });

    test('T62: after a sign-out no process finds the link, and it is queued for its revocation', async () => {
      await store.links.put(link('v1'), NOW);
      expect(await store.links.unlink(owner(), NOW)).toBe(true);
      expect(await other.links.get(owner())).toBeUndefined();
      expect(await store.links.unlink(owner(), NOW)).toBe(false);
      expect(await discarded()).toEqual(['v1']);
    });

    test('T57: of two refreshes of one version, one is stored', async () => {
      await store.links.put(link('v1'), NOW);
      const kept = await Promise.all([
        store.links.replace('v1', link('v2'), NOW),
        other.links.replace('v1', link('v3'), NOW),
      ]);
      expect(kept.filter(Boolean)).toHaveLength(1);
    });

    test('T64: a refresh does not restore a deleted link', async () => {
      await store.links.put(link('v1'), NOW);
      expect(await store.links.deleteIfVersion(owner(), 'v1')).toBe(true);
      expect(await store.links.replace('v1', link('v2'), NOW)).toBe(false);
      expect(await store.links.get(owner())).toBeUndefined();
    });

    test('an old version does not delete a new one', async () => {
      await store.links.put(link('v2'), NOW);
      expect(await store.links.deleteIfVersion(owner(), 'v1')).toBe(false);
      expect(await store.links.get(owner())).toEqual(stored('v2'));
    });
  });

  describe('the last use of a link', () => {
    const anew = { sealed: 'sealed anew', usedAt: NOW + MINUTE };

    test('is stored with the newly sealed credential, for every process; the version stays', async () => {
      await store.links.put(link('v1'), NOW);
      expect(await store.links.updateUsage(stored('v1'), anew)).toBe(true);
      expect(await other.links.get(owner())).toEqual({ ...link('v1'), ...anew });
      expect(await discarded()).toEqual([]);
      // A refresh that was running finds its version and succeeds (T60, T64).
      expect(await other.links.replace('v1', link('v2'), NOW + 2 * MINUTE)).toBe(true);
      expect(await store.links.get(owner())).toEqual(stored('v2', NOW + 2 * MINUTE));
    });

    test('is not stored if the link was replaced, sealed again or deleted meanwhile', async () => {
      await store.links.put(link('v2'), NOW);
      expect(await store.links.updateUsage(stored('v1'), anew)).toBe(false);
      expect(await store.links.updateUsage({ ...stored('v2'), sealed: 'sealed otherwise' }, anew)).toBe(false);
      expect(await store.links.get(owner())).toEqual(stored('v2'));
      await store.links.unlink(owner(), NOW);
      expect(await store.links.updateUsage(stored('v2'), anew)).toBe(false);
      expect(await store.links.get(owner())).toBeUndefined();
    });

    test('protects the link from the deletion of unused links', async () => {
      await store.links.put(link('v1'), NOW);
      expect(await store.links.unlink(owner(), NOW, NOW)).toBe(false);
      expect(await store.links.get(owner())).toEqual(stored('v1'));
      expect(await store.links.unlink(owner(), NOW, NOW + 1)).toBe(true);
      expect(await discarded()).toEqual(['v1']);
    });
  });

  describe('parked credentials', () => {
    test('T14: a code can be redeemed once, by any process', async () => {
      await store.parking.add(parked('c1'));
      const outcomes = await Promise.all([
        store.parking.redeem(k('c1'), owner(), NOW),
        other.parking.redeem(k('c1'), owner(), NOW),
      ]);
      expect(outcomes.sort()).toEqual(['linked', 'unknown']);
      expect(await store.links.get(owner())).toEqual(stored('v-c1'));
    });

    test('the owner of a parked credential can be read without taking it', async () => {
      await store.parking.add(parked('c1', owner(ADA, 'handbook')));
      expect(await other.parking.owner(k('c1'))).toEqual(owner(ADA, 'handbook'));
      expect(await store.parking.owner(k('c2'))).toBeUndefined();
      expect(await store.parking.redeem(k('c1'), owner(ADA, 'handbook'), NOW)).toBe('linked');
      expect(await store.parking.owner(k('c1'))).toBeUndefined();
    });

    test('T22: the link that a redeemed one replaced is queued for its revocation', async () => {
      await store.links.put(link('v1'), NOW);
      await store.parking.add(parked('c1'));
      expect(await store.parking.redeem(k('c1'), owner(), NOW)).toBe('linked');
      expect(await discarded()).toEqual(['v1']);
    });

    test.each([
      ['person', owner(GRACE)],
      ['tenant', owner(ADA_ELSEWHERE)],
      ['connection', owner(ADA, 'handbook')],
    ])('T13: a code from another %s is deleted for everyone and links no account', async (_, stranger) => {
      await store.parking.add(parked('c1'));
      expect(await store.parking.redeem(k('c1'), stranger, NOW)).toBe('foreign');
      expect(await store.parking.redeem(k('c1'), owner(), NOW)).toBe('unknown');
      expect(await store.links.get(owner())).toBeUndefined();
      expect(await store.links.get(stranger)).toBeUndefined();
      expect(await discarded()).toEqual(['v-c1']);
    });

    test('T17: an expired code links no account, and neither does one from the future', async () => {
      await store.parking.add(parked('c1'));
      expect(await store.parking.redeem(k('c1'), owner(), NOW + 3 * MINUTE)).toBe('expired');
      await store.parking.add(parked('c2'));
      expect(await store.parking.redeem(k('c2'), owner(), NOW - 2 * MINUTE)).toBe('expired');
      expect(await store.links.get(owner())).toBeUndefined();
    });

    test('the code of a proven sign-in is consumed without a change of the link', async () => {
      await store.links.put(link('v1'), NOW);
      await store.parking.add(parked('c1', owner(), { version: 'v1', sealed: undefined }));
      expect(await store.parking.redeem(k('c1'), owner(), NOW)).toBe('spent');
      expect(await store.links.get(owner())).toEqual(stored('v1'));
    });

    test('a confirmed credential moves under its code, once', async () => {
      await store.parking.add(parked('pending'));
      expect(await store.parking.confirm(k('pending'), k('code'), NOW + MINUTE, NOW)).toMatchObject(owner());
      expect(await store.parking.confirm(k('pending'), k('code2'), NOW + MINUTE, NOW)).toBeUndefined();
      expect(await store.parking.redeem(k('code'), owner(), NOW)).toBe('linked');
    });

    test('an expired one can no longer be confirmed', async () => {
      await store.parking.add(parked('pending'));
      expect(await store.parking.confirm(k('pending'), k('code'), NOW + 9 * MINUTE, NOW + 3 * MINUTE)).toBeUndefined();
    });

    test('T16: all parked credentials of an asker can be discarded, and those of others stay', async () => {
      await store.parking.add(parked('c1'));
      await store.parking.add(parked('c2', owner(ADA, 'handbook')));
      await store.parking.add(parked('g', owner(GRACE)));
      await store.parking.revokeAll(ADA, NOW);
      expect((await discarded()).sort()).toEqual(['v-c1', 'v-c2']);
      expect(await store.parking.redeem(k('c1'), owner(), NOW)).toBe('unknown');
      expect(await store.parking.redeem(k('g', GRACE), owner(GRACE), NOW)).toBe('linked');
    });

    test('the sweep discards expired ones, and queues them for their revocation', async () => {
      await store.parking.add(parked('old'));
      await store.parking.add(parked('new', owner(), { expiresAt: NOW + 9 * MINUTE }));
      await store.sweep(NOW + 5 * MINUTE);
      expect(await discarded(NOW + 5 * MINUTE)).toEqual(['v-old']);
      expect(await store.parking.redeem(k('new'), owner(), NOW + 5 * MINUTE)).toBe('linked');
    });

    test('one that the person declines is discarded, once', async () => {
      await store.parking.add(parked('pending'));
      expect(await store.parking.discard(k('pending'), NOW)).toEqual(owner());
      expect(await store.parking.discard(k('pending'), NOW)).toBeUndefined();
      expect(await discarded()).toEqual(['v-pending']);
    });

    test('discarding the code of a proven sign-in keeps its link, and queues no revocation', async () => {
      await store.links.put(link('v1'), NOW);
      await store.parking.add(parked('c1', owner(), { version: 'v1', sealed: undefined }));
      expect(await store.parking.redeem(k('c1'), owner(GRACE), NOW)).toBe('foreign');
      expect(await store.links.get(owner())).toEqual(stored('v1'));
      expect(await discarded()).toEqual([]);
    });
  });

  describe('revocations', () => {
    test('T62: one process takes the entries that are due, and they return if that process dies', async () => {
      await store.revocations.add(link('v1'), NOW);
      const taken = await Promise.all([store.revocations.take(10, WAITS, NOW), other.revocations.take(10, WAITS, NOW)]);
      expect(taken.flat()).toEqual([{ ...link('v1'), attempts: 0 }]);
      expect(await other.revocations.take(10, WAITS, NOW + MINUTE - 1)).toEqual([]);
      expect(await other.revocations.take(10, WAITS, NOW + MINUTE)).toHaveLength(1);
    });

    test('T62: a failed revocation is tried again after its wait, and counted', async () => {
      await store.revocations.add(link('v1'), NOW);
      const [first] = await store.revocations.take(10, WAITS, NOW);
      if (first) await store.revocations.settle([{ discarded: first, retry: { dueAt: NOW + 5 * MINUTE } }]);
      expect(await store.revocations.take(10, WAITS, NOW + 4 * MINUTE)).toEqual([]);
      expect(await store.revocations.take(10, WAITS, NOW + 5 * MINUTE)).toEqual([{ ...link('v1'), attempts: 1 }]);
    });

    test('T98: an entry that was delayed by a clock ahead is due when the clock is set back', async () => {
      await store.revocations.add(link('v1'), NOW + AHEAD);
      await store.revocations.add(link('v2'), NOW);
      const [first] = await store.revocations.take(1, WAITS, NOW);
      if (first) await store.revocations.settle([{ discarded: first, retry: { dueAt: NOW + WAITS.longestWaitMs } }]);
      const rest = await other.revocations.take(10, WAITS, NOW);
      expect([first, ...rest].map((each) => each?.version).sort()).toEqual(['v1', 'v2']);
      expect(await other.revocations.take(10, WAITS, NOW)).toEqual([]);
    });

    test('T97: a delayed entry can be sealed again; the rest of the entry stays', async () => {
      await store.revocations.add(link('v1'), NOW);
      const [discarded] = await store.revocations.take(10, WAITS, NOW);
      if (!discarded) throw new Error('Nothing is due');
      const retry = { dueAt: NOW + 5 * MINUTE, sealed: 'what is left' };
      await store.revocations.settle([{ discarded, retry }]);
      expect(await other.revocations.take(10, WAITS, NOW + 5 * MINUTE)).toEqual([
        { ...link('v1'), sealed: 'what is left', attempts: 1 },
      ]);
    });

    test('finished entries are gone, and the rest is taken in batches', async () => {
      for (const version of ['v1', 'v2', 'v3']) await store.revocations.add(link(version), NOW);
      const portion = await store.revocations.take(2, WAITS, NOW);
      expect(portion).toHaveLength(2);
      await store.revocations.settle(portion.map((discarded) => ({ discarded })));
      expect(await store.revocations.take(10, WAITS, NOW)).toHaveLength(1);
      expect(await store.revocations.take(10, WAITS, NOW + 9 * MINUTE)).toHaveLength(1);
    });
  });

  describe('leases', () => {
    const acquire = (holder: string, now = NOW, of = store) => of.leases.acquire('l', holder, now + MINUTE, now);

    test('T57: one holder at a time, among all processes', async () => {
      const held = await Promise.all([acquire('a'), acquire('b', NOW, other)]);
      expect(held.filter(Boolean)).toHaveLength(1);
    });

    test('a released or expired lease is free', async () => {
      expect(await acquire('a')).toBe(true);
      await other.leases.release('l', 'b');
      expect(await acquire('b', NOW + MINUTE - 1)).toBe(false);
      expect(await acquire('b', NOW + MINUTE)).toBe(true);
      await store.leases.release('l', 'b');
      expect(await acquire('a', NOW + MINUTE)).toBe(true);
    });

    test('reports to every caller whether it is held, until it expires', async () => {
      const isHeld = (now = NOW) => other.leases.isHeld('l', MINUTE, now);
      expect(await isHeld()).toBe(false);
      await acquire('a');
      expect([await isHeld(), await isHeld(NOW + MINUTE - 1), await isHeld(NOW + MINUTE)]).toEqual([true, true, false]);
      await store.leases.release('l', 'a');
      expect(await isHeld()).toBe(false);
      await acquire('a', NOW + AHEAD);
      expect(await isHeld()).toBe(false);
    });

    test('T98: a lease from a clock that was ahead is free when the clock is set back', async () => {
      expect(await acquire('a', NOW + AHEAD)).toBe(true);
      expect(await acquire('b', NOW, other)).toBe(true);
      expect(await acquire('a')).toBe(false);
    });
  });

  describe('directory', () => {
    beforeEach(async () => {
      for (const asker of [ADA, GRACE, ADA_ELSEWHERE]) {
        const of = owner(asker);
        await store.links.put(link(`v-${asker.tenantId}${asker.objectId}`, of), NOW);
        await store.parking.add(parked(`c-${asker.objectId.slice(0, 13)}`, of));
        await store.transactions.open(transaction(`s-${asker.objectId.slice(0, 13)}`, of), 8);
      }
    });

    test('lists every link once, in pages', async () => {
      const seen = await everyEntry(store.directory.links, 2);
      expect(new Set(seen.map(({ version }) => version)).size).toBe(3);
      expect(seen).toHaveLength(3);
    });

    test('lists the queue of revocations, and seals an entry again if it is unchanged', async () => {
      await store.links.unlink(owner(), NOW);
      await store.links.unlink(owner(GRACE), NOW);
      const all = await everyDiscarded();
      expect(all.map(({ asker }) => asker.objectId).sort()).toEqual([ADA.objectId, GRACE.objectId]);
      const [one] = all;
      if (!one) throw new Error('This sealer discards no entry');
      expect(await store.directory.resealDiscarded(one, 'sealed anew')).toBe(true);
      expect(await store.directory.resealDiscarded(one, 'sealed again')).toBe(false);
      expect((await everyDiscarded()).map(({ sealed }) => sealed)).toContain('sealed anew');
      await store.revocations.settle([{ discarded: one }]);
      expect(await store.directory.resealDiscarded({ ...one, sealed: 'sealed anew' }, 'late')).toBe(false);
      expect(await everyDiscarded()).toHaveLength(1);
    });

    const everyDiscarded = () => everyEntry(store.directory.discarded, 1);

    test('T63: a purge leaves no name of the person, and changes no other person’s rows', async () => {
      const rule = { limit: 2, windowMs: 600_000 };
      for (const asker of [ADA, GRACE]) expect(await store.attempts.recordFailure(asker, rule, NOW)).toBeUndefined();
      expect(await store.directory.purge(ADA, NOW)).toBe(1);
      const again = await Promise.all([ADA, GRACE].map((asker) => store.attempts.recordFailure(asker, rule, NOW)));
      expect(again).toEqual([undefined, expect.any(Number)]);
      expect(await store.links.get(owner())).toBeUndefined();
      expect(await store.parking.redeem(k(`c-${ADA.objectId.slice(0, 13)}`), owner(), NOW)).toBe('unknown');
      expect(await store.transactions.take(match(`s-${ADA.objectId.slice(0, 13)}`), NOW)).toBe('unknown');
      expect(await store.links.get(owner(GRACE))).toBeDefined();
      expect(await store.links.get(owner(ADA_ELSEWHERE))).toBeDefined();
      expect(await discarded()).toHaveLength(2);
    });

    test('T63: a purge of a tenant deletes all its people', async () => {
      expect(await store.directory.purge({ tenantId: ADA.tenantId }, NOW)).toBe(2);
      expect(await store.links.get(owner(GRACE))).toBeUndefined();
      expect(await store.links.get(owner(ADA_ELSEWHERE))).toBeDefined();
    });
  });

  describe('preferences', () => {
    test('belong to one person each, and can be reset', async () => {
      await store.preferences.setDefaultConnection(ADA, 'wiki');
      expect(await other.preferences.defaultConnection(ADA)).toBe('wiki');
      expect(await store.preferences.defaultConnection(GRACE)).toBeUndefined();
      expect(await store.preferences.defaultConnection(ADA_ELSEWHERE)).toBeUndefined();
      await store.preferences.setDefaultConnection(ADA, 'handbook');
      expect(await store.preferences.defaultConnection(ADA)).toBe('handbook');
      await store.preferences.setDefaultConnection(ADA, undefined);
      expect(await store.preferences.defaultConnection(ADA)).toBeUndefined();
    });

    test('T63: are deleted with their person or tenant', async () => {
      for (const asker of [ADA, GRACE, ADA_ELSEWHERE]) await store.preferences.setDefaultConnection(asker, 'wiki');
      await store.directory.purge(ADA, NOW);
      expect(await store.preferences.defaultConnection(ADA)).toBeUndefined();
      expect(await store.preferences.defaultConnection(GRACE)).toBe('wiki');
      await store.directory.purge({ tenantId: GRACE.tenantId }, NOW);
      expect(await store.preferences.defaultConnection(GRACE)).toBeUndefined();
      expect(await store.preferences.defaultConnection(ADA_ELSEWHERE)).toBe('wiki');
    });
  });

  describe('attempts', () => {
    const fail = (asker = ADA, now = NOW) => store.attempts.recordFailure(asker, RULE, now);

    test('T16: the fifth wrong code within ten minutes pauses the asker for ten minutes', async () => {
      for (let i = 0; i < 4; i++) expect(await fail()).toBeUndefined();
      expect(await fail()).toBe(NOW + 10 * MINUTE);
      expect(await other.attempts.pausedUntil(ADA, RULE, NOW + 9 * MINUTE)).toBe(NOW + 10 * MINUTE);
      expect(await other.attempts.pausedUntil(ADA, RULE, NOW + 10 * MINUTE)).toBeUndefined();
    });

    test('T16: other askers are not paused', async () => {
      for (let i = 0; i < 5; i++) await fail();
      expect(await store.attempts.pausedUntil(GRACE, RULE, NOW)).toBeUndefined();
      expect(await store.attempts.pausedUntil(ADA_ELSEWHERE, RULE, NOW)).toBeUndefined();
    });

    test('T98: a pause from a clock that was ahead is over when the clock is set back', async () => {
      for (let i = 0; i < 5; i++) await fail(ADA, NOW + AHEAD);
      expect(await other.attempts.pausedUntil(ADA, RULE, NOW)).toBeUndefined();
      for (let i = 0; i < 4; i++) expect(await fail()).toBeUndefined();
      expect(await fail()).toBe(NOW + 10 * MINUTE);
    });

    test('wrong codes with long gaps do not add up', async () => {
      for (let i = 0; i < 4; i++) await fail();
      expect(await fail(ADA, NOW + 10 * MINUTE)).toBeUndefined();
      expect(await store.attempts.pausedUntil(ADA, RULE, NOW + 10 * MINUTE)).toBeUndefined();
    });
  });

  test('acknowledged writes are there after a restart', async () => {
    await store.links.put(link('v1'), NOW);
    await store.close();
    store = await place.open();
    expect(await store.links.get(owner())).toEqual(stored('v1'));
  });
}
