import { completionBody } from '../../local/auth-client.ts';
import { signInByPages } from '../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD } from '../../local/people.ts';
import { isLostConnection } from '../support/network/lost-connection.ts';
import { usernameAt } from '../support/world/world.ts';
import { type Action, NO_ANSWER, type Seen, Violation } from './actions.ts';
import { accountsFor, type Slot } from './cast.ts';
import { type Hand, the } from './hand.ts';
import type { Reality } from './reality.ts';
import { search, signOut } from './teams.ts';

/** The number of transactions that fit into a browser's cookie. */
const COOKIE_HOLDS = 4;

/** Runs it, adds the results to the hand, and returns the outcome.
 * @param slot which of two parallel actions @throws {Violation} for an answer that is never right */
export async function perform(reality: Reality, hand: Hand, action: Action, slot: Slot = 0): Promise<Seen> {
  try {
    return await act(reality, hand, action, slot);
  } catch (error) {
    if (isLostConnection(error)) return { outcome: NO_ANSWER, tokens: [] };
    throw error;
  }
}

async function act(reality: Reality, hand: Hand, action: Action, slot: Slot): Promise<Seen> {
  switch (action.do) {
    case 'search':
      return search(reality, hand, action, slot);
    case 'signOut':
      return signOut(reality, action);
    case 'start':
      return start(reality, hand, action);
    case 'visit':
      return visit(hand, action);
    case 'complete':
      return complete(reality, hand, action);
    case 'confirm':
      return confirm(reality, hand, action);
  }
}

async function start(reality: Reality, hand: Hand, { ticket, browser, at }: Action & { do: 'start' }): Promise<Seen> {
  const { text, asker, connection } = the(hand.tickets, ticket);
  const { client, transactions } = the(hand.browsers, browser);
  const { status, body } = await client.post('start', { ticket: text }, await reality.at(at));
  if (status !== 200) return refused(status, body);
  const authorizationUrl = String(body.authorizationUrl);
  const nonce = String(new URL(authorizationUrl).searchParams.get('nonce'));
  const brought = hand.transactions.push({ asker, connection, browser, authorizationUrl, nonce }) - 1;
  transactions.unshift(brought);
  transactions.splice(COOKIE_HOLDS);
  return { outcome: 'started', tokens: [], brought };
}

async function visit(hand: Hand, { transaction, as, cancel }: Action & { do: 'visit' }): Promise<Seen> {
  const { asker, connection, authorizationUrl } = the(hand.transactions, transaction);
  const accounts = accountsFor(asker, connection);
  const person = the(accounts, as % accounts.length);
  const { callbackUrl } = await signInByPages({
    authorizationUrl,
    username: usernameAt(connection, person),
    password: PASSWORD,
    decision: cancel ? 'cancel' : 'accept',
  });
  hand.callbacks.push({ transaction, signer: cancel ? undefined : person, body: completionBody(callbackUrl) });
  return { outcome: cancel ? 'cancelled there' : `signed in as ${person.name}`, tokens: [] };
}

async function complete(reality: Reality, hand: Hand, action: Action & { do: 'complete' }): Promise<Seen> {
  const { transaction, body: callback } = the(hand.callbacks, action.callback);
  const { client } = the(hand.browsers, action.browser);
  const { status, body } = await client.post(
    'complete',
    { ...callback, connection: action.connection },
    await reality.at(action.at),
  );
  if (status !== 200) return refused(status, body);
  if (body.next === 'done') return { outcome: 'done', tokens: [], brought: codeIn(hand, transaction, body) };
  if (body.next !== 'confirm') throw new Violation(`complete answered ${JSON.stringify(body)}`);
  hand.confirmations.push({ transaction, text: String(body.confirmation) });
  return { outcome: 'confirm', tokens: [] };
}

async function confirm(reality: Reality, hand: Hand, action: Action & { do: 'confirm' }): Promise<Seen> {
  const { client, transactions } = the(hand.browsers, action.browser);
  const requested = action.confirmation === undefined ? undefined : the(hand.confirmations, action.confirmation);
  const decision = action.cancel ? 'cancel' : 'connect';
  const url = await reality.at(action.at);
  const { status, body } = await client.post('confirm', { decision, confirmation: requested?.text }, url);
  if (status !== 200) return refused(status, body);
  if (body.next === 'cancelled') return { outcome: 'cancelled', tokens: [] };
  const transaction = requested?.transaction ?? transactions.find((each) => isRequested(hand, each)) ?? -1;
  return { outcome: 'done', tokens: [], brought: codeIn(hand, transaction, body) };
}

/** Most likely an unnamed decision was about the newest one of the browser. */
function isRequested({ confirmations, codes }: Hand, transaction: number): boolean {
  const ofIt = (each: { transaction: number }) => each.transaction === transaction;
  return confirmations.some(ofIt) && !codes.some(ofIt);
}

function codeIn({ codes }: Hand, transaction: number, { securityCode }: Record<string, unknown>): number {
  return codes.push({ transaction, text: String(securityCode), brought: false }) - 1;
}

/** The API may refuse, but must not fail. */
function refused(status: number, { code }: Record<string, unknown>): Seen {
  if (status >= 500) throw new Violation(`the sign-in’s page was answered ${status} ${code}`);
  return { outcome: `${status} ${code}`, tokens: [] };
}
