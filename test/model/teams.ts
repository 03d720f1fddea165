import { orderProviderFault } from '../support/provider/provider-view.ts';
import { signOut as signOutAt } from '../support/teams/actions.ts';
import { COMMANDS, type SearchResponse, ticketOf } from '../support/world/world.ts';
import { type Action, type Seen, Violation } from './actions.ts';
import { ASKERS, nameOf, type Slot, wordOf } from './cast.ts';
import { type Hand, the } from './hand.ts';
import { provenance } from './provenance.ts';
import type { Reality } from './reality.ts';
import type { Trouble } from './steps.ts';

const TICKET_TTL = 600_000;
/** A refresh that waits for one that a kill cut off. Milliseconds. */
const MAX_WAIT_MS = 8_000;

type Search = Action & { do: 'search' };

/** Searches as an asker, and reads from the wiki whose tokens were used. */
export async function search(reality: Reality, hand: Hand, action: Search, slot: Slot): Promise<Seen> {
  const { asker, connection, code, at, trouble } = action;
  if (trouble !== 'shared') await makeTrouble(reality, trouble);
  const text = wordOf(asker, slot);
  const query = { commandId: COMMANDS[connection], text, ...(code && { state: code.text }) };
  const now = reality.now();
  const response = await post(reality, asker, query, at);
  if (trouble !== 'shared') await endTrouble(reality, trouble);
  if (response.type === 'auth')
    hand.tickets.push({ text: ticketOf(response), asker, connection, until: now + TICKET_TTL });
  return { outcome: response.type, tokens: await provenance(reality, hand, action, text) };
}

/** The action command that signs an asker out of everything. */
export async function signOut(reality: Reality, { asker, at }: Action & { do: 'signOut' }): Promise<Seen> {
  const { connector } = reality.world;
  const message = await signOutAt(connector, await reality.at(at), the(ASKERS, asker), { timeout: MAX_WAIT_MS });
  const titles = ['wiki', 'handbook'].filter((id) => message.includes(`Contoso ${id}`));
  return { outcome: `signed out: ${titles.join(', ') || 'nothing'}`, tokens: [] };
}

async function post(reality: Reality, asker: number, query: { commandId: string; text: string }, at: number) {
  const { connector } = reality.world;
  const activity = connector.queryActivity(the(ASKERS, asker), query);
  const { status, body } = await connector.post(await reality.at(at), activity, { timeout: MAX_WAIT_MS });
  const response = (body as { composeExtension?: SearchResponse } | undefined)?.composeExtension;
  if (status !== 200 || !response || !['result', 'auth', 'message'].includes(response.type)) {
    throw new Violation(`${nameOf(asker)}’s search was answered ${status} ${JSON.stringify(body)}`);
  }
  return response;
}

/** For the next calls of the wiki, and of the provider. */
export async function makeTrouble({ wiki, world }: Reality, trouble: Trouble): Promise<void> {
  if (trouble === 'none') return;
  await wiki.fault({ status: 401, times: trouble === 'refused twice' || trouble === 'shared' ? 2 : 1 });
  if (trouble === 'provider down') await orderProviderFault(world, { endpoint: 'token', mode: 'error' });
}

/** Clears the rest of the fault. */
export async function endTrouble({ wiki, world }: Reality, trouble: Trouble): Promise<void> {
  if (trouble !== 'none') await Promise.all([wiki.heal(), orderProviderFault(world, {})]);
}
