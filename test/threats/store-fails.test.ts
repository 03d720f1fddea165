import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { eventNamesSince, logMark } from '../support/evidence.ts';
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
