import { Counts } from '../support/counts.ts';
import { type Action, NO_ANSWER, type Seen } from './actions.ts';
import { isAsker } from './cast.ts';
import type { Expected } from './expected.ts';
import { type Hand, the } from './hand.ts';
import type { Event } from './worlds.ts';

/** What the runs contained: proof that they were not all trivial. */
export class Tally extends Counts {
  note(line: string): void {
    if (/^bot \d is killed/.test(line)) this.add('kills');
    if (line.startsWith('at once')) this.add('races');
    if (/ go by$/.test(line)) this.add('waits');
  }

  /** @param worlds before these events */
  count(events: readonly Event[], hand: Hand, worlds: readonly Expected[]): void {
    const live = new Set(worlds.flatMap(({ parked }) => parked.map(({ code }) => code)));
    for (const { action, seen } of events) this.add(kindOf(action, seen, hand, live));
  }
}

function kindOf(action: Action, seen: Seen, hand: Hand, live: Set<unknown>): string {
  if (seen.outcome === NO_ANSWER) return `${action.do} cut off`;
  if (action.do === 'search') return `search${codeKind(action, hand, live)}${troubleKind(action)}: ${seen.outcome}`;
  if (action.do === 'visit') return 'visits to the provider';
  if (action.do === 'complete') {
    const { transaction, signer } = the(hand.callbacks, action.callback);
    const { asker, connection } = the(hand.transactions, transaction);
    const person = signer ? (isAsker(asker, signer) ? 'the asker' : 'another person') : 'a refusal';
    return `complete ${connection} by ${person}: ${seen.outcome}`;
  }
  return `${action.do}: ${seen.outcome}`;
}

function codeKind({ code, asker, connection }: Action & { do: 'search' }, hand: Hand, live: Set<unknown>): string {
  if (!code) return '';
  const known = code.known === undefined ? undefined : the(hand.codes, code.known);
  const from = known && hand.transactions[known.transaction];
  if (!from) return ' with a made-up code';
  const own = from.asker === asker && from.connection === connection;
  return ` with ${own ? 'their own' : 'a foreign'} ${live.has(code.known) ? 'live' : 'dead'} code`;
}

function troubleKind({ trouble }: Action & { do: 'search' }): string {
  return trouble === 'none' ? '' : `, ${trouble}`;
}
