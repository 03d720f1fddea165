import { beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { isHonoured } from '../../support/provider/provider-view.ts';
import { eventsSince, logMark } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { eventually } from '../../support/world/world.ts';

const world = useWorld();
beforeEach(() => world.sql('DELETE FROM damaged'));

/** Invalid UTF-8 in a text column, as after one flipped bit. */
const NO_TEXT = "CAST(x'64c16d6f' AS TEXT)";

const setAside = () => world.rows('damaged').map(({ kind }) => kind);

describe('T94: a damaged row of the SQLite store', () => {
  test('T94: a damaged link is set aside: its owner signs in again, and other people are not affected', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    const mark = await logMark(world);
    world.sql(`UPDATE links SET sealed = ${NO_TEXT} WHERE object_id = ?`, ADA.objectId);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('result');
    const reported = await eventually(
      async () => (await eventsSince(world, mark)).filter(({ event }) => event === 'record.damaged'),
      (events) => events.length > 0,
    );
    expect(reported.map(({ reason }) => reason)).toEqual(['link']);
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
    expect(setAside()).not.toContain('link');
  });

  test('T94: damaged entries of the queue do not stop the revocation of the others', async () => {
    await world.signIn(GRACE);
    const { refreshToken } = linkedCredential(world, GRACE);
    for (let at = 0; at < 20; at++) {
      world.sql("INSERT INTO revocations VALUES (?, 'x', 'y', 'wiki', x'00', 0, 'long ago')", `damaged-${at}`);
      world.sql(`INSERT INTO revocations VALUES (?, ${NO_TEXT}, 'y', 'wiki', 'sealed', 0, 0)`, `ownerless-${at}`);
    }
    const ofGrace = ['purge', '--tenant', GRACE.tenantId, '--user', GRACE.objectId];
    expect(await latchkeyJson(world, ofGrace)).toMatchObject({ unlinked: 1, awaitingRevocation: 0 });
    expect(await isHonoured(world, 'wiki', refreshToken)).toBe(false);
    expect(setAside()).toEqual(Array(40).fill('revocation'));
  });

  test('T94: a damaged transaction counts as none, and the next sign-in works', async () => {
    const { page, body } = await world.untilCallback(ADA);
    world.sql("UPDATE transactions SET expires_at = 'never'");
    expect((await page.post('complete', body)).body.code).toBe('transaction.unknown');
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    world.sql(`UPDATE parked SET version = ${NO_TEXT}`);
    expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    expect(setAside()).toContain('pending credential');
    await world.signIn(ADA, { connection: 'handbook' });
  });
});
