import type { AuthClient } from '../../local/auth-client.ts';
import type { Person } from '../../local/people.ts';
import type { ConnectionId } from './cast.ts';

/** All values that any person saw in a run: what an attacker might have. It only grows. */
export interface Hand {
  tickets: Ticket[];
  transactions: Transaction[];
  callbacks: Callback[];
  confirmations: { transaction: number; text: string }[];
  /** `brought`: its owner sent it, as Teams does after the sign-in. */
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

/** A transaction as seen from outside at its start. */
interface Transaction {
  asker: number;
  connection: ConnectionId;
  browser: number;
  authorizationUrl: string;
  nonce: string;
}

/** The response with which the provider sent a browser back. */
interface Callback {
  transaction: number;
  /** Absent for a refusal. */
  signer: Person | undefined;
  body: Record<string, string>;
}

/** A browser and the transactions in its cookie, newest first. */
interface Browser {
  client: AuthClient;
  transactions: number[];
}

/** The one this many before the newest, cyclically; `undefined` if there is none. @returns its number. */
export function choose(list: readonly unknown[], fromNewest: number): number | undefined {
  return list.length === 0 ? undefined : list.length - 1 - (fromNewest % list.length);
}

/** The element with this number. @throws {RangeError} for an unknown number */
export function the<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`No number ${index} among ${list.length}`);
  return found;
}
