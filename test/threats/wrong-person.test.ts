import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, GRACE } from '../../local/people.ts';
import { eventNamesSince, forgetAll, logMark, rowCounts } from '../support/evidence.ts';
import { signInAt } from '../support/guarded.ts';
import { startWorld, type World } from '../support/world.ts';

/** What a person meets who signed in with an account that is not theirs. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => forgetAll(world));
afterAll(() => world.stop());

const urlOf = (body: Record<string, unknown>) => new URL(String(body.authorizationUrl));
const promptOf = (body: Record<string, unknown>) => urlOf(body).searchParams.get('prompt');

describe('another person signed in', () => {
  test('the answer names the account, and its ticket leads to the account chooser; the right person is linked', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const wrong = await page.post('complete', body);
    expect(wrong.body).toMatchObject({ code: 'signin.identity_mismatch', used: { name: GRACE.username } });
    expect(rowCounts(world)).toMatchObject({ transactions: 0, parked: 0, links: 0 });

    const again = await page.post('start', { ticket: wrong.body.again });
    expect(promptOf(again.body)).toBe('select_account');
    const right = await page.post('complete', await signInAt(urlOf(again.body).href, ADA.username));
    expect(right.body).toMatchObject({ next: 'done', proven: true });
    expect((await world.search(ADA, { text: 'lakers' })).type).toBe('result');
  });

  test('the ticket is for the asker alone: who signs in with it as another person again is linked to nothing', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const { again } = (await page.post('complete', body)).body;
    const begun = await page.post('start', { ticket: again });
    const second = await page.post('complete', await signInAt(urlOf(begun.body).href, GRACE.username));
    expect([second.status, second.body.code]).toEqual([403, 'signin.identity_mismatch']);
    expect(rowCounts(world)).toMatchObject({ parked: 0, links: 0 });
  });

  test('T19: the sign-in that follows belongs to the browser that goes on, not to another one', async () => {
    const { page, body } = await world.untilCallback(ADA, { as: GRACE });
    const { again } = (await page.post('complete', body)).body;
    const begun = await page.post('start', { ticket: again });
    const response = await signInAt(urlOf(begun.body).href, ADA.username);
    const elsewhere = await new AuthClient(world.botUrl).post('complete', response);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'transaction.cookie']);
  });

  test('the next search in this browser asks for the account chooser by itself, until the right person came', async () => {
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
    '%s: the same browser goes on to its sign-in page, once',
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

  test('cancelled in the account chooser is cancelled: the person is not asked again', async () => {
    const { page, refusal } = await begin();
    const cancelled = await page.post('complete', { ...refusal, error: 'access_denied' });
    expect([cancelled.status, cancelled.body.code]).toEqual([400, 'signin.cancelled']);
  });
});
