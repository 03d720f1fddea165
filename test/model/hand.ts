import type { AuthClient } from '../../local/auth-client.ts';
import type { Person } from '../../local/people.ts';
import type { ConnectionId } from './cast.ts';

/** All that was ever seen in a run, by anybody: what an attacker might hold. It only grows. */
export interface Hand {
  tickets: Ticket[];
  transactions: Transaction[];
  callbacks: Callback[];
  confirmations: { transaction: number; text: string }[];
  /** `brought` by its owner, as Teams does after the sign-in. */
  codes: { transaction: number; text: string; brought: boolean }[];
  browsers: Browser[];
}

interface Ticket {
  text: string;
  asker: number;
  connection: ConnectionId;
  /** Milliseconds since the epoch, by the bots' clock. */
  until: number;
}

/** A transaction as it looked from outside when it was begun. */
interface Transaction {
  asker: number;
  connection: ConnectionId;
  browser: number;
  authorizationUrl: string;
  nonce: string;
}

/** What the provider sent a browser back with. */
interface Callback {
  transaction: number;
  /** Nobody, where it is a refusal. */
  signer: Person | undefined;
  body: Record<string, string>;
}

/** A browser and the transactions in its cookie, newest first. */
interface Browser {
  client: AuthClient;
  transactions: number[];
}

/** The one that is so many before the newest, going round; `undefined` where there is none.
 * @returns its number. */
export function choose(list: readonly unknown[], fromNewest: number): number | undefined {
  return list.length === 0 ? undefined : list.length - 1 - (fromNewest % list.length);
}

/** The element with this number. @throws {RangeError} for a number that is none's */
export function the<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`No number ${index} among ${list.length}`);
  return found;
}
