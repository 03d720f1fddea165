import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { latchkey, latchkeyJson } from '../support/cli.ts';
import { eventNamesUntil, forgetAll, logMark } from '../support/evidence.ts';
import { linkedCredential } from '../support/opened.ts';
import { patient } from '../support/patience.ts';
import { isHonoured, orderProviderFault } from '../support/provider-view.ts';
import { startRedis } from '../support/redis-server.ts';
import { describeWithRedis } from '../support/requirements.ts';
import { eventually, type SearchResponse, startWorld, type World } from '../support/world.ts';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];
const ROTATED = { ENCRYPTION_KEYS: `${NEW},${OLD}` };
const NEW_ALONE = { ENCRYPTION_KEYS: NEW };
const DAY = 86_400_000;

interface Rotation {
  key: string;
  current: number;
  resealed: number;
  changed: number;
  unreadable: number;
  found: Record<string, number>;
}

let world: World;
beforeAll(async () => {
  // The first step of a rotation: every instance can open what the new key will seal.
  world = await startWorld({ botEnv: { ENCRYPTION_KEYS: `${OLD},${NEW}` } });
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const kids = () => world.rows('links').map(({ sealed }) => String(sealed).split('.')[0]);
const searchAt = async (url: string, person: Person): Promise<SearchResponse> => {
  const query = world.connector.queryActivity(person, { commandId: 'insertWiki', text: 'lakers' });
  const { status, body } = await world.connector.post(url, query);
  if (status !== 200) throw new Error(`The bot answered ${status}`);
  return (body as { composeExtension: SearchResponse }).composeExtension;
};

describe('T60: a key is rotated', () => {
  test('T60: by command, under load, on two instances: every query is answered, and the old key can go', async () => {
    for (const person of [ADA, GRACE, LINUS]) await world.signIn(person);
    await world.signIn(ADA, { connection: 'handbook' });
    const other = await startAnotherBot(world, ROTATED);
    const responses: string[] = [];
    let done = false;
    const asking = [ADA, GRACE, LINUS].flatMap((person) =>
      [world.botUrl, other.url].map(async (url) => {
        while (!done) responses.push((await searchAt(url, person)).type);
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
    await other.stop();

    const last = await startAnotherBot(world, NEW_ALONE);
    for (const person of [ADA, GRACE, LINUS]) expect((await searchAt(last.url, person)).type).toBe('result');
    await last.stop();
  });

  test('T60: lazily: whoever searches is sealed anew, a day after they last were', async () => {
    await world.signIn(ADA);
    const other = await startAnotherBot(world, ROTATED);
    const before = world.rows('links');
    expect((await searchAt(other.url, ADA)).type).toBe('result');
    expect(world.rows('links')).toEqual(before);
    world.sql('UPDATE links SET used_at = used_at - ?', DAY + 1000);
    expect((await searchAt(other.url, ADA)).type).toBe('result');
    expect(kids()).toEqual(['new']);
    const [row] = world.rows('links');
    expect(row?.version).toBe(before[0]?.version);
    expect(Number(row?.used_at)).toBeGreaterThan(Date.now() - 60_000);
    // An instance that has not been started anew yet still opens it.
    expect((await world.search(ADA)).type).toBe('result');
    await other.stop();
  });

  test('T60: what waits for its revocation is sealed anew too, and revoked with the new key alone', async () => {
    await world.signIn(ADA);
    const { refreshToken } = linkedCredential(world, ADA);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 1 });
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    await eventNamesUntil(world, mark, 'credential.revocation_failed');
    const rotation = await latchkeyJson<Rotation>(world, ['keys', 'rotate'], ROTATED);
    expect(rotation).toMatchObject({ resealed: 1, found: { old: 1 } });
    expect(await latchkeyJson(world, ['keys', 'rotate'], NEW_ALONE)).toMatchObject({ current: 1, unreadable: 0 });
    const other = await startAnotherBot(world, NEW_ALONE);
    await eventually(
      () => isHonoured(world, 'wiki', refreshToken),
      (honoured) => !honoured,
      patient(40_000),
    );
    await other.stop();
  });

  test('T60: people of a key that is lost sign in again; the command says how many, and leaves them', async () => {
    await world.signIn(ADA);
    await world.signIn(GRACE);
    const before = world.rows('links');
    const response = await latchkey(world, ['keys', 'rotate'], NEW_ALONE);
    expect(response).toMatchObject({ code: 0, stdout: expect.stringContaining('2 credentials cannot be opened') });
    expect(world.rows('links')).toEqual(before);
    const other = await startAnotherBot(world, NEW_ALONE);
    expect((await searchAt(other.url, ADA)).type).toBe('auth');
    await other.stop();
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('the command says that each instance must have the key first, and that it cannot check that', async () => {
    await world.signIn(ADA);
    const dry = await latchkey(world, ['keys', 'rotate', '--dry-run'], ROTATED);
    expect(dry.stdout).toMatch(
      /Before you run this without --dry-run, start each instance with \w+ among its ENCRYPTION_KEYS\./,
    );
    const { stdout } = await latchkey(world, ['keys', 'rotate'], ROTATED);
    expect(stdout).toMatch(
      /Each instance must have (\w+) among its ENCRYPTION_KEYS\. .* This command cannot check that\./,
    );
  });

  test('a dry run counts, and changes nothing', async () => {
    await world.signIn(ADA);
    const before = world.rows('links');
    const rotation = await latchkeyJson<Rotation>(world, ['keys', 'rotate', '--dry-run'], ROTATED);
    expect(rotation).toMatchObject({ resealed: 1, found: { old: 1 }, dryRun: true });
    expect(world.rows('links')).toEqual(before);
  });
});

describeWithRedis('on Redis', () => {
  test('T60: a key is rotated by command, and whoever was signed in stays so with the new key alone', async () => {
    const redis = await startRedis();
    const onRedis = await startWorld({ botEnv: { STORE_URL: redis.url, ENCRYPTION_KEYS: `${OLD},${NEW}` } });
    await onRedis.signIn(ADA);
    await onRedis.signIn(LINUS, { connection: 'handbook' });
    const rotation = await latchkeyJson<Rotation>(onRedis, ['keys', 'rotate'], ROTATED);
    expect(rotation).toMatchObject({ key: 'new', resealed: 2, changed: 0, found: { old: 2 } });
    expect(await latchkeyJson(onRedis, ['keys', 'rotate'], ROTATED)).toMatchObject({ current: 2, resealed: 0 });
    const other = await startAnotherBot(onRedis, NEW_ALONE);
    const query = onRedis.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
    const { body } = await onRedis.connector.post(other.url, query);
    expect(body).toMatchObject({ composeExtension: { type: 'result' } });
    await other.stop();
    await onRedis.stop();
    await redis.stop();
  });
});
