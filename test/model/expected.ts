import type { Action, Seen } from './actions.ts';
import { CONNECTIONS, type ConnectionId, isAsker } from './cast.ts';
import { type Hand, the } from './hand.ts';

/** The expected content of a correct bot's store. Transactions and codes are numbers into the {@link Hand}; times
 * are by the bots' clock. Plain data, so that it can be copied if more than one state is possible. */
export interface Expected {
  /** Not consumed yet, newest first. */
  open: { transaction: number; asker: number; connection: ConnectionId; until: number }[];
  /** A credential that waits for a decision (no code yet) or for its code. */
  parked: Parked[];
  /** The transaction of an asker's tokens, by {@link ownerKey}. */
  links: Record<string, number>;
  /** Owners whose refresh a kill may have cut off: the tokens may be used up, and their lease may be held. */
  shaken: string[];
  /** The time until which a confirmed code is awaited, by {@link ownerKey}. A search without it gets an explanation. */
  awaited: Record<string, number>;
  attempts: Record<number, { failures: number; since: number; pausedUntil: number }>;
}

interface Parked {
  transaction: number;
  asker: number;
  connection: ConnectionId;
  code: number | 'undecided' | 'lost';
  /** Whether it contains tokens, or only stands for an existing link. */
  holdsTokens: boolean;
  until: number;
}

export type Context = { hand: Hand; now: number };

const TRANSACTION_TTL = 600_000;
const CODE_TTL = 180_000;
const AWAITED_TTL = 600_000;
const MAX_OPEN = 8;

export const nothingYet = (): Expected => ({ open: [], parked: [], links: {}, shaken: [], awaited: {}, attempts: {} });

export function ownerKey({ asker, connection }: { asker: number; connection: ConnectionId }): string {
  return `${asker}/${connection}`;
}

/* The effect of an action on a world. Each returns the outcome that must be seen. */

export function started(world: Expected, { ticket }: Action & { do: 'start' }, seen: Seen, context: Context): string {
  const { asker, connection, until } = the(context.hand.tickets, ticket);
  // Too many sign-ins of one asker in ten minutes.
  if (seen.outcome === '429 limit.exceeded') return seen.outcome;
  if (context.now >= until) return '400 ticket.expired';
  if (seen.brought === undefined) return 'started';
  world.open.unshift({ transaction: seen.brought, asker, connection, until: context.now + TRANSACTION_TTL });
  const mine = world.open.filter((each) => each.asker === asker).slice(MAX_OPEN);
  world.open = world.open.filter((each) => !mine.includes(each));
  return 'started';
}

/** T19, T27: cookie, oauthState and connection belong to one transaction, which is gone afterwards. */
export function completed(world: Expected, action: Action & { do: 'complete' }, seen: Seen, context: Context): string {
  const { transaction } = the(context.hand.callbacks, action.callback);
  const cookies = the(context.hand.browsers, action.browser).transactions;
  if (cookies.length === 0) return '403 transaction.cookie';
  const open = world.open.find((each) => each.transaction === transaction && each.connection === action.connection);
  const live = open !== undefined && context.now < open.until;
  if (live && !cookies.includes(transaction)) return '403 transaction.cookie';
  if (open && cookies.includes(transaction)) world.open = world.open.filter((each) => each !== open);
  if (!live) return '400 transaction.unknown';
  return signedIn(world, action, seen, context);
}

/** T12: a proven sign-in links its asker only; the rest waits for a decision. */
function signedIn(world: Expected, { callback }: Action & { do: 'complete' }, seen: Seen, context: Context): string {
  const { transaction, signer } = the(context.hand.callbacks, callback);
  const { asker, connection } = the(context.hand.transactions, transaction);
  if (!signer) return '400 signin.cancelled';
  const parked = { transaction, asker, connection, until: context.now + TRANSACTION_TTL };
  if (connection === 'handbook') {
    world.parked.push({ ...parked, code: 'undecided', holdsTokens: true });
    return 'confirm';
  }
  if (!isAsker(asker, signer)) return '403 signin.identity_mismatch';
  link(world, { asker, connection, transaction });
  world.parked.push({ ...parked, code: seen.brought ?? 'lost', holdsTokens: false, until: context.now + CODE_TTL });
  return 'done';
}

/** Only the browser that signed in decides: about the named one, or else the newest. */
export function decided(world: Expected, action: Action & { do: 'confirm' }, seen: Seen, context: Context): string {
  const { browser, confirmation, cancel } = action;
  const cookies = the(context.hand.browsers, browser).transactions;
  if (cookies.length === 0) return '403 transaction.cookie';
  const named = confirmation === undefined ? undefined : the(context.hand.confirmations, confirmation).transaction;
  const mine = cookies.filter((transaction) => named === undefined || transaction === named);
  const waiting = mine.flatMap((transaction) =>
    world.parked.filter((each) => each.code === 'undecided' && each.transaction === transaction),
  );
  const parked = waiting.find(({ until }) => context.now < until || (cancel && seen.outcome === 'cancelled'));
  if (!parked) return '400 confirmation.unknown';
  world.parked = world.parked.filter((each) => each !== parked);
  if (!cancel) {
    world.parked.push({ ...parked, code: seen.brought ?? 'lost', until: context.now + CODE_TTL });
    world.awaited[ownerKey(parked)] = context.now + AWAITED_TTL;
  }
  return cancel ? 'cancelled' : 'done';
}

/** T62: from all connections, and at once. */
export function signedOut(world: Expected, { asker }: Action & { do: 'signOut' }): string {
  const linked = CONNECTIONS.filter((connection) => ownerKey({ asker, connection }) in world.links);
  for (const connection of linked) unlink(world, ownerKey({ asker, connection }));
  return `signed out: ${linked.join(', ') || 'nothing'}`;
}

export function link(world: Expected, owner: { asker: number; connection: ConnectionId; transaction: number }): void {
  unlink(world, ownerKey(owner));
  world.links[ownerKey(owner)] = owner.transaction;
}

export function unlink(world: Expected, key: string): void {
  delete world.links[key];
  world.shaken = world.shaken.filter((each) => each !== key);
}
