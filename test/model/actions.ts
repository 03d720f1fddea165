import type { ConnectionId } from './cast.ts';
import type { Trouble } from './steps.ts';

/** A step with its choices made. Transactions, callbacks and codes are numbers into the {@link Hand}. */
export type Action =
  | {
      do: 'search';
      asker: number;
      connection: ConnectionId;
      code: BroughtCode | undefined;
      at: number;
      trouble: Trouble;
    }
  | { do: 'start'; ticket: number; browser: number; at: number }
  | { do: 'visit'; transaction: number; as: number; cancel: boolean }
  | { do: 'complete'; callback: number; browser: number; connection: ConnectionId; at: number }
  | { do: 'confirm'; confirmation: number | undefined; browser: number; cancel: boolean; at: number }
  | { do: 'signOut'; asker: number; at: number };

/** What comes as `value.state`; `cached` is the code's number, absent for one that was made up. */
export interface BroughtCode {
  text: string;
  known: number | undefined;
}

/** What came of an action, as the world outside saw it. */
export interface Seen {
  /** `result`, `auth`, `messageResponse`; `started`, `done`, `confirm`, `cancelled`, `signed out: …`; or status and code of a
   * refusal; or {@link NO_ANSWER}. */
  outcome: string;
  /** The transactions that the access tokens came from which the wiki was called with, in order. */
  tokens: number[];
  /** Number of the transaction, or of the security code, that this brought. */
  brought?: number;
}

/** The bot was killed before it answered. */
export const NO_ANSWER = 'no answer';

/** Not as it must be. The message says what was expected and what was seen. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws {Violation} unless one of these was seen */
export function check(seen: Seen, ...outcomes: string[]): void {
  if (!outcomes.includes(seen.outcome)) throw new Violation(`expected ${outcomes.join(' or ')}, saw ${seen.outcome}`);
}
