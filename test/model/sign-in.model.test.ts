import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { patient } from '../support/patience.ts';
import { type RedisServer, startRedis } from '../support/redis/server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { sized } from '../support/soak.ts';
import { play } from './play.ts';
import { Reality } from './reality.ts';
import { runs, type Step } from './steps.ts';
import { Tally } from './tally.ts';

/* Random interleavings of the steps of sign-ins, against two built bots on one store. Each outcome is compared with
 * those of a correct bot (worlds.ts), and each access token at the wiki is traced to its transaction
 * (provenance.ts).
 * MODEL_SEED and MODEL_PATH, as a failure prints them, repeat a run; MODEL_RUNS is the number of runs;
 * MODEL_SHRINK=0 does not shorten a failure. */

const { MODEL_SEED, MODEL_PATH, MODEL_RUNS, MODEL_SHRINK } = process.env;
// The same seed in every `npm test`, a new one in every soak.
const SEED = MODEL_SEED ? Number(MODEL_SEED) : sized(20_261_122, randomInt(2 ** 31));
const RUNS = Number(MODEL_RUNS ?? sized(12, 50));
/** For runs and for shrinking what fails. Milliseconds. */
const MAX_RUN_MS = patient(sized(240_000, 300_000));

/** What must have happened in few runs, and in many. Otherwise they prove nothing. */
const ALWAYS = ['complete wiki by the asker: done', 'confirm: done', 'search: result', 'kills', 'races'];
const SOMETIMES = [
  'complete wiki by another person: 403 signin.identity_mismatch',
  'complete handbook by another person: confirm',
  'search with their own live code: result',
  'search with a foreign live code: auth',
  'search with their own dead code: auth',
  'search, refused: result',
  'search cut off',
  'complete cut off',
  'signOut: signed out: wiki',
];

function interleave(redis: () => RedisServer | undefined): void {
  let reality: Reality;
  beforeAll(async () => {
    reality = await Reality.start(redis());
  });
  afterAll(() => reality.stop());

  test(
    'T12, T13, T14, T19, T27, T56, T62, T64, T76: no search uses tokens that its asker did not sign in for',
    async () => {
      const tally = new Tally();
      const property = fc.asyncProperty(runs, (steps) => play(reality, steps, tally));
      process.stdout.write(`model: MODEL_SEED=${SEED}, ${RUNS} runs\n`);
      await fc.assert(property, {
        seed: SEED,
        numRuns: RUNS,
        endOnFailure: MODEL_SHRINK === '0',
        ...(MODEL_PATH && { path: MODEL_PATH }),
        plugins: [fc.interruptAfterTimeLimit(MAX_RUN_MS) as fc.Plugin<[Step[]]>],
        reporter: report,
      });
      process.stdout.write(`model: MODEL_SEED=${SEED} held; it had\n${tally}\n`);
      if (MODEL_PATH || RUNS < 25) return;
      const wanted = RUNS < 200 ? ALWAYS : [...ALWAYS, ...SOMETIMES];
      expect(wanted.filter((kind) => tally.of(kind) === 0)).toEqual([]);
    },
    MAX_RUN_MS + 60_000,
  );
}

function report(details: fc.RunDetails<[Step[]]>): void {
  if (!details.failed) return;
  const { seed, counterexamplePath, numRuns, numShrinks, counterexample, errorInstance } = details;
  const how = `MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath}`;
  const steps = fc.stringify(counterexample);
  throw new Error(
    `after ${numRuns} runs, ${numShrinks} times shrunk; again with ${how}\n${(errorInstance as Error | null)?.message}\n${steps}`,
  );
}

describe('random interleavings on one SQLite file', () => interleave(() => undefined));

if (sized(false, true)) {
  describeWithRedis('random interleavings on one Redis', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());
    interleave(() => redis);
  });
}
