import type { Action, Seen } from './actions.ts';
import { accountsFor, nameOf } from './cast.ts';
import { type Hand, the } from './hand.ts';

/** An action and its outcome in one line, with transactions and codes as numbers. */
export function tell(action: Action, seen: Seen, hand: Hand): string {
  const tokens = seen.tokens.length > 0 ? ` with tokens of transaction ${seen.tokens.join(', ')}` : '';
  const brought = seen.brought === undefined ? '' : `, number ${seen.brought}`;
  return `${message(action, hand)} → ${seen.outcome}${brought}${tokens}`;
}

function message(action: Action, hand: Hand): string {
  switch (action.do) {
    case 'search':
      return `${nameOf(action.asker)} searches ${action.connection} at bot ${action.at}${codeOf(action)}${troubleOf(action)}`;
    case 'start': {
      const { asker, connection } = the(hand.tickets, action.ticket);
      return `browser ${action.browser} starts at bot ${action.at} with ${nameOf(asker)}’s ticket for ${connection}`;
    }
    case 'visit': {
      const { asker, connection } = the(hand.transactions, action.transaction);
      const accounts = accountsFor(asker, connection);
      const person = the(accounts, action.as % accounts.length).name;
      return `${person} visits the provider for transaction ${action.transaction}`;
    }
    case 'complete': {
      const { transaction, signer } = the(hand.callbacks, action.callback);
      const back = `comes back with ${signer?.name ?? 'a refusal'} for transaction ${transaction}`;
      return `browser ${action.browser} ${back} to ${action.connection} at bot ${action.at}`;
    }
    case 'confirm': {
      const named = action.confirmation === undefined ? undefined : the(hand.confirmations, action.confirmation);
      const subject = named ? `transaction ${named.transaction}` : 'whatever waits';
      return `browser ${action.browser} ${action.cancel ? 'cancels' : 'confirms'} ${subject} at bot ${action.at}`;
    }
    case 'signOut':
      return `${nameOf(action.asker)} signs out at bot ${action.at}`;
  }
}

function codeOf({ code }: Action & { do: 'search' }): string {
  if (!code) return '';
  return code.known === undefined ? ' with a made-up code' : ` with code ${code.known}`;
}

function troubleOf({ trouble }: Action & { do: 'search' }): string {
  const text = {
    none: '',
    refused: ', the wiki refusing the token once',
    'refused twice': ', the wiki refusing the tokens',
    shared: ', the wiki refusing two tokens',
    'provider down': ', the wiki refusing the token while the provider is down',
  };
  return text[trouble];
}
