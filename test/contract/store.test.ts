import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sqliteStore } from '../../bot/store/sqlite.ts';
import type { Link, Owner, Parked, Store, Transaction } from '../../bot/store/store.ts';

/** Every store runs the same suite. Opening the same place twice stands for two processes. */
const STORES: { name: string; open(folder: string): Store }[] = [
  { name: 'sqlite', open: (folder) => sqliteStore(join(folder, 'store.db')) },
];

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const ADA = { tenantId: '11111111-aaaa-4aaa-8aaa-111111111111', objectId: 'aaaaaaaa-0001-4001-8001-000000000001' };
const GRACE = { ...ADA, objectId: 'aaaaaaaa-0002-4002-8002-000000000002' };
const ADA_ELSEWHERE = { ...ADA, tenantId: '22222222-bbbb-4bbb-8bbb-222222222222' };
const RULE = { limit: 5, window: 10 * MINUTE };

const owner = (asker = ADA, connectionId = 'wiki'): Owner => ({ asker, connectionId });
const link = (version: string, of = owner()): Link => ({ ...of, version, sealed: `sealed ${version}` });
const parked = (keyHash: string, of = owner(), rest: Partial<Parked> = {}): Parked => ({
  ...of,
  keyHash,
  version: `v-${keyHash}`,
  sealed: `sealed v-${keyHash}`,
  createdAt: NOW,
  expiresAt: NOW + 3 * MINUTE,
  ...rest,
});
const transaction = (stateHash: string, rest: Partial<Transaction> = {}): Transaction => ({
  ...owner(),
  stateHash,
  cookieHash: `cookie of ${stateHash}`,
  createdAt: NOW,
  expiresAt: NOW + 10 * MINUTE,
  sealed: 'sealed transaction',
  ...rest,
});
const match = (stateHash: string, rest: { cookieHashes?: string[]; connectionId?: string } = {}) => ({
  stateHash,
  cookieHashes: [`cookie of ${stateHash}`],
  connectionId: 'wiki',
  ...rest,
});

describe.each(STORES)('$name store', ({ open }) => {
  let folder: string;
  let store: Store;
  let other: Store;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-store-'));
    store = open(folder);
    other = open(folder);
  });
  afterEach(async () => {
    await store.close();
    await other.close();
    rmSync(folder, { recursive: true });
  });

  describe('transactions', () => {
    test('a transaction is taken once, whichever process asks', async () => {
      await store.transactions.open(transaction('s1'), 8);
      const answers = await Promise.all([
        store.transactions.take(match('s1'), NOW),
        other.transactions.take(match('s1'), NOW),
      ]);
      expect(answers.filter((answer) => answer === 'unknown')).toHaveLength(1);
      expect(answers).toContainEqual(transaction('s1'));
    });

    test('one of several cookies is enough', async () => {
      await store.transactions.open(transaction('s1'), 8);
      const cookieHashes = ['another', 'cookie of s1'];
      expect(await store.transactions.take(match('s1', { cookieHashes }), NOW)).toEqual(transaction('s1'));
    });

    test('T19: without its cookie a transaction is refused and stays for its own browser', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1', { cookieHashes: ['another'] }), NOW)).toBe('other_browser');
      expect(await store.transactions.take(match('s1', { cookieHashes: [] }), NOW)).toBe('other_browser');
      expect(await store.transactions.take(match('s1'), NOW)).toEqual(transaction('s1'));
    });

    test('T27: another connection does not get it', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1', { connectionId: 'handbook' }), NOW)).toBe('unknown');
    });

    test('T17: an expired one, or one from the future, is refused', async () => {
      await store.transactions.open(transaction('s1'), 8);
      expect(await store.transactions.take(match('s1'), NOW + 10 * MINUTE)).toBe('unknown');
      await store.transactions.open(transaction('s2'), 8);
      expect(await store.transactions.take(match('s2'), NOW - 2 * MINUTE)).toBe('unknown');
    });

    test('T40: an asker has at most so many, the oldest go first, nobody else’s', async () => {
      await store.transactions.open(transaction('g', owner(GRACE)), 3);
      for (let i = 0; i < 5; i++) await store.transactions.open(transaction(`s${i}`, { createdAt: NOW + i }), 3);
      expect(await store.transactions.take(match('s1'), NOW + 9)).toBe('unknown');
      expect(await store.transactions.take(match('s2'), NOW + 9)).toMatchObject({ stateHash: 's2' });
      expect(await store.transactions.take(match('g'), NOW + 9)).toMatchObject({ stateHash: 'g' });
    });
  });

  describe('links', () => {
    test('what was linked is found by every process, and by its owner alone', async () => {
      await store.links.put(link('v1'));
      expect(await other.links.get(owner())).toEqual(link('v1'));
      expect(await store.links.get(owner(GRACE))).toBeUndefined();
      expect(await store.links.get(owner(ADA_ELSEWHERE))).toBeUndefined();
      expect(await store.links.get(owner(ADA, 'handbook'))).toBeUndefined();
    });

    test('T22: the last one wins, and what it replaced is returned', async () => {
      expect(await store.links.put(link('v1'))).toBeUndefined();
      expect(await store.links.put(link('v2'))).toEqual(link('v1'));
      expect(await store.links.get(owner())).toEqual(link('v2'));
    });

    test('T57: of two refreshes of one version, one is kept', async () => {
      await store.links.put(link('v1'));
      const kept = await Promise.all([store.links.replace('v1', link('v2')), other.links.replace('v1', link('v3'))]);
      expect(kept.filter(Boolean)).toHaveLength(1);
    });

    test('T64: a refresh does not bring back what was unlinked', async () => {
      await store.links.put(link('v1'));
      expect(await store.links.remove(owner(), 'v1')).toBe(true);
      expect(await store.links.replace('v1', link('v2'))).toBe(false);
      expect(await store.links.get(owner())).toBeUndefined();
    });

    test('an old version does not unlink a new one', async () => {
      await store.links.put(link('v2'));
      expect(await store.links.remove(owner(), 'v1')).toBe(false);
      expect(await store.links.get(owner())).toEqual(link('v2'));
    });
  });

  describe('parking', () => {
    test('T14: a code is redeemed once, whichever process asks', async () => {
      await store.parking.park(parked('c1'));
      const outcomes = await Promise.all([
        store.parking.redeem('c1', owner(), NOW),
        other.parking.redeem('c1', owner(), NOW),
      ]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['linked', 'unknown']);
      expect(await store.links.get(owner())).toEqual(link('v-c1'));
    });

    test('T22: redeeming returns the link that it replaced', async () => {
      await store.links.put(link('v1'));
      await store.parking.park(parked('c1'));
      expect(await store.parking.redeem('c1', owner(), NOW)).toEqual({ outcome: 'linked', replaced: link('v1') });
    });

    test.each([
      ['person', owner(GRACE)],
      ['tenant', owner(ADA_ELSEWHERE)],
      ['connection', owner(ADA, 'handbook')],
    ])('T13: a code from another %s is burnt for all and links nothing', async (_, stranger) => {
      await store.parking.park(parked('c1'));
      expect(await store.parking.redeem('c1', stranger, NOW)).toEqual({ outcome: 'foreign', parked: parked('c1') });
      expect(await store.parking.redeem('c1', owner(), NOW)).toEqual({ outcome: 'unknown' });
      expect(await store.links.get(owner())).toBeUndefined();
      expect(await store.links.get(stranger)).toBeUndefined();
    });

    test('T17: an expired code links nothing, and neither does one from the future', async () => {
      await store.parking.park(parked('c1'));
      expect(await store.parking.redeem('c1', owner(), NOW + 3 * MINUTE)).toMatchObject({ outcome: 'expired' });
      await store.parking.park(parked('c2'));
      expect(await store.parking.redeem('c2', owner(), NOW - 2 * MINUTE)).toMatchObject({ outcome: 'expired' });
      expect(await store.links.get(owner())).toBeUndefined();
    });

    test('the code of a proven sign-in is spent without touching the link', async () => {
      await store.links.put(link('v1'));
      await store.parking.park(parked('c1', owner(), { version: 'v1', sealed: undefined }));
      expect(await store.parking.redeem('c1', owner(), NOW)).toEqual({ outcome: 'spent' });
      expect(await store.links.get(owner())).toEqual(link('v1'));
    });

    test('what is confirmed moves under its code, once', async () => {
      await store.parking.park(parked('pending'));
      expect(await store.parking.confirm('pending', 'code', NOW + MINUTE, NOW)).toMatchObject(owner());
      expect(await store.parking.confirm('pending', 'code2', NOW + MINUTE, NOW)).toBeUndefined();
      expect(await store.parking.redeem('code', owner(), NOW)).toMatchObject({ outcome: 'linked' });
    });

    test('what expired is not confirmed any more', async () => {
      await store.parking.park(parked('pending'));
      expect(await store.parking.confirm('pending', 'code', NOW + 9 * MINUTE, NOW + 3 * MINUTE)).toBeUndefined();
    });

    test('T16: burning takes all that waits for an asker, and nobody else’s', async () => {
      await store.parking.park(parked('c1'));
      await store.parking.park(parked('c2', owner(ADA, 'handbook')));
      await store.parking.park(parked('g', owner(GRACE)));
      expect((await store.parking.burn(ADA)).map(({ keyHash }) => keyHash).sort()).toEqual(['c1', 'c2']);
      expect(await store.parking.redeem('c1', owner(), NOW)).toEqual({ outcome: 'unknown' });
      expect(await store.parking.redeem('g', owner(GRACE), NOW)).toMatchObject({ outcome: 'linked' });
    });

    test('sweeping takes what expired and returns it for revocation', async () => {
      await store.parking.park(parked('old'));
      await store.parking.park(parked('new', owner(), { expiresAt: NOW + 9 * MINUTE }));
      expect(await store.sweep(NOW + 5 * MINUTE)).toEqual([parked('old')]);
      expect(await store.sweep(NOW + 5 * MINUTE)).toEqual([]);
    });
  });

  describe('attempts', () => {
    const fail = (asker = ADA, now = NOW) => store.attempts.fail(asker, RULE, now);

    test('T16: the fifth wrong code within ten minutes pauses for ten minutes', async () => {
      for (let i = 0; i < 4; i++) expect(await fail()).toBeUndefined();
      expect(await fail()).toBe(NOW + 10 * MINUTE);
      expect(await other.attempts.pausedUntil(ADA, NOW + 9 * MINUTE)).toBe(NOW + 10 * MINUTE);
      expect(await other.attempts.pausedUntil(ADA, NOW + 10 * MINUTE)).toBeUndefined();
    });

    test('T16: nobody else is touched', async () => {
      for (let i = 0; i < 5; i++) await fail();
      expect(await store.attempts.pausedUntil(GRACE, NOW)).toBeUndefined();
      expect(await store.attempts.pausedUntil(ADA_ELSEWHERE, NOW)).toBeUndefined();
    });

    test('wrong codes far apart do not add up', async () => {
      for (let i = 0; i < 4; i++) await fail();
      expect(await fail(ADA, NOW + 10 * MINUTE)).toBeUndefined();
      expect(await store.attempts.pausedUntil(ADA, NOW + 10 * MINUTE)).toBeUndefined();
    });
  });

  test('what was acknowledged is there after a restart', async () => {
    await store.links.put(link('v1'));
    await store.close();
    store = open(folder);
    expect(await store.links.get(owner())).toEqual(link('v1'));
  });
});

test('sqlite: a file that is no database is refused by name', () => {
  expect(() => sqliteStore('/dev/null/store.db')).toThrow('The SQLite store /dev/null/store.db cannot be used');
});
