import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA } from '../../local/people.ts';
import { startAnotherBot } from '../support/another-bot.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import { linkedCredential, setTimeLeft } from '../support/opened.ts';
import { orderProviderFault, providerRequests } from '../support/provider-view.ts';
import { type ConnectionId, eventually, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world?.stop());

/** Kills the bot with the provider's answer to it still on its way. */
async function killBetween(kind: 'authorization_code' | 'refresh_token', ask: (url: string) => Promise<unknown>) {
  const bot = await startAnotherBot(world);
  const issued = await providerRequests(world, `token:${kind}`);
  await orderProviderFault(world, { endpoint: 'token', mode: 'hold' });
  const response = ask(bot.url).catch(() => undefined);
  await eventually(
    () => providerRequests(world, `token:${kind}`),
    (count) => count > issued,
  );
  const exit = once(bot.child, 'exit');
  bot.child.kill('SIGKILL');
  await exit;
  await orderProviderFault(world, {});
  await response;
}

test.each<ConnectionId>(['wiki', 'handbook'])(
  'T76: killed right after the provider issued tokens for a sign-in at %s: nothing has begun, and it can begin again',
  async (connection) => {
    const { page, body } = await world.untilCallback(ADA, { connection });
    await killBetween('authorization_code', (url) => page.post('complete', body, url));
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 0, attempts: 0 });
    expect((await page.post('complete', body)).body.code).toBe('transaction.unknown');
    await world.signIn(ADA, { connection });
  },
);

test('T76: killed right after a refresh: the link is the one from before, and the person signs in again', async () => {
  await world.signIn(ADA);
  setTimeLeft(world, ADA, -1);
  const before = linkedCredential(world, ADA);
  const activity = world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' });
  await killBetween('refresh_token', (url) => world.connector.post(url, activity));
  expect(linkedCredential(world, ADA)).toEqual(before);
  // The lease of the process that died ends by itself.
  const response = await eventually(
    () => world.search(ADA),
    ({ type }) => type !== 'message',
  );
  expect(response.type).toBe('auth');
  await world.signIn(ADA);
});
