import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../local/people.ts';
import { type AnotherBot, startAnotherBot } from '../support/another-bot.ts';
import { eventNamesSince, eventNamesUntil, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { parkedCredential } from '../support/opened.ts';
import { isHonoured } from '../support/provider-view.ts';
import { eventually, type SearchResponse, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const handbook = (state?: unknown) => ({ connection: 'handbook' as const, text: 'lakers', state: state as string });
const wrongCode = () => randomBytes(32).toString('base64url');

describe('T14: one code, many times at once', () => {
  let second: AnotherBot;
  beforeAll(async () => {
    second = await startAnotherBot(world);
  });
  afterAll(async () => {
    await second.stop();
  });

  const redeem = async (botUrl: string, state: string): Promise<SearchResponse['type']> => {
    const activity = world.connector.queryActivity(ADA, { commandId: 'insertHandbook', text: 'lakers', state });
    const { status, body } = await world.connector.post(botUrl, activity);
    expect(status).toBe(200);
    return (body as { composeExtension: SearchResponse }).composeExtension.type;
  };

  test.each([
    ['20 times in one process', 20, 0],
    ['10 times in each of two processes', 10, 10],
  ])('T14: %s: one link, everybody is answered, nothing is counted as a guess', async (_name, here, existing) => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const before = { log: await logMark(world), second: second.output().length };
    const responses = await Promise.all([
      ...Array.from({ length: here }, () => redeem(world.botUrl, state)),
      ...Array.from({ length: existing }, () => redeem(second.url, state)),
    ]);
    expect(responses).toEqual(Array(here + existing).fill('result'));
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 1, attempts: 0 });
    expect(await isHonoured(world, 'handbook', refreshToken)).toBe(true);
    await logMark(world);
    const logs = world.bot.output().slice(before.log) + second.output().slice(before.second);
    expect(logs.split('"event":"signin.completed"').length - 1).toBe(1);
    expect(logs).not.toContain('code.wrong');
  });
});

test('T15: the same activity twice is answered twice, with one link', async () => {
  const state = await world.securityCode(ADA, { connection: 'handbook' });
  const activity = world.connector.queryActivity(ADA, { commandId: 'insertHandbook', text: 'lakers', state });
  const [first, again] = [
    await world.connector.post(world.botUrl, activity),
    await world.connector.post(world.botUrl, activity),
  ];
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body).toEqual(first.body);
  expect(rowCounts(world)).toMatchObject({ parked: 0, links: 1, attempts: 0 });
});

describe('T16: guessing codes', () => {
  const guess = (person: Person, times: number) =>
    Promise.all(Array.from({ length: times }, () => world.search(person, handbook(wrongCode()))));

  test('T16: a code has 256 bits and is stored as a hash alone', async () => {
    const code = await world.securityCode(ADA, { connection: 'handbook' });
    expect(Buffer.from(code, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(world.rows('parked'))).not.toContain(code);
    expect(await world.securityCode(ADA, { connection: 'handbook' })).not.toBe(code);
  });

  test('T16: five wrong codes pause the asker, burn and revoke what is parked for them, and touch nobody else', async () => {
    const mine = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const hers = await world.securityCode(GRACE, { connection: 'handbook' });
    const mark = await logMark(world);
    for (const { type } of await guess(ADA, 4)) expect(type).toBe('auth');
    expect(rowCounts(world).parked).toBe(2);
    const paused = await world.search(ADA, handbook(wrongCode()));
    expect(paused).toEqual({ type: 'message', text: expect.stringContaining('in 10 minutes') });
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 1, links: 0, attempts: 1 });
    await eventually(
      () => isHonoured(world, 'handbook', refreshToken),
      (honoured) => !honoured,
    );

    expect(await world.search(ADA, handbook(mine))).toMatchObject({ type: 'message' });
    expect(await world.search(ADA, handbook())).toMatchObject({ type: 'message' });
    expect(await world.search(ADA, { connection: 'wiki', text: 'lakers' })).toMatchObject({ type: 'message' });
    expect(rowCounts(world).links).toBe(0);
    const events = await eventNamesUntil(world, mark, 'credential.revoked');
    expect(events).toEqual([...Array(5).fill('code.wrong'), 'code.paused', 'credential.revoked']);

    expect((await world.search(GRACE, handbook(hers))).type).toBe('result');
  });

  test('T16: the pause ends after ten minutes', async () => {
    await guess(ADA, 5);
    expect((await world.search(ADA)).type).toBe('message');
    world.sql('UPDATE attempts SET paused_until = paused_until - 600000, since = since - 600000');
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(ADA, handbook(wrongCode()))).type).toBe('auth');
  });

  test('T16: wrong codes of more than ten minutes ago don’t count', async () => {
    await guess(ADA, 4);
    world.sql('UPDATE attempts SET since = since - 600000');
    for (const { type } of await guess(ADA, 4)) expect(type).toBe('auth');
    expect((await world.search(ADA, handbook(wrongCode()))).type).toBe('message');
  });

  test('T16: a linked asker is answered, and their wrong codes never counted', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    for (const { type } of await guess(ADA, 8)) expect(type).toBe('result');
    expect(rowCounts(world).attempts).toBe(0);
    expect((await world.search(ADA, { connection: 'wiki' })).type).toBe('auth');
  });

  test('T16: who is paused can still sign in where that is proven', async () => {
    const { page, body } = await world.untilCallback(ADA);
    await guess(ADA, 5);
    expect((await page.post('complete', body)).status).toBe(200);
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describe('T18: value.state that is no security code is as good as none', () => {
  const code = wrongCode();
  const MALFORMED: [string, unknown][] = [
    ['an object', { code }],
    ['an array with a code in it', [code]],
    ['an object that looks like a text', { length: 43, toString: code }],
    ['a number', 123456],
    ['true', true],
    ['null', null],
    ['an empty text', ''],
    ['200 KB', 'A'.repeat(200_000)],
    ['NUL', '\0'],
    ['a code with NUL after it', `${code}\0`],
    ['a code with a line break after it', `${code}\n`],
    ['a code with a blank before it', ` ${code}`],
    ['a code less one character', code.slice(1)],
    ['a code and one character', `${code}A`],
    ['a path', '../'.repeat(14).padEnd(43, 'a')],
    ['globs', '*'.repeat(43)],
    ['a wildcard', '%'.repeat(43)],
    ['SQL', `' OR 1=1 --${'x'.repeat(32)}`],
    ['SQL of the right length', `' OR key_hash LIKE '%' --`.padEnd(43, ' ')],
    ['CancelledByUser', 'CancelledByUser'],
    ['__proto__', '__proto__'],
    ['letters that look alike', 'а'.repeat(43)],
    ['six digits', '123456'],
  ];

  test('T18: signed out: a prompt, no attempt counted, nothing parked touched, no event', async () => {
    const right = await world.securityCode(ADA, { connection: 'handbook' });
    const mark = await logMark(world);
    for (const [name, state] of MALFORMED) {
      const { status, body } = await world.post(ADA, handbook(state));
      expect([name, status, (body as { composeExtension: SearchResponse }).composeExtension.type]).toEqual([
        name,
        200,
        'auth',
      ]);
    }
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 1, links: 0, attempts: 0 });
    expect(await eventNamesSince(world, mark)).toEqual([]);
    expect((await world.search(ADA, handbook(right))).type).toBe('result');
  });

  test('T18: signed in: results, and no event', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    const mark = await logMark(world);
    for (const [name, state] of MALFORMED) {
      expect([name, (await world.search(ADA, handbook(state))).type]).toEqual([name, 'result']);
    }
    expect(await eventNamesSince(world, mark)).toEqual([]);
  });

  test('T18: 1 MB is refused before it is read', async () => {
    const mark = await logMark(world);
    const { status } = await world.post(ADA, handbook('A'.repeat(1_000_000)));
    expect(status).toBe(413);
    expect(rowCounts(world)).toMatchObject({ attempts: 0 });
    expect(await eventNamesSince(world, mark)).toEqual([]);
  });
});
