import { describe, expect, test } from '@jest/globals';
import { ADA, GRACE, type Person } from '../../../local/people.ts';
import { readCard } from '../../support/teams/cards.ts';
import { tell, ticketsIn, verifyState } from '../../support/teams/chat.ts';
import { rowCounts } from '../../support/world/evidence.ts';
import { useWorld } from '../../support/world/use-world.ts';
import type { SearchResponse } from '../../support/world/world.ts';

/* Microsoft 365 Copilot opens the sign-in page, and returns no `state`. */

const world = useWorld();
const handbook = { connection: 'handbook', text: 'lakers' } as const;

/** A search from Copilot carries no code. */
function searchInCopilot(person: Person): Promise<SearchResponse> {
  return world.search(person, handbook);
}

describe('a confirmed sign-in whose code never comes back', () => {
  test('the bot asks once; then it explains where to sign in, in the list and on the card', async () => {
    expect((await searchInCopilot(ADA)).type).toBe('auth');
    await world.securityCode(ADA, { connection: 'handbook' });
    for (let times = 0; times < 2; times++) {
      const { type, attachments = [] } = await searchInCopilot(ADA);
      expect([type, attachments.length]).toEqual(['result', 1]);
      const { lines, actions } = readCard(attachments[0] as NonNullable<typeof attachments>[number]);
      const explained = expect.stringMatching(/^You cannot finish signing in to Contoso handbook in this app/);
      expect(lines).toEqual([explained]);
      expect(attachments[0]?.preview.content.text).toEqual(explained);
      expect(actions).toEqual([
        {
          type: 'Action.OpenUrl',
          title: 'Open a personal chat',
          url: expect.stringMatching(/^https:\/\/teams\.microsoft\.com\/l\/chat\/.+/),
        },
      ]);
    }
  });

  test('T12: no account is linked, and only the person reads about it', async () => {
    await world.securityCode(ADA, { connection: 'handbook' });
    await searchInCopilot(ADA);
    expect(rowCounts(world)).toMatchObject({ links: 0, parked: 1 });
    expect((await searchInCopilot(GRACE)).type).toBe('auth');
  });

  test('the person finishes it in the bot’s chat, and Copilot then finds results', async () => {
    await world.securityCode(ADA, { connection: 'handbook' });
    await searchInCopilot(ADA);
    const [prompt] = await tell(world, ADA, 'sign in to handbook');
    const ticket = ticketsIn(prompt).get('Sign in to Contoso handbook') ?? '';
    const state = await world.securityCode(ADA, { connection: 'handbook', ticket });
    expect((await verifyState(world, ADA, { state })).status).toBe(200);
    const { type, attachments = [] } = await searchInCopilot(ADA);
    expect(type).toBe('result');
    expect(JSON.stringify(attachments)).toContain('Los Angeles Lakers');
  });

  test('a client that sends a code, even a wrong one, ends the explanation: the bot may ask again', async () => {
    await world.securityCode(ADA, { connection: 'handbook' });
    expect((await world.search(ADA, { ...handbook, state: 'CancelledByUser' })).type).toBe('auth');
    expect((await world.search(ADA, handbook)).type).toBe('auth');
  });

  test('does not apply to a proven sign-in, which needs no code', async () => {
    await world.securityCode(ADA, { connection: 'wiki' });
    expect((await world.search(ADA, { text: 'lakers' })).type).toBe('result');
  });
});
