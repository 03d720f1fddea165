import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import {
  isHonoured,
  orderProviderFault,
  providerRequests,
  untilRevoked,
} from '../../support/provider/provider-view.ts';
import { connectionLines } from '../../support/teams/actions.ts';
import {
  eventNamesSince,
  eventNamesUntil,
  eventsSince,
  forgetAll,
  logMark,
  NO_ROWS,
  rowCounts,
} from '../../support/world/evidence.ts';
import { signInAt } from '../../support/world/guarded.ts';
import { linkedCredential, parkedCredential } from '../../support/world/opened.ts';
import { useWorld } from '../../support/world/use-world.ts';
import { type ConnectionId, eventually, type SearchResponse } from '../../support/world/world.ts';

const world = useWorld();

describe('T12: a victim signs in with the asker’s ticket', () => {
  test('T12: if the sign-in is proven, the store keeps nothing, the tokens are revoked, and the page names both people', async () => {
    const mark = await logMark(world);
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const revocations = await providerRequests(world, 'revocation');
    const response = await page.post('complete', body);
    expect(response).toMatchObject({
      status: 403,
      body: {
        code: 'signin.identity_mismatch',
        expected: ADA.name,
        used: { name: GRACE.username },
        again: expect.any(String),
        status: 403,
      },
    });
    expect(response.body).not.toHaveProperty('securityCode');
    expect(rowCounts(world)).toEqual(NO_ROWS);
    // Of the refresh token and of the access token.
    await eventually(
      () => providerRequests(world, 'revocation'),
      (now) => now === revocations + 2,
    );
    const events = await eventNamesUntil(world, mark, 'credential.revoked');
    expect(events).toEqual(['signin.started', 'signin.identity_mismatch', 'credential.revoked']);
    expect((await world.search(ADA)).type).toBe('auth');
    expect((await world.search(GRACE)).type).toBe('auth');
  });

  test('T12: a linked asker stays linked when another person signs in with their ticket', async () => {
    const ticket = await world.ticket(ADA);
    await world.signIn(ADA);
    const before = world.rows('links');
    const { page, body } = await world.untilCallback(ADA, { as: GRACE, ticket });
    expect((await page.post('complete', body)).status).toBe(403);
    expect(world.rows('links')).toEqual(before);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T12: if the sign-in cannot be proven, the page names both people, and no code works before the decision', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { status, body: requested } = await page.post('complete', body);
    expect(status).toBe(200);
    expect(requested).toEqual({
      next: 'confirm',
      confirmation: expect.any(String),
      teamsUser: 'unknown',
      asker: { name: ADA.name, tenantId: ADA.tenantId },
      account: { name: 'grace' },
      connection: { id: 'handbook', title: 'Contoso handbook' },
      again: expect.any(String),
    });
    expect(rowCounts(world)).toEqual({ ...NO_ROWS, parked: 1 });
    const hash = String(world.rows('parked')[0]?.key_hash);
    for (const state of [String(requested.confirmation), String(body.state), String(body.code), hash]) {
      expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    }
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
  });

  test('an account without a name is shown as one without a name, never as an id alone', async () => {
    await orderProviderFault(world, { endpoint: 'userinfo', mode: 'error', status: 403 });
    const mark = await logMark(world);
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook' });
    const { body: requested } = await page.post('complete', body);
    expect(requested).toMatchObject({ next: 'confirm', account: { name: expect.any(String), unnamed: true } });
    expect((requested.account as { name: string }).name).not.toBe('ada');
    expect(await eventsSince(world, mark)).toContainEqual(
      expect.objectContaining({ event: 'signin.account_unnamed', connection: 'handbook', reason: expect.any(String) }),
    );
    const { confirmation } = requested;
    const { securityCode: state } = (await page.post('confirm', { decision: 'connect', confirmation })).body;
    const found = await world.search(ADA, { connection: 'handbook', text: 'lakers', state: String(state) });
    expect(found.type).toBe('result');
    const connections = await connectionLines(world.connector, world.botUrl, ADA);
    expect(connections.join()).toContain('Signed in as an account without a name (id ');
  });

  test('T12: the victim chooses Cancel, and their tokens are revoked', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { confirmation } = (await page.post('complete', body)).body;
    const { refreshToken } = parkedCredential(world, ADA);
    expect(await page.post('confirm', { decision: 'cancel', confirmation })).toEqual({
      status: 200,
      body: { next: 'cancelled' },
    });
    expect(rowCounts(world)).toEqual(NO_ROWS);
    await untilRevoked(world, 'handbook', refreshToken);
    const late = await page.post('confirm', { decision: 'connect', confirmation });
    expect([late.status, late.body.code]).toEqual([400, 'confirmation.unknown']);
  });

  test('T12: another browser cannot decide for the victim', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { confirmation } = (await page.post('complete', body)).body;
    const attacker = await world.untilCallback(ADA, { connection: 'handbook' });
    // This browser has a decision of its own, which the bot must not confuse with the other.
    const { confirmation: own } = (await attacker.page.post('complete', attacker.body)).body;
    for (const decision of ['connect', 'cancel']) {
      const tried = await attacker.page.post('confirm', { decision, confirmation });
      expect([tried.status, tried.body.code]).toEqual([400, 'confirmation.unknown']);
    }
    expect((await page.post('confirm', { decision: 'connect', confirmation })).body.next).toBe('done');
    expect((await attacker.page.post('confirm', { decision: 'connect', confirmation: own })).body.next).toBe('done');
  });

  test('T12: the code of a confirmed sign-in works for the asker, with any account', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook', as: GRACE });
    expect(rowCounts(world).links).toBe(0);
    const response = await world.search(ADA, { connection: 'handbook', text: 'lakers', state });
    expect(response.type).toBe('result');
    expect(linkedCredential(world, ADA, 'handbook').account.name).toBe('grace');
  });
});

describe('T13: a security code arrives in an invoke that is not the asker’s', () => {
  const foreign: [string, ConnectionId, Person][] = [
    ['another user of the tenant', 'handbook', GRACE],
    ['a person of another tenant', 'handbook', LINUS],
    ['the same object id in another tenant', 'handbook', { ...ADA, tenantId: LINUS.tenantId }],
    ['the asker at another connection', 'wiki', ADA],
  ];

  test.each(foreign)(
    'T13: of %s: no account linked for them, code deleted for everyone, tokens revoked',
    async (_who, connection, person) => {
      const state = await world.securityCode(ADA, { connection: 'handbook' });
      const { refreshToken } = parkedCredential(world, ADA);
      expect(await isHonoured(world, 'handbook', refreshToken)).toBe(true);
      const mark = await logMark(world);
      expect((await world.search(person, { connection, text: 'lakers', state })).type).toBe('auth');
      expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
      await untilRevoked(world, 'handbook', refreshToken);
      expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual([
        'code.foreign',
        'code.wrong',
        'credential.revoked',
      ]);
      expect((await world.search(ADA, { connection: 'handbook', text: 'lakers', state })).type).toBe('auth');
      expect(rowCounts(world).links).toBe(0);
    },
  );

  test('T13: the same asker in capital letters is the same asker', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const shouting: Person = { ...ADA, objectId: ADA.objectId.toUpperCase(), tenantId: ADA.tenantId.toUpperCase() };
    expect((await world.search(shouting, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
  });

  test('T13: of a linked user: deleted and revoked too, and they stay signed in as themselves', async () => {
    await world.signIn(GRACE, { connection: 'handbook' });
    const links = world.rows('links');
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const mark = await logMark(world);
    expect((await world.search(GRACE, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
    expect(world.rows('links')).toEqual(links);
    expect(rowCounts(world)).toMatchObject({ parked: 0, attempts: 0 });
    await untilRevoked(world, 'handbook', refreshToken);
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual(['code.foreign', 'credential.revoked']);
  });

  test('T13: of a proven sign-in: its link stays, and only the code is deleted', async () => {
    const state = await world.securityCode(ADA);
    const links = world.rows('links');
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 1 });
    const mark = await logMark(world);
    expect((await world.search(GRACE, { text: 'lakers', state })).type).toBe('auth');
    expect(rowCounts(world).parked).toBe(0);
    expect(world.rows('links')).toEqual(links);
    expect(await isHonoured(world, 'wiki', linkedCredential(world, ADA).refreshToken)).toBe(true);
    expect((await world.search(ADA, { text: 'lakers', state })).type).toBe('result');
    expect(await eventNamesSince(world, mark)).toEqual(['code.foreign', 'code.wrong', 'code.replayed']);
  });
});

const urlOf = (body: Record<string, unknown>) => new URL(String(body.authorizationUrl));
const promptOf = (body: Record<string, unknown>) => urlOf(body).searchParams.get('prompt');

describe('another person signed in', () => {
  test('the ticket in the answer leads to the account chooser; the right person is linked', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const wrong = await page.post('complete', body);
    const again = await page.post('start', { ticket: wrong.body.again });
    expect(promptOf(again.body)).toBe('select_account');
    const right = await page.post('complete', await signInAt(urlOf(again.body).href, ADA.username));
    expect(right.body).toMatchObject({ next: 'done', proven: true });
    expect((await world.search(ADA, { text: 'lakers' })).type).toBe('result');
  });

  test('the ticket belongs to the asker: another person who signs in with it again is not linked', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const { again } = (await page.post('complete', body)).body;
    const begun = await page.post('start', { ticket: again });
    const second = await page.post('complete', await signInAt(urlOf(begun.body).href, GRACE.username));
    expect([second.status, second.body.code]).toEqual([403, 'signin.identity_mismatch']);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('the next search in this browser leads to the account chooser, until the right person signs in', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    await page.post('complete', body);
    const next = await page.post('start', { ticket: await world.ticket(ADA) });
    expect(promptOf(next.body)).toBe('select_account');
    const other = await new AuthClient(world.botUrl).post('start', { ticket: await world.ticket(ADA) });
    expect(promptOf(other.body)).toBeNull();

    const done = await page.post('complete', await signInAt(urlOf(next.body).href, ADA.username));
    expect(done.body.next).toBe('done');
    forgetAll(world);
    const later = await page.post('start', { ticket: await world.ticket(ADA) });
    expect(promptOf(later.body)).toBeNull();
  });
});

describe('a provider that refuses prompt=select_account', () => {
  const begin = async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const { again } = (await page.post('complete', body)).body;
    const begun = await page.post('start', { ticket: again });
    const refusal = { connection: 'wiki', state: urlOf(begun.body).searchParams.get('state') };
    return { page, refusal };
  };

  test.each(['invalid_request', 'account_selection_required'])(
    '%s: the same browser continues to its sign-in page, once',
    async (error) => {
      const { page, refusal } = await begin();
      const mark = await logMark(world);
      const next = await page.post('complete', { ...refusal, error });
      expect(next).toMatchObject({ status: 200, body: { next: 'continue' } });
      expect(promptOf(next.body)).toBe('login');
      expect(await eventNamesSince(world, mark)).not.toContain('signin.cancelled');

      const state = urlOf(next.body).searchParams.get('state');
      const last = await page.post('complete', { ...refusal, state, error: 'invalid_request' });
      expect([last.status, last.body.code]).toEqual([502, 'provider.misconfigured']);
      expect(rowCounts(world).transactions).toBe(0);
    },
  );

  test('the person who signs in there is linked', async () => {
    const { page, refusal } = await begin();
    const next = await page.post('complete', { ...refusal, error: 'invalid_request' });
    const done = await page.post('complete', await signInAt(urlOf(next.body).href, ADA.username));
    expect(done.body.next).toBe('done');
  });

  test('Cancel in the account chooser ends the sign-in: the page does not ask again', async () => {
    const { page, refusal } = await begin();
    const cancelled = await page.post('complete', { ...refusal, error: 'access_denied' });
    expect([cancelled.status, cancelled.body.code]).toEqual([400, 'signin.cancelled']);
  });
});

const handbook = (state?: unknown) => ({ connection: 'handbook' as const, text: 'lakers', state: state as string });
const wrongCode = () => randomBytes(32).toString('base64url');

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

  test('T16: five wrong codes pause the asker, discard and revoke what is parked for them, and affect no one else', async () => {
    const mine = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const hers = await world.securityCode(GRACE, { connection: 'handbook' });
    const mark = await logMark(world);
    for (const { type } of await guess(ADA, 4)) expect(type).toBe('auth');
    expect(rowCounts(world).parked).toBe(2);
    const paused = await world.search(ADA, handbook(wrongCode()));
    expect(paused).toEqual({ type: 'message', text: expect.stringContaining('in 10 minutes') });
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 1, links: 0, attempts: 1 });
    await untilRevoked(world, 'handbook', refreshToken);

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

  test('T16: wrong codes older than ten minutes do not count', async () => {
    await guess(ADA, 4);
    world.sql('UPDATE attempts SET since = since - 600000');
    for (const { type } of await guess(ADA, 4)) expect(type).toBe('auth');
    expect((await world.search(ADA, handbook(wrongCode()))).type).toBe('message');
  });

  test('T16: a linked asker is answered, and their wrong codes do not count', async () => {
    await world.signIn(ADA, { connection: 'handbook' });
    for (const { type } of await guess(ADA, 8)) expect(type).toBe('result');
    expect(rowCounts(world).attempts).toBe(0);
    expect((await world.search(ADA, { connection: 'wiki' })).type).toBe('auth');
  });

  test('T16: a paused person can still sign in if the sign-in is proven', async () => {
    const { page, body } = await world.untilCallback(ADA);
    await guess(ADA, 5);
    expect((await page.post('complete', body)).status).toBe(200);
    expect((await world.search(ADA)).type).toBe('result');
  });
});

describe('T18: value.state that is no security code is ignored', () => {
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
    ['a path', '../../'.repeat(14).padEnd(43, 'a')],
    ['globs', '*'.repeat(43)],
    ['a wildcard', '%'.repeat(43)],
    ['SQL', `' OR 1=1 --${'x'.repeat(32)}`],
    ['SQL of the right length', `' OR key_hash LIKE '%' --`.padEnd(43, ' ')],
    ['CancelledByUser', 'CancelledByUser'],
    ['__proto__', '__proto__'],
    ['letters that look alike', 'а'.repeat(43)],
    ['six digits', '123456'],
  ];

  test('T18: signed out: a prompt, no attempt counted, no parked credential changed, no event', async () => {
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
