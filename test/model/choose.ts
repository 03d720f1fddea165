import { randomBytes } from 'node:crypto';

import type { Action, BroughtCode } from './actions.ts';
import { accountsFor, type ConnectionId, isAsker, twinOf } from './cast.ts';
import { choose, type Hand, the } from './hand.ts';
import type { CodeChoice, Sender, Step } from './steps.ts';

/** Steps that are one action. */
export type SingleStep = Exclude<Step, { do: 'begin' | 'wait' | 'kill' | 'killDuring' | 'race' }>;

/** The action of a step now; `undefined` if the step is not possible. */
export function actionFor(step: SingleStep, hand: Hand): Action | undefined {
  switch (step.do) {
    case 'search':
      return { ...step, ...personFor(step.person, hand), code: codeFor(step.code, hand) };
    case 'signOut':
      return { ...step, ...personFor(step.person, hand) };
    case 'start': {
      const ticket = choose(hand.tickets, step.ticket);
      return ticket === undefined ? undefined : { ...step, ticket };
    }
    case 'visit': {
      const transaction = choose(hand.transactions, step.transaction);
      return transaction === undefined ? undefined : { ...step, transaction };
    }
    case 'complete': {
      const callback = choose(hand.callbacks, step.callback);
      return callback === undefined ? undefined : complete(hand, callback, step);
    }
    case 'confirm':
      return confirm(hand, step);
    case 'advance': {
      const transaction = choose(hand.transactions, step.transaction);
      return transaction === undefined ? undefined : advance(hand, transaction, step);
    }
  }
}

/** Chooses among the finished sign-ins, else among those under way, else the first asker. */
export function personFor(
  person: Sender,
  { transactions, codes }: Pick<Hand, 'transactions' | 'codes'>,
): { asker: number; connection: ConnectionId } {
  if (typeof person === 'object') return person;
  if (person === 'twin') {
    const last = personFor(0, { transactions, codes });
    return { ...last, asker: twinOf(last.asker) };
  }
  const signedIn = codes.flatMap(({ transaction }) => transactions[transaction] ?? []);
  const list = signedIn.length > 0 ? signedIn : transactions;
  const { asker, connection } = list[choose(list, person) ?? 0] ?? { asker: 0, connection: 'wiki' };
  return { asker, connection };
}

function codeFor(choice: CodeChoice, { codes }: Hand): BroughtCode | undefined {
  if (choice === 'none') return undefined;
  if (choice === 'malformed') return { text: '../../etc/passwd', known: undefined };
  const known = choice === 'made up' ? undefined : choose(codes, choice);
  if (known === undefined && choice !== 'made up') return undefined;
  return { text: known === undefined ? randomBytes(32).toString('base64url') : the(codes, known).text, known };
}

function complete(hand: Hand, callback: number, step: SingleStep & { do: 'complete' }): Action {
  const { connection, browser: own } = the(hand.transactions, the(hand.callbacks, callback).transaction);
  const other = connection === 'wiki' ? 'handbook' : 'wiki';
  const browser = step.browser === 'own' ? own : step.browser;
  return { do: 'complete', callback, browser, connection: step.elsewhere ? other : connection, at: step.at };
}

function confirm(hand: Hand, step: SingleStep & { do: 'confirm' }): Action {
  const chosen = choose(hand.confirmations, step.confirmation === 'unnamed' ? 0 : step.confirmation);
  const transaction = chosen === undefined ? undefined : the(hand.confirmations, chosen).transaction;
  const own = transaction === undefined ? 0 : the(hand.transactions, transaction).browser;
  const browser = step.browser === 'own' ? own : step.browser;
  return { ...step, browser, confirmation: step.confirmation === 'unnamed' ? undefined : chosen };
}

/** The next step of a sign-in: visit the provider, return, confirm, send the code, search again. */
function advance(hand: Hand, transaction: number, { at, trouble }: SingleStep & { do: 'advance' }): Action {
  const { asker, connection, browser } = the(hand.transactions, transaction);
  const ofIt = (each: { transaction: number }) => each.transaction === transaction;
  const code = hand.codes.findLastIndex(ofIt);
  if (code >= 0) return { do: 'search', asker, connection, code: bring(hand, code), at, trouble };
  const confirmation = hand.confirmations.findLastIndex(ofIt);
  if (confirmation >= 0) return { do: 'confirm', confirmation, browser, cancel: false, at };
  const callback = hand.callbacks.findLastIndex(ofIt);
  if (callback >= 0) return { do: 'complete', callback, browser, connection, at };
  const as = accountsFor(asker, connection).findIndex((person) => isAsker(asker, person));
  return { do: 'visit', transaction, as: Math.max(0, as), cancel: false };
}

/** As Teams does: once. */
function bring({ codes }: Hand, known: number): BroughtCode | undefined {
  const code = the(codes, known);
  if (code.brought) return undefined;
  code.brought = true;
  return { text: code.text, known };
}
