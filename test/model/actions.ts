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

/** The content of `value.state`; `cached` is the number of the code, absent for an invented one. */
export interface BroughtCode {
  text: string;
  known: number | undefined;
}

/** The outcome of an action, as seen from outside. */
export interface Seen {
  /** `result`, `auth`, `messageResponse`; `started`, `done`, `confirm`, `cancelled`, `signed out: …`; or status and code of a
   * refusal; or {@link NO_ANSWER}. */
  outcome: string;
  /** The transactions of the access tokens with which the wiki was called, in order. */
  tokens: number[];
  /** Number of the new transaction or security code. */
  brought?: number;
}

/** The bot was killed before it answered. */
export const NO_ANSWER = 'no answer';

/** A wrong outcome. The message says what was expected and what was seen. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws {Violation} unless one of these was seen */
export function check(seen: Seen, ...outcomes: string[]): void {
  if (!outcomes.includes(seen.outcome)) throw new Violation(`expected ${outcomes.join(' or ')}, saw ${seen.outcome}`);
}
