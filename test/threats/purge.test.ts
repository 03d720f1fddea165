import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../local/people.ts';
import { latchkey, latchkeyJson } from '../support/cli.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import { linkedCredential } from '../support/opened.ts';
import { patient } from '../support/patience.ts';
import { isHonoured, orderProviderFault } from '../support/provider-view.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { eventually, startWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const ofAda = ['purge', '--tenant', ADA.tenantId, '--user', ADA.objectId];

/** All that the store could keep of somebody: links, something parked, a transaction, a wrong code. */
async function leaveTraces(at: World, person: Person): Promise<void> {
  await at.search(person, { connection: 'handbook', text: 'lakers', state: 'x'.repeat(43) });
  await at.securityCode(person, { connection: 'handbook' });
  await at.untilCallback(person);
  await at.signIn(person);
  await at.signIn(person, { connection: 'handbook' });
}

/** Files of a folder, at any depth, that hold these words. */
function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files.filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

describe('T63: an operator forgets people', () => {
  test('T63: nothing is left that names the person, in any file of the store; their tokens are revoked', async () => {
    await leaveTraces(world, ADA);
    await leaveTraces(world, GRACE);
    const tokens = [linkedCredential(world, ADA), linkedCredential(world, ADA, 'handbook')];
    const folder = dirname(String(world.botEnv.STORE_URL).replace('sqlite:', ''));
    expect(filesWith(folder, ADA.objectId)).not.toEqual([]);
    const purged = await latchkeyJson(world, ofAda);
    expect(purged).toEqual({ unlinked: 2, awaitingRevocation: 0, logScrubbed: true, dryRun: false });
    expect(filesWith(folder, ADA.objectId)).toEqual([]);
    expect(filesWith(folder, GRACE.objectId)).not.toEqual([]);
    expect(await isHonoured(world, 'wiki', tokens[0]?.refreshToken)).toBe(false);
    expect(await isHonoured(world, 'handbook', tokens[1]?.refreshToken)).toBe(false);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('T63: a tenant takes all its people along, and nobody else’s', async () => {
    for (const person of [ADA, GRACE, LINUS]) await world.signIn(person);
    const { code, stdout } = await latchkey(world, ['purge', '--tenant', TENANTS.contoso]);
    expect([code, stdout]).toEqual([0, '2 credentials forgotten.\nNothing of it is left to be revoked.\n']);
    expect(world.rows('links').map(({ object_id }) => object_id)).toEqual([LINUS.objectId]);
  });

  test('T63: what the provider can’t revoke now is said, and kept for the service to try again', async () => {
    await world.signIn(ADA);
    const { refreshToken } = linkedCredential(world, ADA);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 1 });
    expect(await latchkeyJson(world, ofAda)).toMatchObject({ unlinked: 1, awaitingRevocation: 1 });
    expect((await world.search(ADA)).type).toBe('auth');
    await eventually(
      () => isHonoured(world, 'wiki', refreshToken),
      (honoured) => !honoured,
      patient(40_000),
    );
  });

  test('who has not searched for so many days is forgotten; who has, is not', async () => {
    for (const person of [ADA, GRACE]) await world.signIn(person);
    const of = 'WHERE object_id = ?';
    world.sql(`UPDATE links SET used_at = used_at - ? ${of}`, 31 * DAY, ADA.objectId);
    world.sql(`UPDATE links SET used_at = used_at - ? ${of}`, 29 * DAY, GRACE.objectId);
    expect(await latchkeyJson(world, ['purge', '--idle-days', '30', '--dry-run'])).toEqual({
      unlinked: 1,
      dryRun: true,
    });
    expect(rowCounts(world).links).toBe(2);
    expect(await latchkeyJson(world, ['purge', '--idle-days', '30'])).toMatchObject({ unlinked: 1 });
    expect(world.rows('links').map(({ object_id }) => object_id)).toEqual([GRACE.objectId]);
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('a dry run counts, and changes nothing', async () => {
    await leaveTraces(world, ADA);
    const before = rowCounts(world);
    expect(await latchkeyJson(world, [...ofAda, '--dry-run'])).toEqual({ unlinked: 2, dryRun: true });
    expect(rowCounts(world)).toEqual(before);
  });

  test.each([
    ['nobody named', ['purge'], '--tenant <GUID>'],
    ['a user without a tenant', ['purge', '--user', ADA.objectId], '--tenant <GUID>'],
    ['a user by name', ['purge', '--tenant', ADA.tenantId, '--user', 'ada'], 'object id'],
    ['everybody', ['purge', '--tenant', '*'], '--tenant <GUID>'],
    ['idle and a tenant', ['purge', '--idle-days', '3', '--tenant', ADA.tenantId], 'stands alone'],
    ['no days at all', ['purge', '--idle-days', '0'], 'number of days'],
    ['an unknown option', ['purge', '--all'], '--all'],
    ['an option of another command', ['keys', 'rotate', '--tenant', ADA.tenantId], 'takes no --tenant'],
    ['an unknown command', ['keys', 'burn'], 'keys burn'],
  ])('a command line with %s does nothing, and says what is wrong', async (_, args, text) => {
    await world.signIn(ADA);
    const { code, stdout, stderr } = await latchkey(world, args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).toContain('latchkey --help');
    expect(rowCounts(world).links).toBe(1);
  });
});

describe('the rest of the command line', () => {
  test('connections list says how people sign in, where to, and how many have', async () => {
    await world.signIn(ADA);
    const { connections } = await latchkeyJson<{ connections: unknown[] }>(world, ['connections', 'list']);
    expect(connections).toEqual([
      expect.objectContaining({
        id: 'wiki',
        identity: 'proven',
        redirectUris: [`${world.botUrl}/auth/callback/wiki`],
        linked: 1,
      }),
      expect.objectContaining({ id: 'handbook', identity: 'confirmed', linked: 0 }),
    ]);
    const { stdout } = await latchkey(world, ['connections', 'list']);
    expect(stdout).toContain(`${world.botUrl}/auth/callback/handbook`);
    expect(stdout).not.toContain(String(world.botEnv.WIKI_CLIENT_SECRET));
  });

  test('bad settings are named as the service names them; a store that is not there too', async () => {
    const bad = await latchkey(world, ['connections', 'list'], { ENCRYPTION_KEYS: 'nonsense' });
    expect([bad.code, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toContain('ENCRYPTION_KEYS');
    const gone = await latchkey(world, ['connections', 'list'], { STORE_URL: 'redis://127.0.0.1:1' });
    expect([gone.code, gone.stdout]).toEqual([1, '']);
    expect(gone.stderr).toContain('127.0.0.1:1');
  });

  test('--help says what there is', async () => {
    const { code, stdout } = await latchkey(world, ['--help']);
    expect(code).toBe(0);
    for (const text of ['keys rotate', 'purge --tenant', '--idle-days', 'connections list', '--dry-run', '--json']) {
      expect(stdout).toContain(text);
    }
  });
});

describeWithRedis('T63: on Redis', () => {
  test('T63: nothing is left that names the person, in memory or in the append-only file', async () => {
    const redis: RedisServer = await startRedis();
    const onRedis = await startWorld({ botEnv: { STORE_URL: redis.url } });
    await leaveTraces(onRedis, ADA);
    await leaveTraces(onRedis, GRACE);
    const folder = redis.command('config', 'get', 'dir').split('\n')[1] ?? '';
    expect(filesWith(folder, ADA.objectId)).not.toEqual([]);
    const purged = await latchkeyJson(onRedis, ofAda);
    expect(purged).toEqual({ unlinked: 2, awaitingRevocation: 0, logScrubbed: true, dryRun: false });
    expect(redis.command('--scan', '--pattern', `*${ADA.objectId}*`)).toBe('');
    await eventually(
      () => filesWith(folder, ADA.objectId),
      (files) => files.length === 0,
    );
    expect(filesWith(folder, GRACE.objectId)).not.toEqual([]);
    await onRedis.stop();
    await redis.stop();
  });
});
