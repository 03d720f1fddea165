import { hash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, type Person } from '../../../local/people.ts';
import { inParallel, newPerson } from '../../support/network/crowd.ts';
import { patient } from '../../support/patience.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { type RedisCluster, startRedisCluster } from '../../support/redis/cluster.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { type AnotherBot, startAnotherBot } from '../../support/world/another-bot.ts';
import {
  eventually,
  readiness,
  type SearchResponse,
  startWorld,
  ticketOf,
  type World,
} from '../../support/world/world.ts';

const SHARDS = 16;

/** The bot chooses the shard with these four bits. */
function shardOf({ tenantId, objectId }: Person): number {
  return (Number.parseInt(hash('sha256', `${tenantId}/${objectId}`).slice(0, 2), 16) >> 2) % SHARDS;
}

function personIn(shard: number): Person {
  const person = newPerson();
  return shardOf(person) === shard ? person : personIn(shard);
}

describeWithRedis('two instances on a Redis Cluster', () => {
  let cluster: RedisCluster;
  let world: World;
  let second: AnotherBot;
  /** Signed in to the handbook. One person for each shard, so that every server of the cluster stores some. */
  const people = Array.from({ length: SHARDS }, (_, shard) => personIn(shard));

  beforeAll(async () => {
    cluster = await startRedisCluster();
    world = await startWorld({ botEnv: { STORE_URL: cluster.url, TRUSTED_PROXIES: 'loopback' } });
    second = await startAnotherBot(world);
    await inParallel(people, 4, (person) => world.signIn(person, { connection: 'handbook', as: ADA }));
  });
  afterAll(async () => {
    await second?.stop();
    await world?.stop();
    await cluster?.stop();
  });

  const ask = async (person: Person): Promise<SearchResponse & { ms: number }> => {
    const query = { connection: 'handbook', text: 'lakers' } as const;
    const { status, body, ms } = await world.post(person, query, undefined, { botUrl: second.url });
    expect(status).toBe(200);
    return { ...(body as { composeExtension: SearchResponse }).composeExtension, ms };
  };
  /** The status of `start` with a new prompt of this person, from an address of their own; otherwise the message. */
  const begin = async (person: Person) => {
    const response = await world.search(person);
    if (response.type !== 'auth') return response.text;
    const headers = { 'X-Forwarded-For': `10.${randomBytes(3).join('.')}` };
    return (await new AuthClient(world.botUrl, undefined, headers).post('start', { ticket: ticketOf(response) }))
      .status;
  };
  /** At the second instance. They signed in at the first. */
  const askAll = () => inParallel(people, 8, ask);
  /** The people with links on that server. */
  const keptOn = (server: RedisServer) => {
    const keys = server.command('keys', 'latchkey:*:links:*');
    return people.map(({ objectId }) => keys.includes(objectId));
  };

  test('every server stores some of the people', () => {
    const shares = cluster.servers.map((server) => keptOn(server).filter(Boolean).length);
    expect(shares.reduce((sum, share) => sum + share)).toBe(people.length);
    expect(shares).not.toContain(0);
  });

  /** Ends or stops one server during `use`. @param use gets, for each of the people, whether that server stores them */
  async function without(signal: NodeJS.Signals, use: (lost: boolean[]) => Promise<unknown>): Promise<void> {
    const [victim] = cluster.servers;
    if (!victim) throw new Error('The cluster has no server');
    const lost = keptOn(victim);
    if (signal === 'SIGKILL') await victim.kill();
    else victim.process.kill(signal);
    try {
      await use(lost);
    } finally {
      if (signal === 'SIGKILL') await victim.restart();
      else victim.process.kill('SIGCONT');
      await cluster.healthy();
    }
  }

  test.each<[string, NodeJS.Signals]>([
    ['is gone', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ])(
    'T78, T79: a server that %s: its people get a message in time, the others results; it recovers',
    async (_, signal) => {
      await without(signal, async (lost) => {
        for (let round = 0; round < 2; round++) {
          // On a busy machine a server that is up may answer too late.
          const responses = await eventually(askAll, (all) =>
            all.every(({ type }, at) => type === (lost[at] ? 'message' : 'result')),
          );
          expect(Math.max(...responses.map(({ ms }) => ms))).toBeLessThan(patient(4500));
          const message = responses.filter(({ type }) => type === 'message').map(({ text }) => text);
          expect(message).toEqual(message.map(() => expect.stringMatching(/Reference: \w{8}$/)));
          expect(await readiness({ botUrl: second.url })).toBe(200);
        }
      });
      await eventually(askAll, (responses) => responses.every(({ type }) => type === 'result'));
    },
  );

  test('T78: while a server is down, people of the others can begin to sign in, from any address', () =>
    without('SIGKILL', (lost) =>
      inParallel(
        people.filter((_, at) => !lost[at]),
        4,
        // On a busy machine Redis may answer too late, and the person gets a message about it.
        (person) =>
          eventually(
            () => begin(person),
            (status) => status === 200,
          ),
      ),
    ));

  test('T62: while a server is down, the tokens on the other servers are still revoked', () =>
    without('SIGKILL', async (lost) => {
      const mine = people.find((_, at) => !lost[at]) ?? ADA;
      const revoked = await providerRequests(world, 'revocation');
      await eventually(
        async () => {
          // On a busy machine Redis may answer too late. Then the person signs out again.
          await signOut(world.connector, world.botUrl, mine);
          return providerRequests(world, 'revocation');
        },
        (count) => count > revoked,
      );
    }));
});
