import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { eventNamesSince, eventNamesUntil, eventsSince, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { linkedCredential, parkedCredential } from '../support/opened.ts';
import { isHonoured, orderProviderFault, providerRequests } from '../support/provider-view.ts';
import { type ConnectionId, eventually, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const NOBODY = { transactions: 0, parked: 0, links: 0, attempts: 0 };

describe('T12: a victim signs in with the asker’s ticket', () => {
  test('T12: where the sign-in is proven, nothing is linked or parked, the tokens are revoked, and the page names who was expected and who it was', async () => {
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
    expect(rowCounts(world)).toEqual(NOBODY);
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

  test('T12: an asker who is linked stays linked when somebody else signs in with their ticket', async () => {
    const ticket = await world.ticket(ADA);
    await world.signIn(ADA);
    const before = world.rows('links');
    const { page, body } = await world.untilCallback(ADA, { as: GRACE, ticket });
    expect((await page.post('complete', body)).status).toBe(403);
    expect(world.rows('links')).toEqual(before);
    expect((await world.search(ADA)).type).toBe('result');
  });

  test('T12: where it can’t be proven, the page names both, and nothing can be redeemed before the decision', async () => {
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
    expect(rowCounts(world)).toEqual({ ...NOBODY, parked: 1 });
    for (const state of [String(requested.confirmation), String(body.state), String(body.code), keyOfParked()]) {
      expect((await world.search(ADA, { connection: 'handbook', state })).type).toBe('auth');
    }
    expect(rowCounts(world)).toMatchObject({ parked: 1, links: 0 });
  });

  test('an account that the provider does not name is shown as one without a name, never as an id alone', async () => {
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
    expect(JSON.stringify(found)).toContain('signed in as an account without a name (id ');
  });

  test('T12: the victim says no, and what they signed in to is revoked', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { confirmation } = (await page.post('complete', body)).body;
    const { refreshToken } = parkedCredential(world, ADA);
    expect(await page.post('confirm', { decision: 'cancel', confirmation })).toEqual({
      status: 200,
      body: { next: 'cancelled' },
    });
    expect(rowCounts(world)).toEqual(NOBODY);
    await eventually(
      () => isHonoured(world, 'handbook', refreshToken),
      (honoured) => !honoured,
    );
    const late = await page.post('confirm', { decision: 'connect', confirmation });
    expect([late.status, late.body.code]).toEqual([400, 'confirmation.unknown']);
  });

  test('T12: another browser can’t decide in the victim’s place', async () => {
    const { page, body } = await world.untilCallback(ADA, { connection: 'handbook', as: GRACE });
    const { confirmation } = (await page.post('complete', body)).body;
    const attacker = await world.untilCallback(ADA, { connection: 'handbook' });
    // With a decision of its own to make, which must not be taken for the other.
    const { confirmation: own } = (await attacker.page.post('complete', attacker.body)).body;
    for (const decision of ['connect', 'cancel']) {
      const tried = await attacker.page.post('confirm', { decision, confirmation });
      expect([tried.status, tried.body.code]).toEqual([400, 'confirmation.unknown']);
    }
    expect((await page.post('confirm', { decision: 'connect', confirmation })).body.next).toBe('done');
    expect((await attacker.page.post('confirm', { decision: 'connect', confirmation: own })).body.next).toBe('done');
  });

  test('T12: the code of a confirmed sign-in works for the asker, whoever’s account it is', async () => {
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
    ['somebody of another tenant', 'handbook', LINUS],
    ['the asker at another connection', 'wiki', ADA],
  ];

  test.each(foreign)('T13: of %s: not linked for them, burnt for all, revoked', async (_who, connection, person) => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    expect(await isHonoured(world, 'handbook', refreshToken)).toBe(true);
    const mark = await logMark(world);
    expect((await world.search(person, { connection, text: 'lakers', state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
    await eventually(
      () => isHonoured(world, 'handbook', refreshToken),
      (honoured) => !honoured,
    );
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual([
      'code.foreign',
      'code.wrong',
      'credential.revoked',
    ]);
    expect((await world.search(ADA, { connection: 'handbook', text: 'lakers', state })).type).toBe('auth');
    expect(rowCounts(world).links).toBe(0);
  });

  test('T13: the same object id in another tenant is somebody else', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const twin: Person = { ...ADA, tenantId: LINUS.tenantId };
    expect((await world.search(twin, { connection: 'handbook', state })).type).toBe('auth');
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T13: the same asker in capital letters is the same asker', async () => {
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const shouting: Person = { ...ADA, objectId: ADA.objectId.toUpperCase(), tenantId: ADA.tenantId.toUpperCase() };
    expect((await world.search(shouting, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
  });

  test('T13: of a linked user: burnt and revoked all the same, and they stay signed in as themselves', async () => {
    await world.signIn(GRACE, { connection: 'handbook' });
    const links = world.rows('links');
    const state = await world.securityCode(ADA, { connection: 'handbook' });
    const { refreshToken } = parkedCredential(world, ADA);
    const mark = await logMark(world);
    expect((await world.search(GRACE, { connection: 'handbook', text: 'lakers', state })).type).toBe('result');
    expect(world.rows('links')).toEqual(links);
    expect(rowCounts(world)).toMatchObject({ parked: 0, attempts: 0 });
    await eventually(
      () => isHonoured(world, 'handbook', refreshToken),
      (honoured) => !honoured,
    );
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toEqual(['code.foreign', 'credential.revoked']);
  });

  test('T13: of a proven sign-in: the link that it made stays, and only the code burns', async () => {
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

function keyOfParked(): string {
  return String(world.rows('parked')[0]?.key_hash);
}
