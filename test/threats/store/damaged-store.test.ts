import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { isHonoured } from '../../support/provider/provider-view.ts';
import { startAnotherBot } from '../../support/world/another-bot.ts';
import { eventsSince, forgetAll, logMark } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => {
  forgetAll(world);
  world.sql('DELETE FROM damaged');
});
afterAll(() => world?.stop());

/** Invalid UTF-8 in a text column, as after one flipped bit. */
const NO_TEXT = "CAST(x'64c16d6f' AS TEXT)";

const damagedSince = async (mark: number) =>
  (await eventsSince(world, mark)).filter(({ event }) => event === 'record.damaged').map(({ reason }) => reason);

describe('T94: a damaged row of the SQLite store', () => {
  test('T94: a damaged link is set aside: its owner signs in again, and other people are not affected', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    const mark = await logMark(world);
    world.sql(`UPDATE links SET sealed = ${NO_TEXT} WHERE object_id = ?`, ADA.objectId);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('result');
    const reported = await eventually(
      () => damagedSince(mark),
      (reasons) => reasons.length > 0,
    );
    expect(reported).toEqual(['link']);
    await world.signIn(ADA);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T94: a damaged link stops neither a sign-out and sign-in nor the rotation of keys nor a purge', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    world.sql("UPDATE links SET version = x'00', used_at = 'never' WHERE object_id = ?", ADA.objectId);
    expect((await latchkey(world, ['keys', 'rotate'])).code).toBe(0);
    expect(world.rows('links').map(({ object_id }) => object_id)).toEqual([GRACE.objectId]);
    world.sql(`UPDATE links SET sealed = ${NO_TEXT} WHERE object_id = ?`, GRACE.objectId);
    expect((await latchkey(world, ['purge', '--tenant', GRACE.tenantId])).code).toBe(0);
    expect(world.rows('links')).toEqual([]);
    expect(world.rows('damaged').filter(({ kind }) => kind === 'link')).toEqual([]);
  });

  test('T94: damaged entries of the queue do not stop the revocation of the others', async () => {
    await world.signIn(GRACE);
    const { refreshToken } = linkedCredential(world, GRACE);
    for (let at = 0; at < 20; at++) {
      world.sql("INSERT INTO revocations VALUES (?, 'x', 'y', 'wiki', x'00', 0, 'long ago')", `damaged-${at}`);
      world.sql(`INSERT INTO revocations VALUES (?, ${NO_TEXT}, 'y', 'wiki', 'sealed', 0, 0)`, `ownerless-${at}`);
    }
    const mark = await logMark(world);
    const ofGrace = ['purge', '--tenant', GRACE.tenantId, '--user', GRACE.objectId];
    expect(await latchkeyJson(world, ofGrace)).toMatchObject({ unlinked: 1, awaitingRevocation: 0 });
    expect(await isHonoured(world, 'wiki', refreshToken)).toBe(false);
    const reported = await eventually(
      () => damagedSince(mark),
      (reasons) => reasons.length >= 40,
    ).catch(() => world.rows('damaged').map(({ kind }) => kind));
    expect(reported).toEqual(Array.from({ length: 40 }, () => 'revocation'));
  });

  test('T94: a damaged transaction counts as none, and the next sign-in works', async () => {
    const { page, body } = await world.untilCallback(ADA);
    world.sql("UPDATE transactions SET expires_at = 'never'");
    expect((await page.post('complete', body)).body.code).toBe('transaction.unknown');
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    world.sql(`UPDATE parked SET version = ${NO_TEXT}`);
    expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    expect(world.rows('damaged').map(({ kind }) => kind)).toEqual(expect.arrayContaining(['pending credential']));
    await world.signIn(ADA, { connection: 'handbook' });
  });
});

test('T85: a file that is no database is refused at the start, by its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-no-database-'));
  const file = join(folder, 'store.db');
  writeFileSync(file, 'This is no database. '.repeat(500));
  const start = startAnotherBot(world, { STORE_URL: `sqlite:${file}` });
  await expect(start).rejects.toThrow(/The SQLite store \S+store\.db cannot be used: file is not a database/);
  rmSync(folder, { recursive: true });
});
