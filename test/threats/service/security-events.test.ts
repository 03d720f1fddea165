import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { signOut } from '../../support/teams/actions.ts';
import { searchAt, withAnotherBot, worldAt } from '../../support/world/another-bot.ts';
import { eventNamesSince, eventNamesUntil, eventsSince, logMark } from '../../support/world/evidence.ts';
import { useWorld } from '../../support/world/use-world.ts';

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
  const world = useWorld();

  test('T73: a person signs out: credential.signed_out, then credential.revoked', async () => {
    await world.signIn(ADA);
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    const names = await eventNamesUntil(world, mark, 'credential.revoked');
    expect(names).toEqual(['credential.signed_out', 'credential.revoked']);
  });

  test('T73: the key of a row is not in the ring: credential.key_missing', async () => {
    await world.signIn(ADA);
    const otherKey = { ENCRYPTION_KEYS: `other:${randomBytes(32).toString('base64')}` };
    await withAnotherBot(world, otherKey, async (bot) => {
      expect(await searchAt(world, bot.url, ADA)).toBe('auth');
      const events = await eventsSince(worldAt(world, bot), 0);
      expect(events).toContainEqual(expect.objectContaining({ event: 'credential.key_missing', connection: 'wiki' }));
    });
  });

  test('T73: every event of this file is in the vocabulary', async () => {
    const logged = new Set(await eventNamesSince(world, 0));
    expect([...logged].filter((event) => !VOCABULARY.includes(event))).toEqual([]);
    expect(logged.size).toBeGreaterThan(3);
  });
});
