import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis/proxy.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { eventually, eventualResponse, startWorld, untilReadiness, type World } from '../../support/world/world.ts';

describeWithRedis('a Redis connection that ends when a step has run and is not answered', () => {
  let redis: RedisServer;
  let proxy: RedisProxy;
  let world: World;
  let revoked: number;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startRedisProxy(redis.port);
    // A token that ends within a minute is refreshed at each search. The issuers accept each refresh token once.
    const identityProviderEnv = { ACCESS_TOKEN_TTL: '50' };
    world = await startWorld({ botEnv: { STORE_URL: proxy.url }, identityProviderEnv });
  });
  beforeEach(async () => {
    redis.command('flushall');
    revoked = await revocations();
  });
  afterAll(async () => {
    await world?.stop();
    await proxy?.close();
    await redis?.stop();
  });

  const revocations = () => providerRequests(world, 'revocation');
  /** Runs an action during which the connection ends, and waits until the bot has a new one. */
  async function during<T>(script: string, work: () => Promise<T>): Promise<T> {
    const cut = proxy.cutAfter(script);
    const outcome = await work();
    await cut;
    await untilReadiness(world);
    return outcome;
  }

  test.each<[string, string]>([
    ['putLink', 'the link'],
    ['park', 'the code'],
  ])('T90: while a proven sign-in stores (%s) %s: the person is signed in, and no token is revoked', async (script) => {
    const { page, body } = await world.untilCallback(ADA);
    // The page may report a failure, but what was stored counts.
    expect([200, 503]).toContain((await during(script, () => page.post('complete', body))).status);
    expect((await eventualResponse(world, ADA)).type).toBe('result');
    expect(await revocations()).toBe(revoked);
  });

  test('T90: while a link replaces another: only the older one is revoked', async () => {
    const ticket = await world.ticket(ADA);
    await world.signIn(ADA);
    const { page, body } = await world.untilCallback(ADA, { ticket });
    await during('putLink', () => page.post('complete', body));
    await eventually(revocations, (count) => count > revoked);
    expect((await eventualResponse(world, ADA)).type).toBe('result');
    const queued = () => redis.command('keys', 'latchkey:*:discarded');
    expect(await eventually(queued, (keys) => keys === '')).toBe('');
    // Its refresh token works once more, so it was not revoked.
    expect((await eventualResponse(world, ADA)).type).toBe('result');
  });

  test('T90: while a code is redeemed: the next search has results, and no token is revoked', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const query = { connection: 'handbook', text: 'lakers', state } as const;
    const sent = proxy.sent('redeem');
    expect((await during('redeem', () => world.search(ADA, query))).type).toBe('message');
    expect(proxy.sent('redeem')).toBe(sent + 1);
    expect((await eventualResponse(world, ADA, query)).type).toBe('result');
    expect(await revocations()).toBe(revoked);
  });

  test.each<[string]>([['acquireLease'], ['replaceLink']])(
    'T90: while a token is refreshed (%s): the refresh is stored, and the person stays signed in',
    async (script) => {
      await world.signIn(ADA);
      await during(script, () => world.search(ADA));
      expect((await eventualResponse(world, ADA)).type).toBe('result');
      expect((await eventualResponse(world, ADA)).type).toBe('result');
      expect(await revocations()).toBe(revoked);
    },
  );

  test('T90: while the lease of a refresh is released: the search has results', async () => {
    await world.signIn(ADA);
    expect((await during('releaseLease', () => world.search(ADA))).type).toBe('result');
  });

  test.each<[string]>([['openTransaction'], ['takeTransaction'], ['confirmParked']])(
    'T90: while a sign-in is under way (%s): a new one succeeds',
    async (script) => {
      const connection = 'handbook';
      await during(script, () => world.securityCode(ADA, { connection }).catch(() => undefined));
      await world.signIn(ADA, { connection });
      expect((await eventualResponse(world, ADA, { connection, text: 'lakers' })).type).toBe('result');
    },
  );

  test('T90: while a wrong code is counted: it counts once', async () => {
    const wrong = () => world.search(ADA, { text: 'lakers', state: 'A'.repeat(43) });
    await during('failAttempt', wrong);
    for (let count = 2; count < 5; count++) expect((await wrong()).type).toBe('auth');
    expect((await wrong()).type).toBe('message');
  });

  test('T90: while the person signs out: they are signed out, and the tokens are revoked', async () => {
    await world.signIn(ADA);
    await during('discardLink', () => signOut(world.connector, world.botUrl, ADA).catch(() => undefined));
    expect((await eventualResponse(world, ADA)).type).toBe('auth');
    await eventually(revocations, (count) => count > revoked);
  });
});
