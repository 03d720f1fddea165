import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { ADA } from '../../../local/people.ts';
import { searchAt, startAnotherBot } from '../../support/world/another-bot.ts';
import { eventNamesSince, eventNamesUntil, logMark, NO_ROWS, rowCounts } from '../../support/world/evidence.ts';
import { liveSignIns, onceIssued } from '../../support/world/issued-tokens.ts';
import { linkedCredential, setTimeLeft } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { type ConnectionId, eventualResponse } from '../../support/world/world.ts';

const world = useWorld();

/** The answer to a search after the unreleased lease of a refresh has expired. */
const answerAfterLease = async () => (await eventualResponse(world, ADA)).type;

describe('T92: the SQLite file is locked right after the provider issued tokens', () => {
  let lock: Database.Database | undefined;
  afterEach(() => unlock());

  const lockStore = () => {
    lock = new Database(world.storePath);
    lock.exec('BEGIN IMMEDIATE');
  };
  const unlock = () => {
    lock?.close();
    lock = undefined;
  };
  /** Ada's sign-in up to the callback. The bot exchanges its code while the store goes away. */
  const completeWhile = async (connection: ConnectionId, meanwhile: () => unknown) => {
    const { page, body } = await world.untilCallback(ADA, { connection });
    return onceIssued(world, 'authorization_code', () => page.post('complete', body), meanwhile);
  };

  test.each<ConnectionId>(['wiki', 'handbook'])(
    'T92: at %s: the tokens no longer work, and the next sign-in does',
    async (connection) => {
      const before = await liveSignIns(world);
      const mark = await logMark(world);
      const response = await completeWhile(connection, lockStore);
      expect(response.status).toBe(503);
      expect(await liveSignIns(world)).toEqual(before);
      expect(await eventNamesSince(world, mark)).toEqual([
        'signin.started',
        'credential.not_stored',
        'credential.revoked',
      ]);
      unlock();
      await world.signIn(ADA, { connection });
    },
  );

  test('T92: at a refresh: the new tokens no longer work, and the person signs in again', async () => {
    const before = await liveSignIns(world);
    await world.signIn(ADA);
    setTimeLeft(world, ADA, -1);
    const mark = await logMark(world);
    const response = await onceIssued(world, 'refresh_token', () => world.search(ADA), lockStore);
    expect(response.type).toBe('message');
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual([
      'credential.not_stored',
      'credential.revoked',
    ]);
    expect(await liveSignIns(world)).toEqual(before);
    unlock();
    expect(await answerAfterLease()).toBe('auth');
    await world.signIn(ADA);
  });

  test('T92: a lock that ends soon has no effect: the tokens are stored', async () => {
    const mark = await logMark(world);
    const response = await completeWhile('wiki', () => {
      lockStore();
      setTimeout(unlock, 300);
    });
    expect(response.body.next).toBe('done');
    expect(await eventNamesSince(world, mark)).not.toContain('credential.not_stored');
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describe('T76: the bot is killed right after the provider issued tokens', () => {
  async function killOnceIssued(kind: 'authorization_code' | 'refresh_token', ask: (url: string) => Promise<unknown>) {
    const bot = await startAnotherBot(world);
    const exit = once(bot.child, 'exit');
    const kill = () => {
      bot.child.kill('SIGKILL');
      return exit;
    };
    await onceIssued(world, kind, () => ask(bot.url).catch(() => undefined), kill);
  }

  test.each<ConnectionId>(['wiki', 'handbook'])(
    'T76: for a sign-in at %s: no sign-in is under way, and a new one can begin',
    async (connection) => {
      const { page, body } = await world.untilCallback(ADA, { connection });
      await killOnceIssued('authorization_code', (url) => page.post('complete', body, url));
      expect(rowCounts(world)).toEqual(NO_ROWS);
      expect((await page.post('complete', body)).body.code).toBe('transaction.unknown');
      await world.signIn(ADA, { connection });
    },
  );

  test('T76: for a refresh: the link is the one from before, and the person signs in again', async () => {
    await world.signIn(ADA);
    setTimeLeft(world, ADA, -1);
    const before = linkedCredential(world, ADA);
    await killOnceIssued('refresh_token', (url) => searchAt(world, url, ADA));
    expect(linkedCredential(world, ADA)).toEqual(before);
    expect(await answerAfterLease()).toBe('auth');
    await world.signIn(ADA);
  });
});
