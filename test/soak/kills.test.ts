import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { newPerson } from '../support/network/crowd.ts';
import { patient } from '../support/patience.ts';
import { type Clock, createClock } from '../support/process/clock.ts';
import { type RedisServer, startRedis } from '../support/redis/server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { sized } from '../support/soak.ts';
import { Instances } from '../support/world/instances.ts';
import { liveSignIns } from '../support/world/issued-tokens.ts';
import { eventually, startWorld, type World } from '../support/world/world.ts';
import { Evidence } from './evidence.ts';
import { type Faults, RedisFaults, SqliteFaults } from './faults.ts';
import { Random } from './random.ts';
import { Soak } from './soak.ts';
import { SoakUser } from './soak-user.ts';
import { wordOf } from './words.ts';

/* Users search, sign in and out and try each other's codes at two bots on one store, while bots and store are
 * killed.
 * SOAK_SEED, as a run prints it, repeats its choices; SOAK_KILLS is the number of kills. */

const { SOAK_SEED, SOAK_KILLS } = process.env;
// The same choices in every `npm test`, new ones in every soak.
const SEED = SOAK_SEED ? Number(SOAK_SEED) : sized(20_261_129, randomInt(2 ** 31));
const KILLS = Number(SOAK_KILLS ?? sized(6, 200));
/** Seconds that an access token lives. The bot refreshes it in its last 60. */
const ACCESS_TOKEN_TTL = '63';
const WIKI_USERS = [ADA, GRACE, LINUS];
const HANDBOOK_USERS = 4;
const USERS_AT_WORK = WIKI_USERS.length + HANDBOOK_USERS;
/** Between two actions of a user, and between two kills. Milliseconds. */
const THINKING_MS = [30, 180] as const;
const CALM_MS = [0, 300] as const;
/** How many queries are answered between two kills. */
const ANSWERS = [2, 20] as const;
/** Ends codes, leases and waits between tries, so that no later step is left. Milliseconds. */
const LATER_MS = 20 * 60_000;
/** The next sweep revokes the queue at the latest. Milliseconds. */
const DRAIN_MS = sized(30_000, 60_000);
/** A busy machine makes fewer kills in this time, and does not fail. */
const KILLING_MS = sized(45_000, 900_000);

interface Store {
  env: Record<string, string>;
  faults(instances: Instances, random: Random, world: World): Faults;
}

function killUnderLoad(store: () => Store): void {
  let clock: Clock;
  let world: World;
  let instances: Instances;
  let faults: Faults;
  const random = new Random(SEED);

  beforeAll(async () => {
    clock = createClock();
    world = await startWorld({ botEnv: { ...clock.env, ...store().env }, identityProviderEnv: { ACCESS_TOKEN_TTL } });
    instances = await Instances.start(world);
    faults = store().faults(instances, random.fork(), world);
  });
  afterAll(async () => {
    await faults?.close();
    await instances?.stop();
    await world?.stop();
    clock.close();
  });

  test(
    `T76, T77, T79, T89: after ${KILLS} kills under load: acknowledged links exist, no code works twice or for another person, tokens without a link are revoked, and users who did not sign out are signed in`,
    async () => {
      process.stdout.write(`soak: SOAK_SEED=${SEED}, ${KILLS} kills\n`);
      const began = Date.now();
      const soak = new Soak({ world, instances, faults, evidence: new Evidence(world) });
      const users = await load(soak, random, async () => {
        while (faults.made.length < KILLS && Date.now() - began < KILLING_MS) {
          // A busy machine must not spend the run on bots that are all starting.
          if (random.next() < 0.8) await instances.healed();
          const before = soak.answered;
          const responses = random.between(...ANSWERS);
          await eventually(
            () => soak.answered - before,
            (answered) => answered >= responses,
            patient(60_000),
          );
          await wait(random.between(...CALM_MS));
          await faults.strike();
          await soak.evidence.read();
        }
        await instances.healed();
      });
      const killed = Date.now();
      await finish(soak, users, clock);
      const violations = [...soak.violations, ...soak.evidence.violations];
      const [minutes, end] = [killed - began, Date.now() - killed].map((ms) => (ms / 60_000).toFixed(1));
      const made = JSON.stringify(faults.counts());
      process.stdout.write(
        `soak: SOAK_SEED=${SEED}: ${made}, ${users.length} users, ${soak.evidence.issued} tokens, ${soak.cutExchanges().size} exchanges cut off, ${minutes} minutes of kills and ${end} until all was drained, ${violations.length} violations\n${soak.counts}\n`,
      );
      if (violations.length > 0)
        process.stdout.write(`${JSON.stringify(faults.made)}\n${historyOf(violations, users)}`);
      expect(violations).toEqual([]);
      expect(soak.cutExchanges().size).toBeLessThanOrEqual((faults.counts().bot ?? 0) * USERS_AT_WORK);
      // Otherwise the run proved nothing.
      expect(soak.counts.of('acknowledged links')).toBeGreaterThan(faults.made.length / 2);
      expect(soak.counts.of('sign-out: done')).toBeGreaterThan(0);
    },
    patient(KILLING_MS + 240_000),
  );
}

/** What the users did whom a violation names. */
function historyOf(violations: readonly string[], users: readonly SoakUser[]): string {
  const named = users.filter(({ name }) => violations.some((violation) => violation.includes(name)));
  return named.map(({ name, steps }) => `${name}\n  ${steps.join('\n  ')}\n`).join('');
}

/** Users at work until `during` is over. @returns all users */
async function load(soak: Soak, random: Random, during: () => Promise<void>): Promise<SoakUser[]> {
  const users: SoakUser[] = [];
  let over = false;
  const user = (person: Person, connection: 'wiki' | 'handbook') => {
    const [name, word] = [`user ${users.length} of ${connection}`, wordOf(users.length)];
    const made = new SoakUser({ soak, random: random.fork(), name, person, connection, word });
    users.push(made);
    return made;
  };
  const live = async (next: () => SoakUser, thinking: Random) => {
    let current = next();
    while (!over) {
      await current.act();
      if (current.retired) current = next();
      await wait(thinking.between(...THINKING_MS));
    }
  };
  const working = [
    ...WIKI_USERS.map((person) => live(() => user(person, 'wiki'), random.fork())),
    ...Array.from({ length: HANDBOOK_USERS }, () => live(() => user(newPerson(), 'handbook'), random.fork())),
  ];
  await during();
  over = true;
  await Promise.all(working);
  return users;
}

/** The conditions once all processes run again. */
async function finish(soak: Soak, users: readonly SoakUser[], clock: Clock): Promise<void> {
  const { evidence, instances } = soak;
  for (const user of users) await user.settle(instances.urls);
  // Refreshes every link: the provider must still accept the bot's tokens.
  clock.ahead(LATER_MS);
  for (const user of users) await user.settle(instances.urls);
  await evidence.read();
  const signedIn = users.filter(({ state }) => state === 'signed in');
  const living = signedIn.map(({ name }) => evidence.lastUsed(name) ?? '');
  const cut = soak.cutExchanges();
  const unaccounted = async () => {
    const live = await liveSignIns(soak.world);
    return live.filter((nonce) => !living.includes(nonce) && !cut.has(nonce));
  };
  await eventually(unaccounted, (left) => left.length === 0, DRAIN_MS).catch(() => undefined);
  for (const nonce of await unaccounted()) {
    soak.violation(`a token of ${evidence.historyOf(nonce)} is not revoked, and in no link`);
  }
  const live = await liveSignIns(soak.world);
  for (const { name } of signedIn) {
    if (!live.includes(evidence.lastUsed(name) ?? ''))
      soak.violation(`${name} is signed in with a token that was revoked`);
  }
}

describe('two bots on one SQLite file', () =>
  killUnderLoad(() => ({
    env: {},
    faults: (instances, random, world) => new SqliteFaults(instances, random, world.storePath),
  })));

describeWithRedis('two bots on one Redis that flushes every write', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  killUnderLoad(() => ({
    env: { STORE_URL: redis.url },
    faults: (instances, random) => new RedisFaults(instances, random, redis),
  }));
});
