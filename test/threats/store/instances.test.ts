import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { crowd, inParallel, newPerson } from '../../support/network/crowd.ts';
import { patient } from '../../support/patience.ts';
import { type Clock, createClock } from '../../support/process/clock.ts';
import { logLines } from '../../support/process/log.ts';
import { QUICK_SWEEP } from '../../support/process/quick-sweep.ts';
import { orderProviderFault, providerRequests } from '../../support/provider/provider-view.ts';
import { type RedisServer, startRedis } from '../../support/redis/server.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { sized } from '../../support/soak.ts';
import { signOut as signOutAt } from '../../support/teams/actions.ts';
import { type AnotherBot, startAnotherBot } from '../../support/world/another-bot.ts';
import {
  type ConnectionId,
  eventually,
  type SearchResponse,
  startWorld,
  type World,
} from '../../support/world/world.ts';

/** Seconds that an access token lives. The bot refreshes it in its last 60. */
const LIFE = 120;
const UNTIL_REFRESH_MS = (LIFE - 60) * 1000 + 500;
/** The wait before a failed revocation is tried again. */
const BACK_OFF_MS = 5_000;
/** Queries that each instance gets at once when a token ends. */
const QUERIES = sized(20, 50);
const CODES = sized(60, 2_000);
/** Codes that are created and redeemed at the same time. Each is then sent to every instance at once. */
const CODES_AT_ONCE = 4;

describe('three instances on one SQLite file', () => shareTheirState(async () => ({})));

describeWithRedis('three instances on one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  shareTheirState(async () => ({ STORE_URL: redis.url }));
});

function shareTheirState(storeEnv: () => Promise<Record<string, string>>): void {
  let world: World;
  let clock: Clock;
  let others: AnotherBot[];
  const instances = () => [world.botUrl, ...others.map(({ url }) => url)];

  beforeAll(async () => {
    clock = createClock();
    world = await startWorld({
      botEnv: {
        NODE_OPTIONS: `${clock.env.NODE_OPTIONS} ${QUICK_SWEEP}`,
        TRUSTED_PROXIES: '127.0.0.1,::1',
        ...(await storeEnv()),
      },
      identityProviderEnv: { ACCESS_TOKEN_TTL: String(LIFE) },
    });
    others = await Promise.all([startAnotherBot(world), startAnotherBot(world)]);
  });
  afterAll(async () => {
    await Promise.all(others.map((other) => other.stop()));
    await world.stop();
    clock.close();
  });

  let aheadMs = 0;
  /** By the clock of every instance. */
  const passTime = (milliseconds: number) => {
    aheadMs += milliseconds;
    clock.ahead(aheadMs);
  };

  const ask = async (
    url: string,
    person: Person,
    connection: ConnectionId,
    state?: string,
  ): Promise<SearchResponse> => {
    const query = { connection, text: 'lakers', ...(state !== undefined && { state }) };
    const options = { botUrl: url, timeout: patient(20_000) };
    const { status, body } = await world.post(person, query, undefined, options);
    if (status !== 200) throw new Error(`The bot answered ${status}`);
    return (body as { composeExtension: SearchResponse }).composeExtension;
  };
  const askAll = (person: Person, connection: ConnectionId, state?: string) =>
    Promise.all(instances().map((url) => ask(url, person, connection, state)));
  const signOut = (url: string, person: Person) => signOutAt(world.connector, url, person);
  const eventsOf = (name: string) =>
    [world.bot, ...others].map(({ output }) => output().split(`"event":"${name}"`).length - 1).reduce((a, b) => a + b);

  /** Makes each instance log a line, and waits for it. All earlier log lines are there then. */
  const logsArrived = () =>
    Promise.all(
      [world.bot, ...others].map(async ({ output }, at) => {
        const refusals = () => output().split('request refused at the gate').length;
        const before = refusals();
        await world.connector.post(String(instances()[at]), {}, { token: null });
        await eventually(refusals, (count) => count > before);
      }),
    );

  test('T83: a sign-in that began on one instance ends on another', async () => {
    const person = newPerson();
    const state = await world.securityCode(person, { connection: 'handbook', as: LINUS });
    expect((await ask(String(others[0]?.url), person, 'handbook', state)).type).toBe('result');
    expect((await ask(String(others[1]?.url), person, 'handbook')).type).toBe('result');
  });

  test(
    `T14: ${CODES} codes, each to three processes at once: one link each, and every request is answered`,
    async () => {
      const bots = [world.bot, ...others];
      const before = bots.map(({ output }) => output().length);
      const responses = await inParallel(crowd(CODES), CODES_AT_ONCE, async (person) => {
        const page = fromElsewhere(world.botUrl);
        const state = await world.securityCode(person, { connection: 'handbook', as: ADA, page });
        return askAll(person, 'handbook', state);
      });
      expect(responses.filter((each) => each.some(({ type }) => type !== 'result'))).toEqual([]);
      await logsArrived();
      const events = bots.flatMap(({ output }, at) => logLines(output().slice(before[at])));
      const completed = events.filter(({ event }) => event === 'signin.completed').map(({ asker }) => asker);
      expect(completed).toHaveLength(CODES);
      expect(new Set(completed).size).toBe(CODES);
      expect(events.filter(({ event }) => /^(code|credential)\.(?!replayed)/.test(String(event)))).toEqual([]);
    },
    patient(sized(90_000, 400_000)),
  );

  // test/threats/sign-in/binding.test.ts has other strangers, and test/contract/store/store.test.ts each store.
  test('T13: a code that another person sends to one instance is deleted on all, and its tokens are revoked', async () => {
    const [owner, thief] = [newPerson(), newPerson()];
    const state = await world.securityCode(owner, { connection: 'handbook', as: ADA });
    const before = { revoked: eventsOf('credential.revoked'), foreign: eventsOf('code.foreign') };
    expect((await ask(String(others[0]?.url), thief, 'handbook', state)).type).toBe('auth');
    expect((await ask(String(others[1]?.url), owner, 'handbook', state)).type).toBe('auth');
    for (const person of [thief, owner]) {
      expect((await askAll(person, 'handbook')).map(({ type }) => type)).toEqual(['auth', 'auth', 'auth']);
    }
    await eventually(
      () => [eventsOf('code.foreign') - before.foreign, eventsOf('credential.revoked') - before.revoked],
      ([foreign, revoked]) => foreign === 1 && revoked === 1,
    );
  });

  test(`T57: at the end of a token, 3 instances × ${QUERIES} queries make one refresh, and all are answered`, async () => {
    await world.signIn(ADA);
    const before = await providerRequests(world, 'token:refresh_token');
    passTime(UNTIL_REFRESH_MS);
    // So that the refresh is still running when every instance has its queries.
    await orderProviderFault(world, { endpoint: 'token', mode: 'slow', times: 3 });
    const urls = Array.from({ length: QUERIES }, instances).flat();
    const responses = await Promise.all(urls.map((url) => ask(url, ADA, 'wiki')));
    await orderProviderFault(world, {});
    expect(new Set(responses.map(({ type }) => type))).toEqual(new Set(['result']));
    expect(await providerRequests(world, 'token:refresh_token')).toBe(before + 1);
  });

  test('T62: a sign-out on one instance counts on all at once; the tokens are revoked after the provider’s outage', async () => {
    await world.signIn(GRACE);
    await world.signIn(GRACE, { connection: 'handbook' });
    // Each instance has just opened both credentials.
    expect((await askAll(GRACE, 'wiki')).map(({ type }) => type)).toEqual(['result', 'result', 'result']);
    expect((await askAll(GRACE, 'handbook')).map(({ type }) => type)).toEqual(['result', 'result', 'result']);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 1 });
    const before = { revoked: eventsOf('credential.revoked'), failed: eventsOf('credential.revocation_failed') };
    expect(await signOut(String(others[0]?.url), GRACE)).toBe(
      'You are signed out of Contoso wiki and Contoso handbook. Search again to sign in.',
    );
    expect((await askAll(GRACE, 'wiki')).map(({ type }) => type)).toEqual(['auth', 'auth', 'auth']);
    expect((await askAll(GRACE, 'handbook')).map(({ type }) => type)).toEqual(['auth', 'auth', 'auth']);
    // The wiki's and the handbook's. One revocation failed in the outage, and is tried again.
    const revocations = () => [
      eventsOf('credential.revocation_failed') - before.failed,
      eventsOf('credential.revoked') - before.revoked,
    ];
    await eventually(revocations, ([failed, revoked]) => failed === 1 && revoked === 1);
    passTime(BACK_OFF_MS);
    await eventually(revocations, ([failed, revoked]) => failed === 1 && revoked === 2);
    expect(await signOut(world.botUrl, GRACE)).toBe('You are not signed in to any connection.');
  });

  test('T64: a person who signs out during a refresh of their token stays signed out', async () => {
    await world.signIn(LINUS);
    passTime(UNTIL_REFRESH_MS);
    const before = await providerRequests(world, 'token:refresh_token');
    const revoked = eventsOf('credential.revoked');
    await orderProviderFault(world, { endpoint: 'token', mode: 'slow' });
    const requested = askAll(LINUS, 'wiki');
    await eventually(
      () => providerRequests(world, 'token:refresh_token'),
      (count) => count > before,
    );
    await signOut(String(others[1]?.url), LINUS);
    const responses = await requested;
    expect(responses.map(({ type }) => type)).toEqual(['auth', 'auth', 'auth']);
    expect((await askAll(LINUS, 'wiki')).map(({ type }) => type)).toEqual(['auth', 'auth', 'auth']);
    // The tokens of the sign-out, and those that the refresh returned too late.
    await eventually(
      () => eventsOf('credential.revoked') - revoked,
      (count) => count === 2,
    );
  });
}

/** A browser behind our proxy, at its own address: one address could not begin so many sign-ins. */
function fromElsewhere(botUrl: string): AuthClient {
  return new AuthClient(botUrl, undefined, { 'X-Forwarded-For': `10.${randomBytes(3).join('.')}` });
}
