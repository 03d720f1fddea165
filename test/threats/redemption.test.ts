import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, type Person } from '../../local/people.ts';
import type { Running } from '../../local/processes.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { crowd, inParallel } from '../support/crowd.ts';
import { logLines } from '../support/log.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { sized } from '../support/soak.ts';
import { type SearchResponse, startWorld, type World } from '../support/world.ts';

const CODES = sized(60, 2_000);
/** Codes that are made and redeemed at the same time; each of them then goes to every instance at once. */
const AT_ONCE = 4;

describe('four instances on one SQLite file', () => redeemEachCodeOnce(async () => ({})));

describeWithRedis('four instances on one Redis', () => {
  let redis: RedisServer;
  afterAll(() => redis.stop());
  redeemEachCodeOnce(async () => {
    redis = await startRedis();
    return { STORE_URL: redis.url };
  });
});

function redeemEachCodeOnce(storeEnv: () => Promise<Record<string, string>>): void {
  let world: World;
  let others: (Running & { url: string })[] = [];
  const bots = () => [world.bot, ...others];

  beforeAll(async () => {
    world = await startWorld({ botEnv: { ...(await storeEnv()), TRUSTED_PROXIES: '127.0.0.1,::1' } });
    others = await Promise.all([startAnotherBot(world), startAnotherBot(world), startAnotherBot(world)]);
  });
  afterAll(async () => {
    await Promise.all(others.map((other) => other.stop()));
    await world?.stop();
  });

  const redeem = async (url: string, person: Person, state: string): Promise<string> => {
    const query = { commandId: 'insertHandbook', text: 'lakers', state };
    const { status, body } = await world.connector.post(url, world.connector.queryActivity(person, query));
    return status === 200 ? (body as { composeExtension: SearchResponse }).composeExtension.type : String(status);
  };

  test(
    `T14: ${CODES} codes, each to four processes at once: one link each, everybody is answered`,
    async () => {
      const urls = [world.botUrl, ...others.map(({ url }) => url)];
      const responses = await inParallel(crowd(CODES), AT_ONCE, async (person) => {
        const page = fromElsewhere(world.botUrl);
        const state = await world.securityCode(person, { connection: 'handbook', as: ADA, page });
        return Promise.all(urls.map((url) => redeem(url, person, state)));
      });
      expect(responses.filter((each) => each.some((type) => type !== 'result'))).toEqual([]);
      // Its last line is what a process writes when all it did is written.
      await Promise.all(bots().map((bot) => bot.stop()));
      const events = bots().flatMap(({ output }) => logLines(output()));
      const completed = events.filter(({ event }) => event === 'signin.completed').map(({ asker }) => asker);
      expect(completed).toHaveLength(CODES);
      expect(new Set(completed).size).toBe(CODES);
      const odd = events.filter(({ event }) => /^(code|credential)\.(?!replayed)/.test(String(event)));
      expect(odd).toEqual([]);
    },
    sized(90_000, 400_000),
  );
}

/** A browser behind our proxy, at an address of its own: from one address, so many sign-ins would be too many. */
function fromElsewhere(botUrl: string): AuthClient {
  return new AuthClient(botUrl, undefined, { 'X-Forwarded-For': `10.${randomBytes(3).join('.')}` });
}
