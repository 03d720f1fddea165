import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import Database from 'libsql';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, TENANTS } from '../../../local/people.ts';
import { patient } from '../../support/patience.ts';
import { latchkeyJson } from '../../support/process/cli.ts';
import { describeWithPrlimit } from '../../support/requirements.ts';
import { logMark } from '../../support/world/evidence.ts';
import { outcomeOf } from '../../support/world/outcomes.ts';
import { eventually, startWorld, untilReadiness, type World } from '../../support/world/world.ts';

const STARTS = 20;
/** Far below the time of twenty waits for the lock, one after the other. */
const SEARCHES_WITHIN_MS = 8000;
const MANY = 1500;

let world: World;
let other: Database.Database;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
  other = new Database(world.storePath);
  other.exec('PRAGMA busy_timeout = 5000');
});
afterEach(() => {
  if (other.inTransaction) other.exec('ROLLBACK');
});
afterAll(async () => {
  other?.close();
  await world?.stop();
});

test('T89: a sign-in that meets the lock fails, and continues when the lock ends; then others work as well', async () => {
  const { page, body } = await world.untilCallback(GRACE);
  await untilReadiness(world);
  other.exec('BEGIN IMMEDIATE');
  const refused = await page.post('complete', body);
  expect(outcomeOf(refused)).toBe('503 store.unavailable');
  await untilReadiness(world, 503);
  other.exec('ROLLBACK');
  await untilReadiness(world);
  const response = await page.post('complete', body);
  expect(response.status).toBe(200);
  await world.signIn(LINUS);
  expect((await world.search(LINUS)).type).toBe('result');
  expect(world.rows('links').map(({ object_id }) => object_id)).toContain(LINUS.objectId);
});

test('T89: a signed-in person’s searches do not wait while the file is locked', async () => {
  const ticket = await world.ticket(GRACE, 'handbook');
  other.exec('BEGIN IMMEDIATE');
  const starts = Array.from({ length: STARTS }, () => new AuthClient(world.botUrl).post('start', { ticket }));
  const began = performance.now();
  for (let at = 0; at < 10; at++) expect((await world.search(ADA)).type).toBe('result');
  expect(performance.now() - began).toBeLessThan(patient(SEARCHES_WITHIN_MS));
  const outcomes = new Set((await Promise.all(starts)).map(outcomeOf));
  expect([...outcomes]).toEqual(['503 store.unavailable']);
  other.exec('ROLLBACK');
  await untilReadiness(world);
});

test('T89: while an operator purges a tenant, people sign in', async () => {
  world.sql(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO links
     SELECT ?, 'person-' || i, 'wiki', 'version-' || i, 'demo.' || hex(randomblob(600)), 0 FROM n`,
    MANY,
    TENANTS.fabrikam,
  );
  let isOver = false;
  const purge = latchkeyJson<{ unlinked: number }>(world, ['purge', '--tenant', TENANTS.fabrikam]).finally(() => {
    isOver = true;
  });
  let signedIn = 0;
  do {
    await world.signIn(GRACE, { connection: 'handbook', ticket: await ticketAfterSignOut() });
    signedIn++;
  } while (!isOver);
  expect((await purge).unlinked).toBeGreaterThanOrEqual(MANY);
  expect(signedIn).toBeGreaterThan(0);

  async function ticketAfterSignOut(): Promise<string> {
    world.sql("DELETE FROM links WHERE object_id = ? AND connection_id = 'handbook'", GRACE.objectId);
    return world.ticket(GRACE, 'handbook');
  }
});

describeWithPrlimit('T82: the disk is full', () => {
  const limitFiles = (bytes: number | 'unlimited') =>
    execFileSync('prlimit', ['--pid', String(world.bot.child.pid), `--fsize=${bytes}:unlimited`]);
  afterEach(() => void limitFiles('unlimited'));

  test('T82: searches continue, sign-ins fail, the log names the first cause; the bot recovers without a restart', async () => {
    const ticket = await world.ticket(LINUS, 'handbook');
    await untilReadiness(world);
    const mark = await logMark(world);
    limitFiles(1);
    expect(outcomeOf(await new AuthClient(world.botUrl).post('start', { ticket }))).toBe('503 store.unavailable');
    await untilReadiness(world, 503);
    expect((await world.search(ADA)).type).toBe('result');
    const written = await eventually(
      () => world.bot.output().slice(mark),
      (output) => output.includes('SQLite: SQLITE_IOERR_WRITE'),
    );
    // SQLite has already rolled back by itself. A second rollback fails with this code.
    expect(written).not.toContain('SQLITE_ERROR');
    limitFiles('unlimited');
    await untilReadiness(world);
    await world.signIn(LINUS, { connection: 'handbook' });
  });
});
