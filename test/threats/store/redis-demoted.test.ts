import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { newPerson } from '../../support/network/crowd.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis/proxy.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import {
  eventually,
  eventualResponse,
  readiness,
  startWorld,
  untilReadiness,
  type World,
} from '../../support/world/world.ts';

describeWithRedis('a Redis primary that is demoted', () => {
  let first: RedisServer;
  let second: RedisServer;
  let proxy: RedisProxy;
  let world: World;

  beforeAll(async () => {
    [first, second] = await Promise.all([startRedis(), startRedis()]);
    proxy = await startRedisProxy(first.port);
    world = await startWorld({ botEnv: { STORE_URL: proxy.url } });
    await world.signIn(ADA);
  });
  beforeEach(async () => {
    await follows(second, first);
    expect(await readiness(world)).toBe(200);
  });
  afterAll(async () => {
    await world?.stop();
    await proxy?.close();
    await Promise.all([first, second].map((server) => server?.stop()));
  });

  const follows = async (replica: RedisServer, primary: RedisServer) => {
    replica.command('replicaof', '127.0.0.1', String(primary.port));
    const info = () => replica.command('info', 'replication');
    await eventually(info, (lines) => lines.includes('master_link_status:up'));
  };
  const failOver = async () => {
    second.command('replicaof', 'no', 'one');
    await follows(first, second);
  };

  test('T79: the bot reports that it is not ready, still reads, and is ready when the server writes again', async () => {
    await failOver();
    expect(await readiness(world)).toBe(503);
    // After the refusal the bot reconnects, which one search may meet.
    expect((await eventualResponse(world, ADA)).type).toBe('result');
    expect(await readiness(world)).toBe(503);
    first.command('replicaof', 'no', 'one');
    await untilReadiness(world);
    await world.signIn(GRACE);
    expect((await eventualResponse(world, ADA)).type).toBe('result');
  });

  test('T79: where its address leads to the new primary, people sign in without a restart', async () => {
    await failOver();
    proxy.leadTo(second.port);
    await untilReadiness(world);
    const person = newPerson();
    await world.signIn(person, { connection: 'handbook', as: GRACE });
    expect((await eventualResponse(world, ADA)).type).toBe('result');
    expect(second.command('keys', `*links*${person.objectId}`)).not.toBe('');
  });
});
