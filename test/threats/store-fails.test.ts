import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark } from '../support/evidence.ts';
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
  const answer = ask();
  await eventually(
    () => providerRequests(world, `token:${kind}`),
    (count) => count > issued,
  );
  await meanwhile();
  await orderProviderFault(world, {});
  return answer;
}

/** Ada's sign-in up to the callback, whose code is exchanged while the store goes away. */
async function completeWhile(world: World, connection: ConnectionId, meanwhile: () => unknown) {
  const { page, body } = await world.untilCallback(ADA, { connection });
  return betweenIssueAndStore(world, 'authorization_code', () => page.post('complete', body), meanwhile);
}

describe('signing out while the provider is half out of order', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => forgetAll(world));
  afterAll(() => world.stop());

  test('T97: a refresh token that was revoked is not sent again when the rest is tried again', async () => {
    await world.signIn(ADA);
    const before = await providerRequests(world, 'revocation');
    // The refresh token is revoked, and the access token is not.
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, skip: 1 });
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    await eventNamesUntil(world, mark, 'credential.revocation_failed');
    world.sql('UPDATE revocations SET due_at = 0');
    await eventNamesUntil(world, mark, 'credential.revoked');
    // The one that the fault answered did not reach the provider.
    expect((await providerRequests(world, 'revocation')) - before).toBe(2);
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
      const answer = await completeWhile(world, connection, () => redis.kill());
      expect(answer.status).toBe(503);
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
