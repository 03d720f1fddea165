import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import type { Person } from '../../local/people.ts';
import { crowd } from '../support/crowd.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { startWorld, type World } from '../support/world.ts';

/** At once: enough that commands of many people meet in one turn of the bot's event loop. */
const AT_ONCE = 50;

describeWithRedis('T79: a Redis that has just lost its scripts', () => {
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

  const people = (count = AT_ONCE) => crowd(count);
  const ask = (person: Person) =>
    world.search(person, { text: 'lakers', state: randomBytes(32).toString('base64url') });
  const begin = async (person: Person) =>
    new AuthClient(world.botUrl).post('start', { ticket: await world.ticket(person) });
  const lives = async () => expect((await fetch(`${world.botUrl}/readyz`)).status).toBe(200);
  /** So that the bot believes its scripts to be there, and they aren't. */
  async function loseScripts(warmUp: (person: Person) => Promise<unknown>): Promise<void> {
    await Promise.all(people(3).map(warmUp));
    expect(redis.command('script', 'flush')).toBe('OK');
  }

  test('answers each of many queries with wrong codes, and the bot lives', async () => {
    await loseScripts(ask);
    const responses = await Promise.all(people().map(ask));
    expect(responses.map(({ type }) => type)).toEqual(Array(AT_ONCE).fill('auth'));
    await lives();
  });

  test('begins each of many sign-ins, and the bot lives', async () => {
    await loseScripts(begin);
    const begun = await Promise.all(people().map(begin));
    expect(begun.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(200));
    expect(new Set(begun.map(({ body }) => body.authorizationUrl)).size).toBe(AT_ONCE);
    await lives();
  });

  test('finishes a sign-in: what it lost it learns again', async () => {
    const [person] = people(1);
    if (!person) throw new Error('Nobody');
    const state = await world.securityCode(person, {
      connection: 'handbook',
      as: { ...person, username: 'ada@contoso.example' },
    });
    redis.command('script', 'flush');
    expect((await world.search(person, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
  });
});
