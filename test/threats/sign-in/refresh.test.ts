import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA } from '../../../local/people.ts';
import { asClient, isHonoured, orderProviderFault, providerRequests } from '../../support/provider/provider-view.ts';
import { type WikiControl, wikiControl } from '../../support/wiki/wiki-control.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark, rowCounts } from '../../support/world/evidence.ts';
import { linkedCredential, setTimeLeft } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { eventually, type SearchResponse } from '../../support/world/world.ts';

const world = useWorld();
let wiki: WikiControl;

const refreshes = () => providerRequests(world, 'token:refresh_token');
const many = (count: number): Promise<SearchResponse[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => world.search(ADA, { text: at % 2 ? 'lakers' : 'germany' })));

beforeAll(() => {
  wiki = wikiControl(world.wikiUrl);
});
beforeEach(() => world.signIn(ADA));
afterEach(async () => {
  await orderProviderFault(world, {});
  await wiki.heal();
});

test('the lifetime of a token is the one that the token states', async () => {
  forgetAll(world);
  const before = Date.now();
  await world.signIn(ADA);
  const { accessToken, expiresAt } = linkedCredential(world, ADA);
  const { iat, exp } = JSON.parse(Buffer.from(String(accessToken.split('.')[1]), 'base64url').toString());
  const countedFrom = Number(expiresAt) - (exp - iat) * 1000;
  expect(countedFrom).toBeGreaterThanOrEqual(before);
  expect(countedFrom).toBeLessThanOrEqual(Date.now());
});

test('a token with minutes left is used unchanged', async () => {
  setTimeLeft(world, ADA, 120_000);
  const before = await refreshes();
  expect((await world.search(ADA)).type).toBe('result');
  expect(await refreshes()).toBe(before);
});

test('near its end: new tokens replace the old ones, in a row with a new version', async () => {
  setTimeLeft(world, ADA, 30_000);
  const old = { ...linkedCredential(world, ADA), version: world.rows('links')[0]?.version };
  const mark = await logMark(world);
  expect((await world.search(ADA)).type).toBe('result');
  const now = linkedCredential(world, ADA);
  expect(now.accessToken).not.toBe(old.accessToken);
  expect(await isHonoured(world, 'wiki', old.refreshToken)).toBe(false);
  expect(await isHonoured(world, 'wiki', now.refreshToken)).toBe(true);
  expect(world.rows('links')[0]?.version).not.toBe(old.version);
  expect(await eventNamesSince(world, mark)).toEqual(['credential.refreshed']);
});

// As many as one person may have under way. Each of them is refused before the first renewal.
test('8 queries with a token that the wiki refuses: one refresh, all answered', async () => {
  const before = await refreshes();
  await orderProviderFault(world, { endpoint: 'token', mode: 'hold' });
  await wiki.fault({ status: 401, times: 8 });
  await wiki.takeCalls();
  const responses = many(8);
  let refused = 0;
  await eventually(
    async () => (refused += (await wiki.takeCalls()).length),
    (calls) => calls === 8,
  );
  await orderProviderFault(world, {});
  expect((await responses).map(({ type }) => type)).toEqual(Array(8).fill('result'));
  expect(await refreshes()).toBe(before + 1);
});

test('T58: invalid_grant unlinks, and the answer is a prompt', async () => {
  const token = String(linkedCredential(world, ADA).refreshToken);
  expect((await asClient(world, 'wiki', 'token/revocation', { token })).status).toBe(200);
  setTimeLeft(world, ADA, -1);
  const mark = await logMark(world);
  expect((await many(10)).map(({ type }) => type)).toEqual(Array(10).fill('auth'));
  expect(rowCounts(world).links).toBe(0);
  expect(await eventNamesUntil(world, mark, 'credential.unlinked')).toEqual(['credential.unlinked']);
});

test('T73: a refused refresh token, after a newer sign-in, is an event, and unlinks no one', async () => {
  forgetAll(world);
  const ticket = await world.ticket(ADA);
  await world.signIn(ADA);
  const { page, body } = await world.untilCallback(ADA, { ticket });
  const token = String(linkedCredential(world, ADA).refreshToken);
  await asClient(world, 'wiki', 'token/revocation', { token });
  setTimeLeft(world, ADA, -1);
  const mark = await logMark(world);
  await orderProviderFault(world, { endpoint: 'token', mode: 'slow' });
  const refreshing = world.search(ADA);
  await eventually(
    () => world.rows('leases'),
    (leases) => leases.length > 0,
  );
  // Signed in again at another machine, before the provider refused.
  expect((await page.post('complete', body)).status).toBe(200);
  expect((await refreshing).type).toBe('result');
  expect(rowCounts(world).links).toBe(1);
  const events = await eventNamesSince(world, mark);
  expect(events).toContain('refresh.reused');
  expect(events).not.toContain('credential.unlinked');
});

test.each([
  ['answers 503', { mode: 'error', status: 503 }],
  ['answers 429', { mode: 'error', status: 429 }],
  ['does not answer', { mode: 'hang' }],
] as const)(
  'T58: a provider that %s: a message with a reference that is in the log, and the link stays',
  async (_name, fault) => {
    setTimeLeft(world, ADA, -1);
    const links = world.rows('links');
    const mark = await logMark(world);
    await orderProviderFault(world, { endpoint: 'token', ...fault });
    const { type, text } = await world.search(ADA);
    expect(type).toBe('message');
    const [reference] = /\b[a-z0-9]{8}$/.exec(String(text)) ?? [];
    await logMark(world);
    expect(world.bot.output().slice(mark)).toContain(`"reference":"${reference}"`);
    expect(world.rows('links')).toEqual(links);
    expect((await world.search(ADA)).type).toBe('result');
  },
);

test('T58: a refusal in plain text: the bot asks the provider once, and answers with a prompt', async () => {
  setTimeLeft(world, ADA, -1);
  const mark = await logMark(world);
  await orderProviderFault(world, { endpoint: 'token', mode: 'error', status: 400 });
  expect((await world.search(ADA)).type).toBe('auth');
  expect(rowCounts(world).links).toBe(0);
  expect(await eventNamesUntil(world, mark, 'credential.unlinked')).toEqual(['credential.unlinked']);
});

test('T58: a provider that refuses the client: a message each time, the link stays, and works once that is fixed', async () => {
  setTimeLeft(world, ADA, -1);
  const links = world.rows('links');
  const mark = await logMark(world);
  await orderProviderFault(world, { endpoint: 'token', mode: 'error', status: 401, times: 2 });
  expect([(await world.search(ADA)).type, (await world.search(ADA)).type]).toEqual(['message', 'message']);
  expect(world.rows('links')).toEqual(links);
  await logMark(world);
  expect(world.bot.output().slice(mark)).toMatch(/refresh: [^"]*401/);
  expect((await world.search(ADA)).type).toBe('result');
});

test('T58: an outage while the old token is still valid has no effect', async () => {
  setTimeLeft(world, ADA, 30_000);
  const links = world.rows('links');
  await orderProviderFault(world, { endpoint: 'token', mode: 'error' });
  expect((await world.search(ADA)).type).toBe('result');
  expect(world.rows('links')).toEqual(links);
});

test('T58: a lost answer: a message, and then a prompt, because the refresh token was used', async () => {
  setTimeLeft(world, ADA, -1);
  await orderProviderFault(world, { endpoint: 'token', mode: 'lose' });
  expect((await world.search(ADA)).type).toBe('message');
  expect(rowCounts(world).links).toBe(1);
  expect((await world.search(ADA)).type).toBe('auth');
  expect(rowCounts(world).links).toBe(0);
});
