import { expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { latchkeyJson } from '../../support/process/cli.ts';
import { providerRequests } from '../../support/provider/provider-view.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { eventsSince, logMark } from '../../support/world/evidence.ts';
import { useRedisWorld } from '../../support/world/use-world.ts';
import { eventually, eventualResponse } from '../../support/world/world.ts';

describeWithRedis('a bot with a damaged record in its Redis, or one of another version', () => {
  const { redis, world } = useRedisWorld();

  /** The hash with the person's links. */
  const linksOf = ({ objectId }: Person) => redis.command('keys', `latchkey:*:links:*/${objectId}`);

  const SECRET = 'what-was-in-the-record';
  const cut = `{"version":"v1","sealed":"${SECRET}`;

  test('T94: its owner signs in again, other people are not affected, and the log has an event without the content', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    redis.command('hset', linksOf(ADA), 'wiki', cut);
    const mark = await logMark(world);
    expect((await eventualResponse(world, ADA)).type).toBe('auth');
    expect((await eventualResponse(world, GRACE)).type).toBe('result');
    const damaged = await eventually(
      async () => (await eventsSince(world, mark)).filter(({ event }) => event === 'record.damaged'),
      (events) => events.length > 0,
    );
    expect(damaged).toMatchObject([{ reason: 'link', connection: 'wiki', asker: expect.any(String) }]);
    expect(world.bot.output()).not.toContain(SECRET);
    await world.signIn(ADA);
    expect((await eventualResponse(world, ADA)).type).toBe('result');
  });

  test.each([
    ['an older version, without a member', { usedAt: undefined }],
    ['a later version, with another member', { addedLater: { deep: [1] } }],
  ])('T84: a record of %s is used unchanged', async (_, change) => {
    await world.signIn(ADA);
    const link = { ...JSON.parse(redis.command('hget', linksOf(ADA), 'wiki')), ...change };
    redis.command('hset', linksOf(ADA), 'wiki', JSON.stringify(link));
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T94: revocation, rotation and purge continue', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    redis.command('hset', linksOf(ADA), 'handbook', cut);
    for (const person of [ADA, GRACE]) {
      const [shard] = linksOf(person).split('links:');
      redis.command('hset', `${shard}discarded`, 'bad', cut);
      redis.command('zadd', `${shard}due`, '0', 'bad');
    }
    const revoked = await providerRequests(world, 'revocation');
    await signOut(world.connector, world.botUrl, GRACE);
    await eventually(
      () => providerRequests(world, 'revocation'),
      (count) => count > revoked,
    );
    expect(await latchkeyJson(world, ['keys', 'rotate'])).toMatchObject({ current: 1, unreadable: 0 });
    redis.command('hset', linksOf(ADA), 'handbook', cut);
    expect(await latchkeyJson(world, ['purge', '--tenant', ADA.tenantId])).toMatchObject({ awaitingRevocation: 0 });
    expect((await eventualResponse(world, ADA)).type).toBe('auth');
  });
});
