import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../../local/people.ts';
import { logLines } from '../../support/process/log.ts';
import { signOut } from '../../support/teams/actions.ts';
import { type AnotherBot, searchAt, startAnotherBot } from '../../support/world/another-bot.ts';
import { eventNamesUntil, forgetAll, type LoggedEvent, logMark } from '../../support/world/evidence.ts';
import { eventually, startWorld, type World } from '../../support/world/world.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const VOCABULARY = [...read('bot/sign-in/audit/security-events.ts').matchAll(/^ {2}\| '([a-z_.]+)'/gm)].map(
  ([, event = '']) => event,
);

/** Tests over HTTP and their helpers see most of them. */
const TESTS = ['test/threats', 'test/support'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(folder, file))),
);

test('T73: tests over HTTP see each event of the vocabulary', () => {
  expect(VOCABULARY.length).toBeGreaterThan(20);
  expect(VOCABULARY.filter((event) => !TESTS.some((test) => test.includes(`'${event}'`)))).toEqual([]);
});

describe('logged events', () => {
  let world: World;
  let bot: AnotherBot | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-events-'));
  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => forgetAll(world));
  afterEach(async () => {
    await bot?.stop();
    bot = undefined;
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const eventsOf = (output: string) =>
    logLines(output).filter(({ event }) => event !== undefined) as never as LoggedEvent[];
  const eventOf = (running: AnotherBot, name: string) =>
    eventually(
      () => eventsOf(running.output()).find(({ event }) => event === name),
      (found) => found !== undefined,
    );

  test('T73: a person signs out: credential.signed_out, then credential.revoked', async () => {
    await world.signIn(ADA);
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    const names = await eventNamesUntil(world, mark, 'credential.revoked');
    expect(names).toEqual(['credential.signed_out', 'credential.revoked']);
  });

  test('T73: the key of a row is not in the ring: credential.key_missing', async () => {
    await world.signIn(ADA);
    bot = await startAnotherBot(world, { ENCRYPTION_KEYS: `other:${randomBytes(32).toString('base64')}` });
    expect(await searchAt(world, bot.url, ADA)).toBe('auth');
    expect(await eventOf(bot, 'credential.key_missing')).toMatchObject({ connection: 'wiki' });
  });

  test('T73: a credential of another issuer: credential.revocation_unsupported', async () => {
    await world.signIn(GRACE, { connection: 'handbook' });
    const changed = join(folder, 'connections.json');
    writeFileSync(changed, read('local/connections.json').replace('/plain"', '/plain-later"'));
    // The first bot would revoke it.
    await world.bot.stop();
    bot = await startAnotherBot(world, { CONNECTIONS_FILE: changed });
    await signOut(world.connector, bot.url, GRACE);
    expect(await eventOf(bot, 'credential.revocation_unsupported')).toMatchObject({ connection: 'handbook' });
  });

  test('T73: every event of this file is in the vocabulary', () => {
    const logged = new Set(eventsOf(world.bot.output()).map(({ event }) => event));
    expect([...logged].filter((event) => !VOCABULARY.includes(event))).toEqual([]);
    expect(logged.size).toBeGreaterThan(3);
  });
});
