import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA } from '../../../local/people.ts';
import type { Mode } from '../../../local/teams/connector/endpoints.ts';
import { type Clock, createClock } from '../../support/process/clock.ts';
import { QUICK_SWEEP } from '../../support/process/quick-sweep.ts';
import { isHonoured, orderProviderFault } from '../../support/provider/provider-view.ts';
import { signOut } from '../../support/teams/actions.ts';
import { ticketsIn } from '../../support/teams/chat.ts';
import {
  ChatBrowser,
  ChatClient,
  type DirectLineWorld,
  startDirectLineWorld,
} from '../../support/teams/direct-line-world.ts';
import { startAnotherBot } from '../../support/world/another-bot.ts';
import { eventNamesUntil, forgetAll, logMark } from '../../support/world/evidence.ts';
import { signInAt } from '../../support/world/guarded.ts';
import { linkedCredential, setTimeLeft } from '../../support/world/opened.ts';
import { outcomeOf } from '../../support/world/outcomes.ts';
import { eventually } from '../../support/world/world.ts';

const DAY_MS = 86_400_000;
let world: DirectLineWorld;
let clock: Clock;

beforeAll(async () => {
  clock = createClock();
  world = await startDirectLineWorld({ botEnv: { NODE_OPTIONS: `${clock.env.NODE_OPTIONS} ${QUICK_SWEEP}` } });
});
beforeEach(() => forgetAll(world));
afterAll(async () => {
  await world?.stop();
  clock?.close();
});

/** The answer to Ada, with a token whose time is this far ahead. */
async function ask(aheadMs: number, { state, botUrl }: { state?: string; botUrl?: string } = {}) {
  const seconds = Math.floor((Date.now() + aheadMs) / 1000);
  const token = await world.connector.token({ nbf: seconds, exp: seconds + 3600 });
  const query = { text: 'lakers', ...(state !== undefined && { state }) };
  return outcomeOf(await world.post(ADA, query, undefined, { token, botUrl }));
}

const connectorIs = (mode: Mode) => {
  world.connector.endpoints.mode = { metadata: mode, keys: mode };
};

describe('T98: the clock was a day ahead and is set back', () => {
  test('T98: a bot that could not fetch the Connector’s keys during that time asks for them again', async () => {
    clock.ahead(DAY_MS);
    connectorIs('error');
    const bot = await startAnotherBot(world);
    try {
      expect(await ask(DAY_MS, { botUrl: bot.url })).toBe('503 connector.unavailable');
      connectorIs('ok');
      clock.release();
      await eventually(
        () => ask(0, { botUrl: bot.url }),
        (response) => response === '200 auth',
      );
    } finally {
      connectorIs('ok');
      clock.release();
      await bot.stop();
    }
  });

  test('T98: a person who was paused during that time can try again', async () => {
    clock.ahead(DAY_MS);
    const wrong = () => ask(DAY_MS, { state: randomBytes(32).toString('base64url') });
    await eventually(wrong, (response) => response === '200 message');
    clock.release();
    expect(await ask(0)).toBe('200 auth');
    expect(await ask(0, { state: randomBytes(32).toString('base64url') })).toBe('200 auth');
  });

  test('T98: a refresh does not wait for a lease from that time', async () => {
    await world.signIn(ADA);
    setTimeLeft(world, ADA, -1);
    const version = String(world.rows('links')[0]?.version);
    world.sql('INSERT INTO leases VALUES (?, ?, ?)', `refresh/${version}`, 'a process that died', Date.now() + DAY_MS);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T98: a revocation that was delayed during that time is made', async () => {
    await world.signIn(ADA);
    const { refreshToken } = linkedCredential(world, ADA);
    await orderProviderFault(world, { endpoint: 'revocation', mode: 'error', status: 503, times: 2 });
    const mark = await logMark(world);
    await signOut(world.connector, world.botUrl, ADA);
    await eventNamesUntil(world, mark, 'credential.revocation_failed');
    world.sql('UPDATE revocations SET due_at = ?', Date.now() + 30 * DAY_MS);
    await eventNamesUntil(world, mark, 'credential.revoked');
    expect(await isHonoured(world, 'wiki', refreshToken)).toBe(false);
  });
});

/** A new browser signs in to the handbook in Web Chat. @returns its object id */
async function signInByBrowser(): Promise<string> {
  const page = new ChatBrowser(world);
  const issued = await page.token();
  const client = await ChatClient.start(issued);
  const [requested] = await client.send('sign in');
  const auth = new AuthClient(world.botUrl, page.cookie);
  const { body } = await auth.post('start', {
    ticket: ticketsIn(requested).get('Sign in to Contoso handbook') ?? '',
  });
  const atCallback = await signInAt(String(body.authorizationUrl), 'ada');
  expect((await auth.post('complete', atCallback)).status).toBe(200);
  return issued.userId.slice('dl_'.length);
}

const owners = () => world.rows('links').map((row) => String(row.object_id).replaceAll('-', ''));

test('T63: the link of a browser in Web Chat ends after 30 days without use, and its tokens are revoked', async () => {
  const [closed, used] = [await signInByBrowser(), await signInByBrowser()];
  await world.signIn(ADA);
  expect(owners()).toHaveLength(3);
  const guid = used.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  world.sql('UPDATE links SET used_at = ? WHERE object_id = ?', Date.now() + 2 * DAY_MS, guid);
  const mark = await logMark(world);
  clock.ahead(31 * DAY_MS);
  expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual(['credential.idle', 'credential.revoked']);
  clock.release();
  expect(owners()).not.toContain(closed);
  // A person in Teams can sign out at any time.
  expect(owners().sort()).toEqual([used, ADA.objectId.replaceAll('-', '')].sort());
});
