import { describe, expect, test } from '@jest/globals';
import { ADA, GRACE, LINUS, type Person } from '../../../local/people.ts';
import { leaksIn, logLines } from '../../support/process/log.ts';
import { replies, tell, textOf, ticketsIn, verifyState } from '../../support/teams/chat.ts';
import { eventNamesSince, eventNamesUntil, logMark, rowCounts } from '../../support/world/evidence.ts';
import { failuresOf } from '../../support/world/outcomes.ts';
import { useWorld } from '../../support/world/use-world.ts';

/** The messages of Teams after the sign-in window of a chat has closed. */
const world = useWorld();

/** Requests a sign-in in a chat and uses the pages: the code that our page gives Teams. */
async function codeFor(person: Person, title = 'Contoso handbook'): Promise<string> {
  const [reply] = await tell(world, person, 'sign in');
  const ticket = ticketsIn(reply).get(`Sign in to ${title}`) ?? '';
  const connection = title === 'Contoso wiki' ? 'wiki' : 'handbook';
  return world.securityCode(person, { connection, ticket });
}

const wrongCode = () => 'A'.repeat(42) + Math.floor(Math.random() * 10);

describe('the code that our page gave Teams', () => {
  test('links the account that the person confirmed: 200, a message, and the next search has results', async () => {
    const { status, message: messages } = await verifyState(world, ADA, { state: await codeFor(ADA) });
    expect([status, messages.map(textOf)]).toEqual([200, ['You are signed in to Contoso handbook as ada.']]);
    const [found] = await tell(world, ADA, 'search lakers');
    expect(found?.attachments?.length).toBeGreaterThan(1);
  });

  test('of a proven sign-in, which was linked at its end: 200 and a message', async () => {
    const code = await codeFor(ADA, 'Contoso wiki');
    expect(rowCounts(world).links).toBe(1);
    const { status, message: messages } = await verifyState(world, ADA, { state: code });
    expect([status, messages.map(textOf)]).toEqual([
      200,
      ['You are signed in to Contoso wiki as ada@contoso.example.'],
    ]);
  });

  test('T14: works once', async () => {
    const state = await codeFor(ADA);
    const all = await Promise.all([1, 2, 3, 4].map(() => verifyState(world, ADA, { state })));
    expect(rowCounts(world).links).toBe(1);
    expect(all.map(({ status }) => status).filter((status) => status === 200).length).toBeGreaterThan(0);
    expect((await verifyState(world, ADA, { state })).status).toBe(404);
  });

  test.each([
    ['a colleague', GRACE],
    ['a person of another tenant', LINUS],
  ])('T13: brought by %s: 404, no account linked, code deleted, tokens revoked', async (_, thief) => {
    const state = await codeFor(ADA);
    const mark = await logMark(world);
    const { status, message: messages } = await verifyState(world, thief, { state });
    expect([status, messages.map(textOf)]).toEqual([
      404,
      [expect.stringMatching(/^That sign-in expired or belongs to another person/)],
    ]);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 0 });
    expect(await eventNamesUntil(world, mark, 'credential.revoked')).toContain('code.foreign');
    expect((await verifyState(world, ADA, { state })).status).toBe(404);
    expect(rowCounts(world).links).toBe(0);
  });

  test('T17: too late: 404', async () => {
    const state = await codeFor(ADA);
    world.sql('UPDATE parked SET expires_at = 1');
    expect((await verifyState(world, ADA, { state })).status).toBe(404);
    expect(rowCounts(world).links).toBe(0);
  });

  test('T16: after five wrong ones: 412 with the wait; parked credentials are discarded', async () => {
    await codeFor(ADA);
    for (let at = 0; at < 4; at += 1) {
      expect((await verifyState(world, ADA, { state: wrongCode() })).status).toBe(404);
    }
    const { status, message: messages } = await verifyState(world, ADA, { state: wrongCode() });
    expect([status, messages.map(textOf)]).toEqual([412, [expect.stringMatching(/in 10 minutes/)]]);
    expect(rowCounts(world)).toEqual({ transactions: 0, parked: 0, links: 0, attempts: 1 });
    expect((await verifyState(world, GRACE, { state: await codeFor(GRACE) })).status).toBe(200);
  });

  test('T56: in a group chat: 403, and the right code still works', async () => {
    const state = await codeFor(ADA);
    const conversation = { id: '19:x@thread.v2', conversationType: 'groupChat', tenantId: ADA.tenantId };
    expect(await verifyState(world, ADA, { state }, { conversation })).toEqual({ status: 403, message: [] });
    expect((await verifyState(world, ADA, { state })).status).toBe(200);
  });

  test('T8: without an identity: 403, and no code is looked up', async () => {
    const state = await codeFor(ADA);
    const from = { id: 'dl_0123456789abcdef0123456789abcdef', aadObjectId: ADA.objectId, name: 'x' };
    for (const change of [{ from: { id: '29:x' } }, { from, channelId: 'directline' }]) {
      expect((await verifyState(world, ADA, { state }, change)).status).toBe(403);
    }
    expect((await verifyState(world, ADA, { state })).status).toBe(200);
  });
});

describe('anything else', () => {
  test('the window was closed, or its page could not continue (an expired link): 200, and what to do next', async () => {
    const mark = await logMark(world);
    const { status, message: messages } = await verifyState(world, ADA, { state: 'CancelledByUser' });
    const text =
      'You are not signed in: the window was closed or the link no longer worked. For a new link, send “sign in”.';
    expect([status, messages.map(textOf)]).toEqual([200, [text]]);
    expect(await eventNamesSince(world, mark)).toEqual([]);
  });

  test('T18, T66: a value that is not one of our codes gets 404, and counts as no attempt', async () => {
    const right = await codeFor(ADA);
    const mark = await logMark(world);
    const odd = ['', '123456', '012345', '1e5', '0x10', 123456, 1e5, [], ['123456'], {}, null, true, undefined];
    for (const state of [...odd, ` ${right}`, [right], { state: right }, right.slice(1), 'A'.repeat(100_000)]) {
      const { status } = await verifyState(world, ADA, { state });
      expect([state, status]).toEqual([state, 404]);
    }
    expect(rowCounts(world)).toMatchObject({ parked: 1, attempts: 0, links: 0 });
    expect(await eventNamesSince(world, mark)).toEqual([]);
    expect((await verifyState(world, ADA, { state: right })).status).toBe(200);
  });

  test('T10: no value, or an invalid one: 400, without a message', async () => {
    for (const value of [undefined, null, 'x', 1, [], true]) {
      expect([value, await verifyState(world, ADA, value)]).toEqual([value, { status: 400, message: [] }]);
    }
  });

  test('T78: without the store: 500 with a reference, and the code still works', async () => {
    const state = await codeFor(ADA);
    world.sql('ALTER TABLE parked RENAME TO parked_away');
    const { status, message: messages } = await verifyState(world, ADA, { state });
    world.sql('ALTER TABLE parked_away RENAME TO parked');
    expect([status, messages.map(textOf)]).toEqual([500, [expect.stringMatching(/Reference: \w{8}$/)]]);
    expect((await verifyState(world, ADA, { state })).status).toBe(200);
  });
});

test('T72: signin/failure: the bot logs its code, not its message or an invalid code', async () => {
  const before = replies(world).length;
  const failures = (await failuresOf(world)).length;
  for (const code of ['installappfailed', 'ada@contoso.example is here', { a: 1 }, undefined, 'x'.repeat(1000)]) {
    const value = { code, message: `Ada Example could not` };
    const activity = world.connector.invokeActivity(ADA, { name: 'signin/failure', value });
    expect((await world.connector.post(world.botUrl, activity)).status).toBe(200);
  }
  await logMark(world);
  const lines = logLines(world.bot.output()).filter(({ msg }) => msg === 'Teams could not sign a user in');
  expect(lines.map(({ code }) => code)).toEqual(['installappfailed', ...Array(4).fill('unknown')]);
  expect(leaksIn(world.bot.output(), [])).toEqual([]);
  expect(replies(world).length).toBe(before);
  expect((await failuresOf(world)).length).toBe(failures);
});
