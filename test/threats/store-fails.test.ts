import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { ADA } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark } from '../support/evidence.ts';
import { setTimeLeft } from '../support/opened.ts';
import { orderProviderFault, providerRequests } from '../support/provider-view.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { type ConnectionId, eventually, startWorld, type World } from '../support/world.ts';

/** The sign-ins whose refresh token still works at the identity provider. */
const liveSignIns = async (world: World): Promise<string[]> =>
  (await (await fetch(`${world.identityProviderUrl}/__live`)).json()) as string[];

/** The provider issues tokens, and its answer waits until `meanwhile` is done. */
async function betweenIssueAndStore<T>(
  world: World,
  kind: 'authorization_code' | 'refresh_token',
  ask: () => Promise<T>,
  meanwhile: () => unknown,
): Promise<T> {
  const issued = await providerRequests(world, `token:${kind}`);
  await orderProviderFault(world, { endpoint: 'token', mode: 'hold' });
  const response = ask();
  await eventually(
    () => providerRequests(world, `token:${kind}`),
    (count) => count > issued,
  );
  await meanwhile();
  await orderProviderFault(world, {});
  return response;
}

/** Ada's sign-in up to the callback, whose code is exchanged while the store goes away. */
async function completeWhile(world: World, connection: ConnectionId, meanwhile: () => unknown) {
  const { page, body } = await world.untilCallback(ADA, { connection });
  return betweenIssueAndStore(world, 'authorization_code', () => page.post('complete', body), meanwhile);
}

describe('T92: the SQLite file is locked right after the provider issued tokens', () => {
  let world: World;
  let lock: Database.Database | undefined;

  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => forgetAll(world));
  afterEach(() => unlock());
  afterAll(() => world.stop());

  const lockStore = () => {
    lock = new Database(String(world.botEnv.STORE_URL).replace('sqlite:', ''));
    lock.exec('BEGIN IMMEDIATE');
  };
  const unlock = () => {
    lock?.close();
    lock = undefined;
  };

  test.each<ConnectionId>(['wiki', 'handbook'])(
    'T92: at %s: the tokens do not work any more, and the next sign-in does',
    async (connection) => {
      const before = await liveSignIns(world);
      const mark = await logMark(world);
      const response = await completeWhile(world, connection, lockStore);
      expect(response.status).toBe(503);
      expect(await liveSignIns(world)).toEqual(before);
      expect(await eventNamesSince(world, mark)).toEqual([
        'signin.started',
        'credential.not_stored',
        'credential.revoked',
      ]);
      unlock();
      await world.signIn(ADA, { connection });
    },
  );

  test('T92: at a refresh: the new tokens do not work any more, and the person signs in again', async () => {
    const before = await liveSignIns(world);
    await world.signIn(ADA);
    setTimeLeft(world, ADA, -1);
    const mark = await logMark(world);
    const response = await betweenIssueAndStore(world, 'refresh_token', () => world.search(ADA), lockStore);
    expect(response.type).toBe('message');
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual([
      'credential.not_stored',
      'credential.revoked',
    ]);
    expect(await liveSignIns(world)).toEqual(before);
    unlock();
    // The lease of the refresh could not be given back, either: until it ends, a search is told to try again.
    const state = await eventually(
      () => world.search(ADA),
      ({ type }) => type !== 'message',
    );
    expect(state.type).toBe('auth');
    await world.signIn(ADA);
  });

  test('T92: a lock that ends soon costs nothing: the tokens are stored', async () => {
    const mark = await logMark(world);
    const response = await completeWhile(world, 'wiki', () => {
      lockStore();
      setTimeout(unlock, 300);
    });
    expect(response.body.next).toBe('done');
    expect(await eventNamesSince(world, mark)).not.toContain('credential.not_stored');
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describeWithRedis('T92: Redis is gone right after the provider issued tokens', () => {
  let redis: RedisServer;
  let world: World;

  beforeAll(async () => {
    redis = await startRedis();
    world = await startWorld({ botEnv: { STORE_URL: redis.url } });
  });
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
  });

  test.each<ConnectionId>(['wiki', 'handbook'])(
    'T92: at %s: the tokens do not work any more, and the next sign-in does',
    async (connection) => {
      const mark = await logMark(world);
      const response = await completeWhile(world, connection, () => redis.kill());
      expect(response.status).toBe(503);
      expect(await liveSignIns(world)).toEqual([]);
      expect(await eventNamesSince(world, mark)).toContain('credential.not_stored');
      await redis.restart();
      await eventually(
        async () => (await fetch(`${world.botUrl}/readyz`)).status,
        (status) => status === 200,
      );
      await world.signIn(ADA, { connection });
      await signOut(world.connector, world.botUrl, ADA);
      await eventually(
        () => liveSignIns(world),
        (live) => live.length === 0,
      );
    },
  );
});
