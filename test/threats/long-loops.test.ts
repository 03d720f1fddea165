import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sealCredential } from '../../bot/sign-in/credentials/vault.ts';
import { ADA } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import { forgetAll } from '../support/evidence.ts';
import { vaultOf } from '../support/opened.ts';
import { sized } from '../support/soak.ts';
import { inDatabase, startWorld, type World } from '../support/world.ts';

/** As many as one run works off, or what the threat names. */
const ENTRIES = sized(1_000, 20_000);
/** How much longer than before the event loop may be held up. A machine that is busy with other tests needs more. */
const MAX_DELAY_MS = sized(250, 100);
const IDLE_MS = 2_000;

let world: World;
let metricsUrl: string;
beforeAll(async () => {
  const [port] = await freePorts(1);
  world = await startWorld({ botEnv: { METRICS_PORT: String(port) } });
  metricsUrl = `http://localhost:${port}/metrics`;
});
beforeEach(() => forgetAll(world));
afterAll(() => world?.stop());

/** The longest time that the event loop was held up since this was asked last. Milliseconds. */
async function longestDelay(): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (.+)$/m.exec(text)?.[1]) * 1_000;
}

/** The longest delay until `isDone`. */
async function delayUntil(isDone: () => boolean): Promise<number> {
  let longest = 0;
  do {
    await wait(100);
    longest = Math.max(longest, await longestDelay());
  } while (!isDone());
  return longest;
}

async function delayWhileIdle(): Promise<number> {
  await longestDelay();
  const end = performance.now() + IDLE_MS;
  return delayUntil(() => performance.now() > end);
}

/** Runs SQL on the store's file for each of so many versions, all in one commit. */
function seed(statement: string, valuesOf: (version: string) => (string | number)[]): void {
  inDatabase(String(world.botEnv.STORE_URL).replace('sqlite:', ''), (db) => {
    const insert = db.prepare(statement);
    db.exec('BEGIN IMMEDIATE');
    for (let at = 0; at < ENTRIES; at++) insert.run(...valuesOf(`version-${at}`));
    db.exec('COMMIT');
  });
}

const count = (from: string) =>
  inDatabase(String(world.botEnv.STORE_URL).replace('sqlite:', ''), (db) => {
    const [row] = db.prepare(`SELECT count(*) AS count FROM ${from}`).all() as { count: number }[];
    return row?.count;
  });

const asker = { tenantId: ADA.tenantId, objectId: ADA.objectId };
const sealedFor = (version: string, connectionId: string): string => {
  const credential = { accessToken: 'a', scope: '', issuer: 'https://gone.example', account: { name: 'Ada' } };
  return sealCredential(vaultOf(world), { asker, connectionId }, version, credential);
};

interface Loop {
  name: string;
  statement: string;
  valuesOf: (version: string) => (string | number)[];
  /** The rows that are still to be worked off. */
  left: string;
}

const QUEUED = 'INSERT INTO revocations VALUES (?, ?, ?, ?, ?, 0, 0)';
const owner = (connectionId: string) => [ADA.tenantId, ADA.objectId, connectionId];

describe('T95: the event loop is held up for no longer than before', () => {
  test.each<Loop>([
    {
      name: 'revocations of a connection that is not configured any more',
      statement: QUEUED,
      valuesOf: (version) => [version, ...owner('gone'), sealedFor(version, 'gone')],
      left: 'revocations WHERE attempts = 0',
    },
    {
      name: 'revocations of another issuer, to which nothing is sent',
      statement: QUEUED,
      valuesOf: (version) => [version, ...owner('wiki'), sealedFor(version, 'wiki')],
      left: 'revocations',
    },
    {
      name: 'revocations whose content does not open',
      statement: QUEUED,
      valuesOf: (version) => [version, ...owner('wiki'), `${sealedFor('another', 'wiki')}`],
      left: 'revocations',
    },
    {
      name: 'pending credentials that have expired',
      statement: 'INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, 0, 1)',
      valuesOf: (version) => [`hash of ${version}`, ...owner('wiki'), version, sealedFor(version, 'wiki')],
      left: 'parked',
    },
  ])(
    'T95: while $name are worked off',
    async ({ statement, valuesOf, left }) => {
      const before = await delayWhileIdle();
      seed(statement, valuesOf);
      const during = await delayUntil(() => count(left) === 0);
      expect(during).toBeLessThan(before + MAX_DELAY_MS);
    },
    sized(90_000, 600_000),
  );
});
