import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person, TENANTS } from '../../../local/people.ts';
import { inParallel } from '../../support/network/crowd.ts';
import { latchkey, latchkeyJson } from '../../support/process/cli.ts';
import { QUICK_SWEEP } from '../../support/process/quick-sweep.ts';
import { isHonoured, orderProviderFault } from '../../support/provider/provider-view.ts';
import { describeWithRedis } from '../../support/requirements.ts';
import { signOut } from '../../support/teams/actions.ts';
import { type AnotherBot, searchAt, startAnotherBot, withAnotherBot } from '../../support/world/another-bot.ts';
import { rowCounts } from '../../support/world/evidence.ts';
import { linkedCredential } from '../../support/world/opened.ts';
import { useRedisWorld, useWorld } from '../../support/world/use-world.ts';
import { eventually, type World } from '../../support/world/world.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];
/** The first step of a rotation: every instance can open values sealed with the new key. */
const OLD_FIRST = { ENCRYPTION_KEYS: `${OLD},${NEW}` };
const ROTATED = { ENCRYPTION_KEYS: `${NEW},${OLD}` };
const NEW_ALONE = { ENCRYPTION_KEYS: NEW };
const DAY = 86_400_000;
const PURGE_ADA = ['purge', '--tenant', ADA.tenantId, '--user', ADA.objectId];
/** Parallel commands. Each loads the whole bot. */
const AT_ONCE = 2;

interface Rotation {
  key: string;
  current: number;
  resealed: number;
  changed: number;
  unreadable: number;
  found: Record<string, number>;
}

const world = useWorld({ botEnv: OLD_FIRST });

const kids = () => world.rows('links').map(({ sealed }) => String(sealed).split('.')[0]);
const owners = () => world.rows('links').map(({ object_id }) => object_id);
/** Makes a failed revocation due now, which otherwise is due in five seconds. */
const revokedAtOnce = async (refreshToken: string | undefined) => {
  world.sql('UPDATE revocations SET due_at = 0');
  await eventually(
    () => isHonoured(world, 'wiki', refreshToken),
    (honoured) => !honoured,
  );
};

/** All kinds of rows about a person: links, a parked credential, a transaction, a wrong code. */
async function leaveTraces(at: World, person: Person): Promise<void> {
  await at.search(person, { connection: 'handbook', text: 'lakers', state: 'x'.repeat(43) });
  await at.securityCode(person, { connection: 'handbook' });
  await at.untilCallback(person);
  await at.signIn(person);
  await at.signIn(person, { connection: 'handbook' });
}

/** Files in a folder, at any depth, that contain this text. */
function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return files.filter((file) => contains(file, text));
}

/** Redis may replace a file of its log meanwhile. */
function contains(file: string, text: string): boolean {
  try {
    return statSync(file).isFile() && readFileSync(file).includes(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

describe('T60: a key is rotated', () => {
  let rotated: AnotherBot;
  beforeAll(async () => {
    rotated = await startAnotherBot(world, ROTATED);
  });
  afterAll(() => rotated?.stop());

  /** Not for longer: its sweep gives up a revocation that it cannot open. */
  const withNewAlone = (use: (bot: AnotherBot) => Promise<void>) =>
    withAnotherBot(world, { ...NEW_ALONE, NODE_OPTIONS: QUICK_SWEEP }, use);

  test('T60: by command, under load, on two instances: every query is answered, and the old key is no longer needed', async () => {
    for (const person of [ADA, GRACE, LINUS]) await world.signIn(person);
    await world.signIn(ADA, { connection: 'handbook' });
    const responses: string[] = [];
    let done = false;
    const asking = [ADA, GRACE, LINUS].flatMap((person) =>
      [world.botUrl, rotated.url].map(async (url) => {
        while (!done) responses.push(await searchAt(world, url, person));
      }),
    );
    const rotation = await latchkeyJson<Rotation>(world, ['keys', 'rotate'], ROTATED);
    const after = responses.length;
    await eventually(
      () => responses.length,
      (count) => count > after + 20,
    );
    done = true;
    await Promise.all(asking);
    expect(rotation).toMatchObject({ key: 'new', resealed: 4, changed: 0, unreadable: 0, found: { old: 4 } });
    expect(new Set(responses)).toEqual(new Set(['result']));
    expect(kids()).toEqual(['new', 'new', 'new', 'new']);
    await withNewAlone(async ({ url }) => {
      for (const person of [ADA, GRACE, LINUS]) expect(await searchAt(world, url, person)).toBe('result');
    });
  });

  test('T60: lazily: a search seals a credential again, a day after the last time', async () => {
    await world.signIn(ADA);
    const before = world.rows('links');
    expect(await searchAt(world, rotated.url, ADA)).toBe('result');
    expect(world.rows('links')).toEqual(before);
    world.sql('UPDATE links SET used_at = used_at - ?', DAY + 1000);
    const searched = Date.now();
    expect(await searchAt(world, rotated.url, ADA)).toBe('result');
    expect(kids()).toEqual(['new']);
    const [row] = world.rows('links');
    expect(row?.version).toBe(before[0]?.version);
    expect(Number(row?.used_at)).toBeGreaterThanOrEqual(searched);
    // An instance that was not restarted yet still opens it.
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T60: the queue of revocations is sealed again too, and its tokens are revoked with the new key alone', async () => {
    await world.signIn(ADA);
    const { refreshToken } = linkedCredential(world, ADA);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 1 });
    await signOut(world.connector, world.botUrl, ADA);
    await eventually(
      () => world.rows('revocations').map(({ attempts }) => attempts),
      (attempts) => attempts[0] === 1,
    );
    // Until it is sealed again, no instance may try it.
    world.sql('UPDATE revocations SET due_at = due_at + ?', DAY);
    const rotation = await latchkeyJson<Rotation>(world, ['keys', 'rotate'], ROTATED);
    expect(rotation).toMatchObject({ resealed: 1, found: { old: 1 } });
    expect(await latchkeyJson(world, ['keys', 'rotate'], NEW_ALONE)).toMatchObject({ current: 1, unreadable: 0 });
    await withNewAlone(() => revokedAtOnce(refreshToken));
  });

  test('T60: people of a lost key sign in again; the command says how many, and does not change their rows', async () => {
    await world.signIn(ADA);
    await world.signIn(GRACE);
    const before = world.rows('links');
    const response = await latchkey(world, ['keys', 'rotate'], NEW_ALONE);
    expect(response).toMatchObject({ code: 0, stdout: expect.stringContaining('2 credentials cannot be opened') });
    expect(world.rows('links')).toEqual(before);
    await withNewAlone(async ({ url }) => expect(await searchAt(world, url, ADA)).toBe('auth'));
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('a dry run counts and changes no row; both runs say that each instance must have the key first', async () => {
    await world.signIn(ADA);
    const before = world.rows('links');
    const dry = ['keys', 'rotate', '--dry-run'];
    const [json, text] = await Promise.all([latchkeyJson(world, dry, ROTATED), latchkey(world, dry, ROTATED)]);
    expect(json).toMatchObject({ resealed: 1, found: { old: 1 }, dryRun: true });
    expect(text.stdout).toMatch(
      /Before you run this without --dry-run, start each instance with \w+ among its ENCRYPTION_KEYS\./,
    );
    expect(world.rows('links')).toEqual(before);
    const { stdout } = await latchkey(world, ['keys', 'rotate'], ROTATED);
    expect(stdout).toMatch(
      /Each instance must have (\w+) among its ENCRYPTION_KEYS\. .* This command cannot check that\./,
    );
  });
});

describe('T63: an operator purges people', () => {
  test('T63: no file of the store contains the person’s id; their tokens are revoked', async () => {
    await leaveTraces(world, ADA);
    await leaveTraces(world, GRACE);
    const tokens = [linkedCredential(world, ADA), linkedCredential(world, ADA, 'handbook')];
    const folder = dirname(world.storePath);
    expect(filesWith(folder, ADA.objectId)).not.toEqual([]);
    const purged = await latchkeyJson(world, PURGE_ADA);
    expect(purged).toEqual({ unlinked: 2, awaitingRevocation: 0, logScrubbed: true, dryRun: false });
    expect(filesWith(folder, ADA.objectId)).toEqual([]);
    expect(filesWith(folder, GRACE.objectId)).not.toEqual([]);
    expect(await isHonoured(world, 'wiki', tokens[0]?.refreshToken)).toBe(false);
    expect(await isHonoured(world, 'handbook', tokens[1]?.refreshToken)).toBe(false);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('T63: a purge of a tenant deletes all its people, and no others', async () => {
    for (const person of [ADA, GRACE, LINUS]) await world.signIn(person);
    const { code, stdout } = await latchkey(world, ['purge', '--tenant', TENANTS.contoso]);
    expect([code, stdout]).toEqual([0, '2 credentials forgotten.\nNo credential is left to revoke.\n']);
    expect(owners()).toEqual([LINUS.objectId]);
  });

  test('T63: the command reports a failed revocation, and the service tries it again later', async () => {
    await world.signIn(ADA);
    const { refreshToken } = linkedCredential(world, ADA);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 1 });
    expect(await latchkeyJson(world, PURGE_ADA)).toMatchObject({ unlinked: 1, awaitingRevocation: 1 });
    expect((await world.search(ADA)).type).toBe('auth');
    await revokedAtOnce(refreshToken);
  });

  test('people who have not searched for that many days are deleted, and no others', async () => {
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
    expect(owners()).toEqual([GRACE.objectId]);
    expect((await world.search(GRACE)).type).toBe('result');
  });

  test('a dry run counts, and changes no row', async () => {
    await leaveTraces(world, ADA);
    const before = rowCounts(world);
    expect(await latchkeyJson(world, [...PURGE_ADA, '--dry-run'])).toEqual({ unlinked: 2, dryRun: true });
    expect(rowCounts(world)).toEqual(before);
  });

  test('an invalid command line changes no row, and the command says what is wrong', async () => {
    await world.signIn(ADA);
    const wrong: [args: string[], text: string][] = [
      [['purge'], '--tenant <GUID>'],
      [['purge', '--user', ADA.objectId], '--tenant <GUID>'],
      [['purge', '--tenant', ADA.tenantId, '--user', 'ada'], 'object id'],
      [['purge', '--tenant', '*'], '--tenant <GUID>'],
      [['purge', '--idle-days', '3', '--tenant', ADA.tenantId], 'cannot be used with'],
      [['purge', '--idle-days', '0'], 'number of days'],
      [['purge', '--all'], '--all'],
      [['keys', 'rotate', '--tenant', ADA.tenantId], 'does not accept --tenant'],
      [['keys', 'burn'], 'keys burn'],
    ];
    const results = await inParallel(wrong, AT_ONCE, ([args]) => latchkey(world, args));
    for (const [at, [args, text]] of wrong.entries()) {
      expect({ args, ...results[at] }).toEqual({ args, code: 2, stdout: '', stderr: expect.stringContaining(text) });
      expect(results[at]?.stderr).toContain('latchkey --help');
    }
    expect(rowCounts(world).links).toBe(1);
  });
});

describe('the rest of the command line', () => {
  test('connections list shows how people sign in, where, and how many have', async () => {
    await world.signIn(ADA);
    const list = ['connections', 'list'];
    const [{ connections }, { stdout }] = await Promise.all([
      latchkeyJson<{ connections: unknown[] }>(world, list),
      latchkey(world, list),
    ]);
    expect(connections).toEqual([
      expect.objectContaining({
        id: 'wiki',
        identity: 'proven',
        redirectUris: [`${world.botUrl}/auth/callback/wiki`],
        linked: 1,
      }),
      expect.objectContaining({ id: 'handbook', identity: 'confirmed', linked: 0 }),
    ]);
    expect(stdout).toContain(`${world.botUrl}/auth/callback/handbook`);
    expect(stdout).not.toContain(String(world.botEnv.WIKI_CLIENT_SECRET));
  });

  test('the command line names invalid settings like the service, and a missing store too', async () => {
    const [bad, gone] = await Promise.all(
      [{ ENCRYPTION_KEYS: 'nonsense' }, { STORE_URL: 'redis://127.0.0.1:1' }].map((change) =>
        latchkey(world, ['connections', 'list'], change),
      ),
    );
    expect([bad?.code, bad?.stdout]).toEqual([1, '']);
    expect(bad?.stderr).toContain('ENCRYPTION_KEYS');
    expect([gone?.code, gone?.stdout]).toEqual([1, '']);
    expect(gone?.stderr).toContain('127.0.0.1:1');
  });

  test('--help lists the commands', async () => {
    const { code, stdout } = await latchkey(world, ['--help']);
    expect(code).toBe(0);
    for (const text of ['keys rotate', 'purge --tenant', '--idle-days', 'connections list', '--dry-run', '--json']) {
      expect(stdout).toContain(text);
    }
  });
});

describeWithRedis('on Redis', () => {
  const { redis, world: onRedis } = useRedisWorld({ botEnv: OLD_FIRST });

  test('T60: a key is rotated by command, and signed-in people stay signed in with the new key alone', async () => {
    await onRedis.signIn(ADA);
    await onRedis.signIn(LINUS, { connection: 'handbook' });
    const rotation = await latchkeyJson<Rotation>(onRedis, ['keys', 'rotate'], ROTATED);
    expect(rotation).toMatchObject({ key: 'new', resealed: 2, changed: 0, found: { old: 2 } });
    expect(await latchkeyJson(onRedis, ['keys', 'rotate'], ROTATED)).toMatchObject({ current: 2, resealed: 0 });
    await withAnotherBot(onRedis, NEW_ALONE, async ({ url }) => {
      expect(await searchAt(onRedis, url, ADA)).toBe('result');
    });
  });

  test('T63: neither the memory nor the append-only file contains the person’s id', async () => {
    await leaveTraces(onRedis, ADA);
    await leaveTraces(onRedis, GRACE);
    const folder = redis.command('config', 'get', 'dir').split('\n')[1] ?? '';
    expect(filesWith(folder, ADA.objectId)).not.toEqual([]);
    const purged = await latchkeyJson(onRedis, PURGE_ADA);
    expect(purged).toEqual({ unlinked: 2, awaitingRevocation: 0, logScrubbed: true, dryRun: false });
    expect(redis.command('--scan', '--pattern', `*${ADA.objectId}*`)).toBe('');
    await eventually(
      () => filesWith(folder, ADA.objectId),
      (files) => files.length === 0,
    );
    expect(filesWith(folder, GRACE.objectId)).not.toEqual([]);
  });
});
