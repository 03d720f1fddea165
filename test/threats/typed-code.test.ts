import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../local/people.ts';
import { signOut } from '../support/actions.ts';
import { type BotServiceWorld, startBotServiceWorld } from '../support/bot-service-world.ts';
import { buttonsOf, type ChatReply, tell, textOf, verifyState } from '../support/chat.ts';
import { forgetAll, rowCounts } from '../support/evidence.ts';
import type { World } from '../support/world.ts';

/** A chat with a connection whose credentials Azure Bot Service keeps: its pages end with six digits. */
let all: BotServiceWorld;
let world: World;
beforeAll(async () => {
  all = await startBotServiceWorld();
  world = all.world;
});
beforeEach(async () => {
  forgetAll(world);
  for (const person of [ADA, GRACE]) await signOut(world.connector, world.botUrl, person);
});
afterAll(() => all?.stop());

const handbook = (replies: readonly ChatReply[]) =>
  replies.flatMap(buttonsOf).find(({ title }) => title === 'Sign in to Contoso handbook')?.value ?? '';
const message = (replies: readonly ChatReply[]) => replies.map(textOf).join('\n');
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

/** Asks in the chat, and goes through the service's pages: the digits that its last one shows. */
async function codeFor(person: Person): Promise<string> {
  const link = handbook(await tell(world, person, 'sign in Contoso handbook'));
  return all.codeAt(link, String(person.username.split('@')[0]));
}

describe('T66: the six digits', () => {
  test('typed in the conversation that asked: signed in, and the next search has results', async () => {
    const code = await codeFor(ADA);
    expect(message(await tell(world, ADA, ` ${code} `))).toMatch(/^You are signed in to Contoso handbook as /);
    const [found] = await tell(world, ADA, 'search lakers');
    expect(JSON.stringify(found)).toContain('Los Angeles Lakers');
  });

  test('brought by Teams in signin/verifyState: 200', async () => {
    const { status, message: text } = await verifyState(world, ADA, { state: await codeFor(ADA) });
    expect([status, message(text)]).toEqual([200, expect.stringMatching(/^You are signed in to Contoso handbook/)]);
  });

  test('typed where nobody asked, they are six digits: nothing is redeemed, no attempt counts', async () => {
    const code = await codeFor(ADA);
    const before = await all.count('GetToken');
    const elsewhere = { id: 'a:another', conversationType: 'personal' };
    expect(message(await tell(world, ADA, { text: code, conversation: elsewhere }))).toContain(
      'I do not know what to do',
    );
    expect(message(await tell(world, GRACE, code))).toContain('I do not know what to do');
    expect((await verifyState(world, GRACE, { state: code })).status).toBe(404);
    const group = { id: '19:x@thread.v2', conversationType: 'groupChat' };
    expect(message(await tell(world, ADA, { text: code, conversation: group }))).toContain('personal chat');
    expect(await all.count('GetToken')).toEqual(before);
    expect(rowCounts(world).attempts).toBe(0);
    expect(message(await tell(world, ADA, code))).toMatch(/^You are signed in to Contoso handbook/);
  });

  test('exactly six, as text: whatever else reads like a number is no code', async () => {
    const code = await codeFor(ADA);
    for (const text of [
      '1e5',
      '0x1000',
      code.slice(1),
      `${code}0`,
      `+${code}`,
      `${code}.0`,
      '१२३४५६',
      '１２３４５６',
    ]) {
      expect([text, message(await tell(world, ADA, text))]).toEqual([
        text,
        expect.stringContaining('I do not know what'),
      ]);
    }
    expect(rowCounts(world).attempts).toBe(0);
    for (const state of [Number(code), [code], { state: code }, `${code} `, `0${code}`]) {
      expect([state, (await verifyState(world, ADA, { state })).status]).toEqual([state, 404]);
    }
    expect(message(await tell(world, ADA, code))).toMatch(/^You are signed in/);
  });

  test('five tries: then a pause, and the right ones are of no use any more', async () => {
    const code = await codeFor(ADA);
    for (let at = 1; at <= 4; at += 1) {
      expect(message(await tell(world, ADA, wrong(code, at)))).toMatch(/^That sign-in came too late/);
    }
    expect(message(await tell(world, ADA, wrong(code, 5)))).toMatch(/10 minutes/);
    expect(message(await tell(world, ADA, code))).not.toMatch(/signed in/);
    expect((await verifyState(world, ADA, { state: code })).status).toBe(412);
    expect(message(await tell(world, GRACE, await codeFor(GRACE)))).toMatch(/^You are signed in/);
  });
});
